package claim

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Fact is part of a claim: whether it is so, and how either is said.
type Fact struct {
	So             bool
	Yes, Otherwise string
}

// Said joins what is to be said of each part.
func Said(parts ...Fact) string {
	var words []string
	for _, p := range parts {
		if p.So {
			words = append(words, p.Yes)
		} else {
			words = append(words, p.Otherwise)
		}
	}
	return strings.Join(words, "; ")
}

// Median is the median of durations; of an even number, the lower of the two in the middle. Zero of none.
func Median(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(d))
	return s[(len(s)-1)/2]
}

func Megabytes(bytes int64) string { return fmt.Sprintf("%.1f", float64(bytes)/1e6) }

func YesNo(so bool) string {
	if so {
		return "yes"
	}
	return "no"
}

func Milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	if ms < 10 {
		return fmt.Sprintf("%.1f", ms)
	}
	return fmt.Sprintf("%.0f", ms)
}

func Seconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }

func Capitalised(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func Either(a, b string) string {
	if a == b {
		return a
	}
	return a + ", then " + b
}

func OrNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// Distinct are the names without repetitions, in the order of their first.
func Distinct(names []string) (once []string) {
	for _, name := range names {
		if !slices.Contains(once, name) {
			once = append(once, name)
		}
	}
	return once
}
