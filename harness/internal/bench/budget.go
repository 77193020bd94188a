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
	case !b.timeForRound():
		b.stopReason = fmt.Sprintf("the budget of %s was used up before every headline interval was within ±%.3g%%",
			b.plan.Budget.Time, 100*within)
		return false
	}
	return true
}

// timeForRound reports whether one more round ends within the budget, if it takes as long as those so far.
func (b *benchRun) timeForRound() bool {
	made := b.roundsMade - len(b.earlier.rounds)
	if made <= 0 {
		return b.plan.Budget.Time > 0
	}
	each := time.Since(b.roundsBegan) / time.Duration(made)
	return time.Since(b.began)+each <= b.plan.Budget.Time
}
