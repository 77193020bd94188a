package table

import (
	"fmt"
	"slices"
)

// What a series of runs must show for its instrument to be trusted, beyond its planted regressions.
const (
	leastRuns     = 20
	leastRounds   = 9   // of each run
	mostDifferent = 1   // percent of the verdicts on what is the same that may report a difference
	leastVerdicts = 300 // on what is the same, before that share means anything
)

// Bound is something that the series must show, and whether it does.
type Bound struct {
	Holds bool
	Says  string
}

// Bounds holds the series against what it must show.
func (t Trust) Bounds() []Bound {
	bounds := []Bound{t.length(), t.falseAlarms()}
	for _, of := range plants {
		i := slices.IndexFunc(t.Planted, func(p Planted) bool { return p.Arm == of.arm })
		if i < 0 {
			bounds = append(bounds, Bound{Says: of.arm + " was not measured"})
			continue
		}
		p := t.Planted[i]
		bounds = append(bounds, detected(of.arm, p.Within, "runs", of.within))
		if of.across > 0 {
			bounds = append(bounds, detected(of.arm, p.Across, "pairs of consecutive runs", of.across))
		}
	}
	return bounds
}

// length is the bound on how much there is to judge by.
func (t Trust) length() Bound {
	fewest := rounds(t.runs[0])
	for _, run := range t.runs {
		fewest = min(fewest, rounds(run))
	}
	return Bound{Holds: len(t.runs) >= leastRuns && fewest >= leastRounds,
		Says: fmt.Sprintf("there are %s of %s or more; at least %d runs of %d rounds are required",
			plural(len(t.runs), "run"), plural(fewest, "round"), leastRuns, leastRounds)}
}

// falseAlarms is the bound on verdicts that report a difference where there is none.
func (t Trust) falseAlarms() Bound {
	all := t.different()
	return Bound{Holds: all.Of >= leastVerdicts && all.atMost(mostDifferent),
		Says: fmt.Sprintf("there are false positives in %s headline verdicts, %s; at most %d%% of at least "+
			"%d are allowed", all, all.rate(), mostDifferent, leastVerdicts)}
}

// detected is the bound on one planted regression within runs, or across them.
func detected(arm string, found Share, among string, percent int) Bound {
	return Bound{Holds: found.atLeast(percent),
		Says: fmt.Sprintf("%s is detected in %s %s, %s; at least %d%% are required",
			arm, found, among, found.rate(), percent)}
}

// Holds reports whether all bounds hold.
func (t Trust) Holds() bool { return allHold(t.Bounds()) }

func allHold(bounds []Bound) bool {
	return !slices.ContainsFunc(bounds, func(b Bound) bool { return !b.Holds })
}
