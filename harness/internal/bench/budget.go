package bench

import (
	"fmt"
	"time"
)

// anotherRound reports whether this round is made. The plan's rounds are made in any case. If the plan bounds the width
// of the intervals, further rounds follow while they are wider and there is time.
func (b *benchRun) anotherRound(n int) bool {
	within := b.plan.Budget.Within
	switch {
	case n <= b.plan.Rounds:
		return true
	case within == 0:
		return false
	case b.settled != nil && b.settled(b.measured, within):
		b.stopReason = fmt.Sprintf("every headline interval is within ±%.3g%%", 100*within)
		return false
	case !b.timeFor(len(b.armsOfRound())):
		b.stopReason = fmt.Sprintf("the budget of %s was used up before every headline interval was within ±%.3g%%",
			b.plan.Budget.Time, 100*within)
		return false
	}
	return true
}

// trialsLeft is how many trials of the plan's rounds are not over, including the one that is in progress.
func (b *benchRun) trialsLeft() int {
	made := 0
	for _, t := range b.measured.Trials {
		if t.Repeat == 0 {
			made++
		}
	}
	return max(0, b.plan.Rounds*len(b.armsOfRound())-made)
}

// timeFor reports whether this many more trials end within the budget, if they take as long as the trials so far.
func (b *benchRun) timeFor(trials int) bool {
	made := len(b.measured.Trials) - len(b.earlier.trials)
	if made <= 0 {
		return b.plan.Budget.Time > 0
	}
	each := time.Since(b.roundsBegan) / time.Duration(made)
	return time.Since(b.began)+time.Duration(trials)*each <= b.plan.Budget.Time
}
