package harness

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/record"
)

// fact is part of a claim: whether it is so, and how either is said.
type fact struct {
	so             bool
	yes, otherwise string
}

// said joins what is to be said of each part.
func said(parts ...fact) string {
	var words []string
	for _, p := range parts {
		if p.so {
			words = append(words, p.yes)
		} else {
			words = append(words, p.otherwise)
		}
	}
	return strings.Join(words, "; ")
}

// verdictOf is that of a claim with several parts.
func verdictOf(parts ...bool) record.Verdict {
	switch {
	case !slices.Contains(parts, false):
		return record.Holds
	case !slices.Contains(parts, true):
		return record.Refuted
	}
	return record.Partly
}

// middle is the median of durations; of an even number, the lower of the two in the middle. Zero of none.
func middle(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(d))
	return s[(len(s)-1)/2]
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.1f", float64(bytes)/1e6) }

func yesNo(so bool) string {
	if so {
		return "yes"
	}
	return "no"
}

func milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	if ms < 10 {
		return fmt.Sprintf("%.1f", ms)
	}
	return fmt.Sprintf("%.0f", ms)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }
