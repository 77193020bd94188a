package table

import (
	"fmt"
	"strings"

	"spabench/harness/internal/record"
)

// disturbances says how many trials were disturbed, and what became of them.
func disturbances(run record.Run) []fact {
	if run.Plan.Bounds == (record.Bounds{}) {
		return nil
	}
	watched, hit, repeats, kept := 0, 0, 0, 0
	example := ""
	for _, t := range run.Trials {
		if t.Sentinel == nil {
			continue
		}
		watched++
		if t.Repeat > 0 {
			repeats++
		}
		if t.Disturbed() {
			hit++
			if example == "" {
				example = t.Sentinel.Disturbed
			}
		}
	}
	for _, t := range run.Counted() {
		if t.Disturbed() {
			kept++
		}
	}
	loads, again, left := 0, 0, 0
	for _, t := range run.Trials {
		seen := map[string]bool{}
		for _, l := range t.Loads {
			if loads++; seen[l.Load] {
				again++
			}
			seen[l.Load] = true
		}
		for name := range seen {
			if l, ok := loaded(t, name); ok && l.Disturbed {
				left++
			}
		}
	}
	if watched == 0 {
		return []fact{{"disturbed", "not known: the engine's machine could not be watched."}}
	}
	b := run.Plan.Bounds
	text := fmt.Sprintf("%d of %s, by what two fixed pieces of work took before and after each, in times the least: arithmetic on the servers' CPU more than %s, waking a thread there more than %s; or by more than %s%% of the CPU time stolen",
		hit, plural(watched, "trial"), number(b.Spin), number(b.Wake), number(100*b.Steal))
	if hit > 0 {
		text += fmt.Sprintf(" (the first: %s). Repeated: %d; counted in spite of it, for want of a better one: %d", strings.ReplaceAll(example, "; ", ", and "), repeats, kept)
	}
	facts := []fact{{"disturbed", text + "."}}
	if b.Foreign > 0 {
		why := fmt.Sprintf("something else used more than %s%% of the servers' CPUs meanwhile", number(100*b.Foreign))
		if b.Excess > 0 {
			why += fmt.Sprintf(", or they took more than %s times the least CPU time that the same variant needed so far for the same load", number(b.Excess))
		}
		facts = append(facts, fact{"disturbed", fmt.Sprintf("%s of %d, because %s, and made again; %d count in spite of it.", plural(again, "load"), loads, why, left)})
	}
	return facts
}
