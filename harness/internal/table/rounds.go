package table

import (
	"fmt"
	"strings"

	"spabench/harness/internal/record"
)

// roundFacts say what else the machine did during the rounds, and what was left out because of it. Runs before schema 4
// recorded other things.
func roundFacts(run record.Run) []fact {
	facts := append(lookFacts(run.Rounds), lateFacts(run)...)
	return append(facts, idleFacts(run)...)
}

// lookFacts has the worst of what the sentinel saw.
func lookFacts(rounds []record.Round) []fact {
	var spin, wake, steal float64
	watched := 0
	for _, r := range rounds {
		if r.Sentinel == nil {
			continue
		}
		watched++
		for _, look := range []record.Look{r.Sentinel.Before, r.Sentinel.After} {
			spin, wake = max(spin, look.Spin), max(wake, look.Wake)
		}
		steal = max(steal, r.Sentinel.Steal)
	}
	switch {
	case len(rounds) == 0:
		return nil
	case watched == 0:
		return []fact{{"sentinel", "the engine's machine could not be watched."}}
	}
	text := fmt.Sprintf("before and after each of %s, two fixed tasks were timed. At worst, arithmetic on a CPU of "+
		"the servers took %s times as long as its fastest time in the run", plural(watched, "round"), number(spin))
	if wake > 0 {
		text += fmt.Sprintf(", and waking a thread there %s times", number(wake))
	}
	text += fmt.Sprintf("; at most %.1f%% of a round's CPU time was steal time (given to other virtual machines).",
		100*steal)
	return []fact{{"sentinel", text}}
}

// calm reports whether arithmetic took up to 1.25 times as long as at best before and after the round, and wake-ups up
// to twice as long, and up to 2% of its CPU time was stolen. What was not watched is taken to be calm.
func calm(s *record.Sentinel) bool {
	return s == nil ||
		max(s.Before.Spin, s.After.Spin) <= 1.25 && max(s.Before.Wake, s.After.Wake) <= 2 && s.Steal <= 0.02
}

// turnOf is one turn of a group of loads that are made together.
type turnOf struct {
	round, turn int
	load        string
}

// turns are those that the run had, and whether each was late.
func turns(run record.Run) map[turnOf]bool {
	late := map[turnOf]bool{}
	for _, t := range run.Counted() {
		for _, l := range t.Loads {
			for _, s := range l.Slices {
				turn := turnOf{t.Round, s.Turn, strings.TrimSuffix(l.Load, direct)}
				late[turn] = late[turn] || s.Late
			}
		}
	}
	return late
}

// lateFacts says how many turns were left out of the latencies.
func lateFacts(run record.Run) []fact {
	late := turns(run)
	n := 0
	for _, was := range late {
		if was {
			n++
		}
	}
	switch {
	case len(late) == 0:
		return nil
	case n == 0:
		return []fact{{"late turns", fmt.Sprintf("none of %s: in every slice, the load generator's own lag was at "+
			"most %s at the 99th percentile.", thousands(uint64(len(late))), record.KeptLag)}}
	}
	return []fact{{"late turns", fmt.Sprintf("%s of %s were left out of every latency, for all variants alike, "+
		"because in one of a turn's slices the load generator's own lag was above %s at the 99th percentile.",
		thousands(uint64(n)), thousands(uint64(len(late))), record.KeptLag)}}
}

// idleAbove is the part of a CPU that an arm may use while others have their turn.
const idleAbove = 0.01

// idleFacts names the arms that were busy while others had their turn, which makes the others slower.
func idleFacts(run record.Run) []fact {
	var busy []string
	for _, arm := range run.Plan.Variants {
		var used, over float64
		for _, t := range run.Counted() {
			if t.Variant != arm {
				continue
			}
			for _, l := range t.Loads {
				used, over = used+l.Idle.Seconds(), over+l.IdleOver.Seconds()
			}
		}
		if over > 0 && used/over > idleAbove {
			busy = append(busy, fmt.Sprintf("%s used %.1f%% of a CPU", arm, 100*used/over))
		}
	}
	if len(busy) == 0 {
		return nil
	}
	return []fact{{"not idle", fmt.Sprintf("while others had their turn, %s. That is not in its own CPU time per "+
		"request, and may have made the others slower.", list(busy))}}
}
