package table

import (
	"slices"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// What follows gives the contents of tables and sentences to whoever draws them elsewhere, so that every number is
// computed and rounded in this package alone.

// Sentence is a labelled line about a run.
type Sentence struct{ Label, Text string }

// Summary says what the run shows beyond its noise, as the top of its page does.
func Summary(run record.Run) []Sentence { return sentences(capitalised(verdict(run))) }

// HowToRead explains the cells of the tables.
func HowToRead(run record.Run) []Sentence { return sentences(legend(run)) }

// Setting says where, when and how the run was measured.
func Setting(run record.Run) []Sentence { return sentences(context(run)) }

func sentences(facts []fact) []Sentence {
	all := make([]Sentence, len(facts))
	for i, f := range facts {
		all[i] = Sentence{f.label, f.text}
	}
	return all
}

// Filled is a table filled from one run, cell by cell.
type Filled struct {
	Name, Title, Doc string
	Head             []string
	Rows             [][]Cell
	Notes            []string
}

// Cell is one cell as readers see it. Metric and Arm say what it is a value of; with an Arm alone, it is about that
// arm's checks.
type Cell struct{ Text, Metric, Arm string }

// filled is a sheet that is about no metric and no arm.
func filled(title, doc string, s sheet) Filled {
	f := Filled{Title: title, Doc: doc, Head: s.head, Notes: s.notes}
	for _, r := range s.rows {
		f.Rows = append(f.Rows, plainCells(record.Run{}, Table{}, r))
	}
	return f
}

// Fill fills the named tables, or all that the run has without a name. It fails as Text does.
func Fill(run record.Run, names ...string) ([]Filled, error) {
	chosen, err := choose(run, names)
	if err != nil {
		return nil, err
	}
	if err := intact(run); err != nil {
		return nil, err
	}
	var all []Filled
	for _, t := range chosen {
		f := Filled{Name: t.Name, Title: t.Title, Doc: t.Doc}
		if of, ok := sheets[t.Name]; ok {
			s := of(run)
			f.Head, f.Notes = s.head, s.notes
			for _, r := range s.rows {
				f.Rows = append(f.Rows, plainCells(run, t, r))
			}
		} else {
			g := arrange(run, t)
			f.Notes = g.notes
			f.Head, f.Rows = cellsOf(g)
		}
		all = append(all, f)
	}
	return all, nil
}

// plainCells are the cells of a row of text. Those of the A/A test are values of the metric that the row names, those
// of conformance are about the arm.
func plainCells(run record.Run, t Table, texts []string) []Cell {
	cells := make([]Cell, len(texts))
	for i, text := range texts {
		cells[i].Text = text
		switch {
		case t.Name == conformance && i > 0:
			cells[i].Arm = texts[0]
		case t.Name == control && i == 1:
			cells[i].Metric, cells[i].Arm = texts[0], run.Plan.Control
		case t.Name == control && i < 4 && i > 0:
			cells[i].Metric, cells[i].Arm = texts[0], record.ControlArm
		}
	}
	return cells
}

// cellsOf are the cells of a grid, with a column of ratios and their intervals beside each that has them.
func cellsOf(g grid) (head []string, rows [][]Cell) {
	head, rows = []string{"variant"}, make([][]Cell, len(g.rows))
	for i, r := range g.rows {
		rows[i] = []Cell{{Text: label(r)}}
	}
	if g.table.Checks {
		head = append(head, "checks")
		for i, r := range g.rows {
			rows[i] = append(rows[i], Cell{Text: orElse(r.checks, missing), Arm: r.arm})
		}
	}
	for i, c := range g.columns {
		compared := c.reference != "" && c.metric.Unit != pieces
		head = append(head, heading(c.metric))
		if compared {
			head = append(head, unbroken("× "+c.reference))
		}
		for j, r := range g.rows {
			of := func(text string) Cell { return Cell{text, c.metric.Name, r.arm} }
			rows[j] = append(rows[j], of(unbroken(valueOf(c.metric, r.cells[i]))))
			if compared {
				rows[j] = append(rows[j], of(fullRatio(c.metric, r.cells[i])))
			}
		}
	}
	return head, rows
}

// HeadlineMetrics are the metrics that the summary is about.
func HeadlineMetrics() []Metric { return headlineMetrics() }

// Named returns the metric of that name; false when there is none.
func Named(name string) (Metric, bool) {
	all := Metrics()
	i := slices.IndexFunc(all, func(m Metric) bool { return m.Name == name })
	if i < 0 {
		return Metric{}, false
	}
	return all[i], true
}

// ByRound is a metric of an arm in each round in which it was measured, in base units.
func ByRound(run record.Run, arm string, m Metric) map[int]float64 {
	values := map[int]float64{}
	for round, s := range measured(run, arm, m) {
		values[round] = s.value
	}
	return values
}

// Reference is the arm that a metric's ratios are taken to; "" when there is none to compare with.
func Reference(run record.Run, m Metric) string {
	c, _ := fill(run, m, stat.Confidence)
	return c.reference
}

// ControlRatio is the ratio of the control to the same variant under its own name; false where there is no control, or
// where the two cannot be compared.
func ControlRatio(run record.Run, m Metric, confidence float64) (stat.Interval, bool) {
	return controlRatio(run, m, confidence)
}

// Noise says what the run is too noisy for, "" for nothing that the A/A test shows. It is not known of a run without
// one, or with too few rounds.
func Noise(run record.Run) (text string, known bool) {
	for _, f := range noisyFacts(run) {
		return f.text, true
	}
	i, ok := controlRatio(run, metric(noisyAbove[0].metric), stat.Confidence)
	return "", ok && i.Attained()
}

// Conforms reports whether an arm conforms; not known of one without a report.
func Conforms(run record.Run, arm string) (conforms, known bool) {
	c, ok := conformanceOf(run, arm)
	return ok && c.ok(), ok
}

// Title names the machine that a run was measured on, and its limits.
func Title(run record.Run) string { return machine(run.Env) + under(run.Plan) }

// Number formats a number as tables do, with three significant digits.
func Number(v float64) string { return number(v) }

// RoundState is what else happened in a round.
type RoundState struct {
	Round       int
	Disturbed   bool // the machine was not calm
	Watched     bool // by the sentinel
	Spin, Wake  float64
	Steal       float64
	Late, Turns int // turns that were left out of every latency, of all
}

// RoundStates are those of the recorded rounds; none before schema 4.
func RoundStates(run record.Run) []RoundState {
	late := turns(run)
	var all []RoundState
	for _, r := range run.Rounds {
		s := RoundState{Round: r.Round, Disturbed: !calm(r.Sentinel), Watched: r.Sentinel != nil}
		if r.Sentinel != nil {
			s.Spin = max(r.Sentinel.Before.Spin, r.Sentinel.After.Spin)
			s.Wake = max(r.Sentinel.Before.Wake, r.Sentinel.After.Wake)
			s.Steal = r.Sentinel.Steal
		}
		for turn, was := range late {
			if turn.round == r.Round {
				s.Turns++
				if was {
					s.Late++
				}
			}
		}
		all = append(all, s)
	}
	return all
}
