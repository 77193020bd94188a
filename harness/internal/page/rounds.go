package page

import (
	"fmt"
	"maps"
	"slices"

	"spabench/harness/internal/chart"
	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// dotsOf is the picture of one metric: its value in each round.
func dotsOf(run record.Run, m table.Metric) chart.Dots {
	look := looks(run)
	d := chart.Dots{Title: m.Title + ", " + m.Unit.Name, Marked: map[int]bool{}}
	seen := map[int]bool{}
	for _, arm := range run.Plan.Variants {
		values := table.ByRound(run, arm, m)
		s := chart.Series{Look: look[arm]}
		for _, round := range slices.Sorted(maps.Keys(values)) {
			seen[round] = true
			s.Points = append(s.Points, chart.Point{X: float64(round), Y: values[round] / m.Unit.Per})
		}
		if len(s.Points) > 0 {
			d.Series = append(d.Series, s)
		}
	}
	d.Rounds = slices.Sorted(maps.Keys(seen))
	for _, s := range table.RoundStates(run) {
		d.Marked[s.Round] = s.Disturbed
	}
	return d
}

func rounds(run record.Run, l links) (section, error) {
	s := section{ID: "rounds", Title: "Round by round"}
	s.Texts = []string{"Each mark is one variant in one round. What moves all variants alike is the machine, and " +
		"cancels out in the ratios; what is left is noise, and decides how wide an interval is."}
	states := table.RoundStates(run)
	if len(states) == 0 {
		s.Texts = append(s.Texts, "This record is of a time at which rounds were not watched: none is marked.")
	} else {
		s.Texts = append(s.Texts, "A round is marked with ! and shaded if the machine was not calm before or after "+
			"it: arithmetic took more than 1.25 times as long as at best, a wake-up more than twice as long, or more "+
			"than 2% of the CPU time was stolen by other virtual machines. It counts all the same, for all variants "+
			"alike.")
		t := roundSheet(states, l)
		s.Tables = []sheet{t}
	}
	for _, m := range table.HeadlineMetrics() {
		d := dotsOf(run, m)
		if m.Exact || len(d.Series) == 0 {
			continue
		}
		p, err := d.Picture()
		if err != nil {
			return s, err
		}
		label := fmt.Sprintf("%s of %d variants in %d rounds; the values by round are in the evidence below",
			m.Title, len(d.Series), len(d.Rounds))
		t := l.byRound(run, m)
		t.Title = d.Title + ", by round"
		s.Figures = append(s.Figures, figure{Title: m.Title, Picture: picture(p, label), Table: &t})
	}
	var err error
	s.Keys, err = armKeys(run, run.Plan.Variants...)
	return s, err
}

// roundSheet says what else happened in each round.
func roundSheet(states []table.RoundState, l links) sheet {
	s := sheet{ID: "table-rounds", Title: "What else happened in each round",
		Doc:  "Arithmetic and wake-up: how many times as long as at best in this run, the worse of before and after.",
		Head: []string{"round", "disturbed", "arithmetic", "wake-up", "stolen", "late turns"}}
	for _, r := range states {
		row := []cell{{Text: fmt.Sprint(r.Round)}, {Text: "no"}, {Text: "–"}, {Text: "–"}, {Text: "–"}}
		if r.Disturbed {
			row[1].Text = "yes"
		}
		if r.Watched {
			row[2].Text, row[4].Text = table.Number(r.Spin), fmt.Sprintf("%.1f%%", 100*r.Steal)
			if r.Wake > 0 {
				row[3].Text = table.Number(r.Wake)
			}
		} else {
			row[1].Text = "not watched"
		}
		s.Rows = append(s.Rows, append(row, cell{Text: fmt.Sprintf("%d of %d", r.Late, r.Turns)}))
	}
	return s
}

// byRound are the values of a metric in each round, each of which leads to its trial.
func (l links) byRound(run record.Run, m table.Metric) sheet {
	s := sheet{Title: fmt.Sprintf("%s by round", heading(m)), Head: []string{"variant"}}
	last := 0
	for _, t := range run.Counted() {
		last = max(last, t.Round)
	}
	for round := range last {
		s.Head = append(s.Head, fmt.Sprint(round+1))
	}
	for _, arm := range arms(run) {
		values := l.values[valueAnchor(m.Name, arm)]
		if values == nil {
			continue
		}
		row := []cell{{Text: arm}}
		for round := range last {
			c := cell{Text: "–"}
			if v, ok := values[round+1]; ok {
				c = cell{Text: table.Number(v / m.Unit.Per), Link: "#" + trialAnchor(arm, round+1)}
			}
			row = append(row, c)
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// heading is a metric with its load and unit.
func heading(m table.Metric) string {
	if m.Unit.Name == "" {
		return m.Name
	}
	return m.Name + ", " + m.Unit.Name
}
