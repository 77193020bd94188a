package table

import "spabench/harness/internal/record"

// leftoversText is not written yet.
func leftoversText(record.Observed) claimText { return claimText{} }

// imageSizeText is not written yet.
func imageSizeText(record.Observed) claimText { return claimText{} }

// runtimeText is not written yet.
func runtimeText(record.Observed) claimText { return claimText{} }
