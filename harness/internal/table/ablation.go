package table

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// rule is one way to compare two arms in the rounds of a run. The ablation tries the rules that are in force, and those
// that were or could be, on the same recorded slices.
type rule struct {
	name    string
	metric  Metric
	planted string // the regression that it should detect; "" for none

	// These are nil where the rule does as the tables do.
	over func(a, b sample) float64                             // compares two arms in a round
	keep func(run record.Run, arm, by string) func(n int) bool // which rounds count
}

// ablationRules are in the order of the table. The first of each metric is in force.
func ablationRules() []rule {
	const cpu, tail = "planted-cpu-5", "planted-tail"
	p50, p99 := metric("page-p50"), metric("page-p99")
	return []rule{
		{name: "in force", metric: metric("page-cpu"), planted: cpu},
		{name: "no turn left out", metric: metric("page-cpu"), planted: cpu, over: meanOver},
		{name: "unpaired", metric: unpaired(metric("page-cpu")), planted: cpu},
		{name: "lower quartile", metric: quartiles(), planted: cpu},
		{name: "no rounds above ×1.15", metric: metric("page-cpu"), planted: cpu, keep: lowRounds},
		{name: "no disturbed rounds", metric: metric("page-cpu"), planted: cpu, keep: calmRounds},
		{name: "in force", metric: p50},
		{name: "with late turns", metric: withLateTurns(p50)},
		{name: "in force", metric: p99, planted: tail},
		{name: "with late turns", metric: withLateTurns(p99), planted: tail},
		{name: "unpaired", metric: unpaired(p99), planted: tail},
		{name: "all slices at once", metric: metric("page-p99-all"), planted: tail},
	}
}

func unpaired(m Metric) Metric {
	m.Turns = nil
	return m
}

// withLateTurns is a quantile of latency that does not leave them out.
func withLateTurns(m Metric) Metric {
	punctual := func(t record.Trial) record.Trial {
		t.Loads = slices.Clone(t.Loads)
		for i := range t.Loads {
			t.Loads[i].Slices = slices.Clone(t.Loads[i].Slices)
			for j := range t.Loads[i].Slices {
				t.Loads[i].Slices[j].Late = false
			}
		}
		return t
	}
	of, turns := m.Of, m.Turns
	m.Of = func(t record.Trial) (float64, bool) { return of(punctual(t)) }
	m.Turns = func(t record.Trial) map[int]float64 { return turns(punctual(t)) }
	return m
}

// meanOver is the geometric mean of all turns' ratios.
func meanOver(a, b sample) float64 {
	sum, n := 0.0, 0
	for turn, v := range a.turns {
		if w, ok := b.turns[turn]; ok {
			sum, n = sum+math.Log(v/w), n+1
		}
	}
	return math.Exp(sum / float64(n))
}

// quartiles are the lower quartiles of the turns' CPU times, rounded down to one of them.
func quartiles() Metric {
	m := metric("page-cpu")
	turns := m.Turns
	m.Of = func(t record.Trial) (float64, bool) {
		sorted := slices.Sorted(maps.Values(turns(t)))
		if len(sorted) == 0 {
			return 0, false
		}
		return sorted[(len(sorted)-1)/4], true
	}
	return unpaired(m)
}

// lowRounds are those in which the lower quartile of neither arm's turns is above 1.15 times that arm's lowest in the
// run. Loads beyond were made again before loads had turns.
func lowRounds(run record.Run, arm, by string) func(int) bool {
	const most = 1.15
	a, b := measured(run, arm, quartiles()), measured(run, by, quartiles())
	if len(a) == 0 || len(b) == 0 { // their turns have no CPU time
		return func(int) bool { return true }
	}
	lowestA, lowestB := slices.Min(a.values()), slices.Min(b.values())
	return func(n int) bool { return a[n].value <= most*lowestA && b[n].value <= most*lowestB }
}

// calmRounds are those in which the machine was calm. Trials of others were made again before loads had turns.
func calmRounds(run record.Run, _, _ string) func(int) bool {
	undisturbed := map[int]bool{}
	for _, r := range run.Rounds {
		undisturbed[r.Round] = calm(r.Sentinel)
	}
	return func(n int) bool { return undisturbed[n] }
}

// ratios are those of the rounds that the rule keeps, in their order, and how many rounds both arms have.
func (r rule) ratios(run record.Run, arm, by string) (kept []float64, all int) {
	a, b := measured(run, arm, r.metric), measured(run, by, r.metric)
	over, keep := sample.over, func(int) bool { return true }
	if r.over != nil {
		over = r.over
	}
	if r.keep != nil {
		keep = r.keep(run, arm, by)
	}
	for _, n := range slices.Sorted(maps.Keys(a)) {
		other, ok := b[n]
		if !ok {
			continue
		}
		if all++; keep(n) {
			kept = append(kept, over(a[n], other))
		}
	}
	return kept, all
}

// worth is what a rule shows in a series.
type worth struct {
	reaches     []float64 // of the A/A test's 95% interval, in each run
	falseAlarms Share     // of what is the same within a run, at 95%
	found       Share     // runs in which the planted regression was detected, at the headline's confidence
	used        Share     // rounds of the A/A test
}

func (t Trust) worth(r rule) worth {
	var w worth
	for _, run := range t.runs {
		for _, of := range twinsOf(run.Plan) {
			if of.arm != record.ControlArm && !slices.Contains(of.in, r.metric.Name) {
				continue
			}
			kept, all := r.ratios(run, of.arm, of.other)
			i := stat.Factor(kept, stat.Confidence)
			if i.Attained() {
				w.falseAlarms.count(stat.Distinguishable(i))
			}
			if of.arm != record.ControlArm {
				continue
			}
			w.used.N, w.used.Of = w.used.N+len(kept), w.used.Of+all
			if i.Attained() {
				w.reaches = append(w.reaches, reach(i))
			}
		}
		if r.planted != "" {
			kept, _ := r.ratios(run, r.planted, run.Plan.Control)
			i := stat.Factor(kept, HeadlineConfidence(run))
			w.found.count(i.Attained() && i.Lo > 1)
		}
	}
	return w
}

// ablation writes the table of what each rule is worth, if the series has turns.
func (t Trust) ablation(b *bytes.Buffer, s style) error {
	if !t.Current() {
		return nil
	}
	s.title(b, Table{Title: "Ablation",
		Doc: "What each rule of the method is worth, and what others would be, on the same recorded slices. In " +
			"force: turns in pairs, a quarter left out at each end, and for latencies without late turns. Above " +
			"×1.15: rounds in which an arm's lower quartile was more than that times its lowest. Disturbed: rounds " +
			"before or after which arithmetic took more than 1.25 times as long as at best or a wake-up more than " +
			"twice as long, or more than 2% of the CPU time was stolen. A/A: how far the 95% interval of the control " +
			"reaches (median of the runs). Lower quartile: unpaired. False positives: at 95% each, so that one in " +
			"twenty is expected. Found: the runs in which 5% more CPU time was detected, or 2 ms more on 2% of the " +
			"responses, at the confidence of a headline. Rounds: how many the rule uses; what it leaves out was " +
			"measured in vain."})
	rows := sheet{head: []string{"metric", "rule", "A/A", "false positives", "found", "rounds"}}
	for _, r := range ablationRules() {
		w := t.worth(r)
		if len(w.reaches) == 0 {
			continue
		}
		rows.rows = append(rows.rows, []string{strings.TrimSuffix(r.metric.Name, "-all"), r.name,
			fmt.Sprintf("±%.1f%%", 100*stat.Summary(w.reaches).Centre),
			w.falseAlarms.String(), w.found.String(), w.used.String()})
	}
	return s.sheet(b, rows)
}
