package table

import (
	"fmt"
	"strings"

	"spabench/harness/internal/record"
)

// disturbances says how many trials and loads were disturbed, and what became of them.
func disturbances(run record.Run) []fact {
	b := run.Plan.Bounds
	if b == (record.Bounds{}) {
		return nil
	}
	trials := countTrials(run)
	if trials.watched == 0 {
		return []fact{{"disturbed", "unknown: the engine's machine could not be watched."}}
	}
	text := fmt.Sprintf("%d of %s. Before and after each trial, two fixed tasks were timed against the fastest time "+
		"seen in the "+
		"run: a trial is disturbed when arithmetic on the servers' CPU took more than %s times as long, when waking a "+
		"thread "+
		"there took more than %s times as long, or when more than %s%% of the CPU time was stolen",
		trials.disturbed, plural(trials.watched, "trial"), number(b.Spin), number(b.Wake), number(100*b.Steal))
	if trials.disturbed > 0 {
		text += fmt.Sprintf(" (first: %s). %d repeated; %d used although disturbed, because every repeat was disturbed, too",
			strings.ReplaceAll(trials.example, "; ", ", and "), trials.repeated, trials.kept)
	}
	facts := []fact{{"disturbed", text + "."}}
	if b.Foreign > 0 {
		why := fmt.Sprintf("another process used more than %s%% of the servers' CPUs", number(100*b.Foreign))
		if b.Excess > 0 {
			why += fmt.Sprintf(", or the load took more than %s times the lowest CPU time that the variant had needed for "+
				"it so far",
				number(b.Excess))
		}
		loads := countLoads(run)
		facts = append(facts, fact{"disturbed", fmt.Sprintf("%s of %d repeated, because %s; %d used although disturbed.",
			plural(loads.repeated, "load"), loads.watched, why, loads.kept)})
	}
	return facts
}

// disturbanceCount counts trials, or loads.
type disturbanceCount struct {
	watched, disturbed, repeated int
	kept                         int    // disturbed, and counted all the same
	example                      string // what disturbed the first
}

func countTrials(run record.Run) (n disturbanceCount) {
	for _, t := range run.Trials {
		if t.Sentinel == nil {
			continue
		}
		n.watched++
		if t.Repeat > 0 {
			n.repeated++
		}
		if t.Disturbed() {
			n.disturbed++
			n.example = orElse(n.example, t.Sentinel.Disturbed)
		}
	}
	for _, t := range run.Counted() {
		if t.Disturbed() {
			n.kept++
		}
	}
	return n
}

func countLoads(run record.Run) (n disturbanceCount) {
	for _, t := range run.Trials {
		seen := map[string]bool{}
		for _, l := range t.Loads {
			if n.watched++; seen[l.Load] {
				n.repeated++
			}
			seen[l.Load] = true
		}
		for name := range seen {
			if l, ok := loaded(t, name); ok && l.Disturbed {
				n.kept++
			}
		}
	}
	return n
}
