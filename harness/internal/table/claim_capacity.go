package table

import "spabench/harness/internal/record"

// capacityText is not written yet.
func capacityText(record.Observed) claimText { return claimText{} }
