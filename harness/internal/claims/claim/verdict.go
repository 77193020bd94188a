package claim

import (
	"slices"

	"spabench/harness/internal/record"
)

// VerdictOf is the verdict on a claim with several parts.
func VerdictOf(parts ...bool) record.Verdict {
	switch {
	case !slices.Contains(parts, false):
		return record.Holds
	case !slices.Contains(parts, true):
		return record.Refuted
	}
	return record.Partly
}
