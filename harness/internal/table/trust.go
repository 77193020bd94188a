package table

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// Trust is what a series of runs shows about the instrument itself: how often it reports a difference between identical
// things (false positives), and whether it detects differences that exist. Each comparison has the HeadlineConfidence
// of a run.
type Trust struct {
	runs    []record.Run
	Same    []Same    // by headline metric that is not exact
	Planted []Planted // by planted regression that was measured
}

// Share is a count out of a total.
type Share struct{ N, Of int }

func (s *Share) count(hit bool) {
	s.Of++
	if hit {
		s.N++
	}
}

func (s Share) String() string {
	if s.Of == 0 {
		return missing
	}
	return fmt.Sprintf("%d of %d", s.N, s.Of)
}

// atMost and atLeast compare the share with a number of percent.
func (s Share) atMost(percent int) bool  { return 100*s.N <= percent*s.Of }
func (s Share) atLeast(percent int) bool { return s.Of > 0 && 100*s.N >= percent*s.Of }

// rate formats the share to a tenth of a percent, with its interval.
func (s Share) rate() string {
	if s.Of == 0 {
		return missing
	}
	return ShowInterval(stat.Proportion(s.N, s.Of), func(v float64) string {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", 100*v), ".0") + "%"
	})
}

// Score judges a series of completed runs of one plan, in the order in which they were made. In each run it compares
// the arms as the headline does. Consecutive runs it compares as Compare does, and a planted regression as if it were a
// later build of the variant that it was made from, which is the plan's control.
func Score(runs []record.Run) (Trust, error) {
	if err := alike(runs); err != nil {
		return Trust{}, fmt.Errorf("score the runs: %w", err)
	}
	score, confidence := Trust{runs: runs}, HeadlineConfidence(runs[0])
	metrics := headlineMetrics() // the same for all, since they remember what they have read
	for _, m := range metrics {
		if !m.Exact {
			score.Same = append(score.Same, sameIn(runs, m, confidence))
		}
	}
	for _, p := range plants {
		if slices.Contains(runs[0].Plan.Variants, p.arm) {
			score.Planted = append(score.Planted, planted(runs, p, metrics, confidence))
		}
	}
	return score, nil
}

// Current reports whether the series was made with today's kind of record. Pages of others stay as they were published.
func (t Trust) Current() bool { return Current(t.runs[0]) }

// alike returns an error unless the runs are a series whose neighbours may be compared.
func alike(runs []record.Run) error {
	if len(runs) == 0 {
		return errors.New("no run is complete")
	}
	for i, run := range runs {
		if err := intact(run); err != nil {
			return fmt.Errorf("run %d: %w", i+1, err)
		}
		if run.Plan.Control == "" || run.Plan.Control != runs[0].Plan.Control {
			return fmt.Errorf("run %d has the control %q: a series has the same control in each run",
				i+1, run.Plan.Control)
		}
		if i == 0 {
			continue
		}
		var lines []string
		for _, d := range Differences(runs[i-1], run) {
			lines = append(lines, "  "+d.String())
		}
		if len(lines) > 0 {
			return fmt.Errorf("runs %d and %d were not measured in the same way; measure the whole series again:\n%s",
				i, i+1, strings.Join(lines, "\n"))
		}
	}
	return nil
}
