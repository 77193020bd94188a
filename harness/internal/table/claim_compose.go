package table

import "spabench/harness/internal/record"

// reloadText is not written yet.
func reloadText(record.Observed) claimText { return claimText{} }

// seedText is not written yet.
func seedText(record.Observed) claimText { return claimText{} }

// anonymousVolumeText is not written yet.
func anonymousVolumeText(record.Observed) claimText { return claimText{} }

// mountsText is not written yet.
func mountsText(record.Observed) claimText { return claimText{} }
