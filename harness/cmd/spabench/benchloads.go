package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"spabench/harness/internal/bench"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// writeLoads shows which loads are about to be made: what is requested, how often, how many turns of which length each
// server has in a round, and after which warm-up.
func writeLoads(w io.Writer, plan bench.Plan, added []rig.Added) {
	_, _ = fmt.Fprintln(w, "the loads of each round:")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range plan.Loads {
		if l.Container != "" && !slices.ContainsFunc(plan.Variants, func(name string) bool {
			v, _ := variants.Find(name)
			return v.Has(l.Container)
		}) {
			continue // nobody gets it
		}
		_, _ = fmt.Fprintf(t, "  %s\t%s\t%d/s\t%s\t%s\n", l.Name, whatOf(l, added), l.Rate, turnsOf(l), warmUpOf(l))
	}
	_ = t.Flush()
	if len(added) > 0 {
		_, _ = fmt.Fprintln(w, "a rate that is too high for the slowest is lowered for all before the first round")
	}
}

// whatOf says what a load requests: from ours, and from added servers where that is something else.
func whatOf(l record.Load, added []rig.Added) string {
	what := "GET "
	switch {
	case l.Visit == record.FirstVisit:
		what = "first visits to "
	case l.Visit == record.RepeatVisit:
		what = "repeat visits to "
	case l.Method != "":
		what = l.Method + " "
	}
	what += l.Path
	if l.Container != "" {
		return what + ", asked of the container " + l.Container
	}
	var others []string
	for _, a := range added {
		path := bench.PathOf(l, a.App)
		other := fmt.Sprintf("%s: %s", a.Name, path)
		if path == "" {
			other = a.Name + ": none"
		}
		if path != l.Path && !slices.Contains(others, other) {
			others = append(others, other)
		}
	}
	if len(others) > 0 {
		what += " (" + strings.Join(others, ", ") + ")"
	}
	return what
}

// warmUpOf says how long the load lasts in a round before what is recorded, and before each turn.
func warmUpOf(l record.Load) string {
	if l.LeadIn == 0 {
		return fmt.Sprintf("after %s", l.Warmup)
	}
	return fmt.Sprintf("after %s, and %s before each", l.Warmup, l.LeadIn)
}

// turnsOf says how often an arm has its turn in a round, and for how long.
func turnsOf(l record.Load) string {
	if l.Slice == 0 {
		return l.Duration.String()
	}
	return fmt.Sprintf("%d × %s", l.Duration/l.Slice, l.Slice)
}
