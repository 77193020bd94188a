package table

import "spabench/harness/internal/record"

// argumentsText is not written yet.
func argumentsText(record.Observed) claimText { return claimText{} }
