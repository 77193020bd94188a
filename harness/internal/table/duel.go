package table

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// The arms of a duel.
const (
	Before = "before"
	After  = "after"
)

// duelMetrics are what two servers are compared in, those first that a change is most likely to be about.
func duelMetrics() []Metric {
	return metricsNamed("page-cpu", "page-p50", "page-p99", "deep-link-cpu", "asset-cpu", "start-page", "memory-idle",
		"memory-loaded", "image-unpacked", "image-compressed")
}

// Duel is a run in which two servers took turns, and the run that confirms what it suspects, if there was one.
type Duel struct {
	Run, Again record.Run // Again is the zero value if nothing had to be confirmed
}

// Changes compares the arms before and after, turn by turn where both have the turns. All that have noise hold together
// with stat.Confidence, by Bonferroni's inequality.
func (d Duel) Changes() []Change { return duelChanges(d.Run, Before, After, duelMetrics()) }

func duelChanges(run record.Run, before, after string, metrics []Metric) []Change {
	var changes []Change
	for _, m := range metrics {
		c := Change{Arm: after, Metric: m, A: Value(run, before, m), B: Value(run, after, m)}
		if c.A.N > 0 && c.B.N > 0 {
			changes = append(changes, c)
		}
	}
	noisy := 0
	for _, c := range changes {
		if !c.Metric.Exact {
			noisy++
		}
	}
	confidence := 1 - (1-stat.Confidence)/float64(max(1, noisy))
	for i, c := range changes {
		changes[i].Factor = RatioAt(run, after, c.Metric, before, c.Metric, confidence)
	}
	return changes
}

// Suspected reports whether something that has noise became worse, which a second run is to confirm.
func (d Duel) Suspected() bool {
	return slices.ContainsFunc(d.Changes(), func(c Change) bool {
		return !c.Metric.Exact && c.Verdict() == "worse"
	})
}

// Worse lists the metrics that became worse, and the checks that passed before and no longer do.
func (d Duel) Worse() []string {
	names := worseMetrics(d.Changes(), d.again())
	for _, c := range d.changedChecks() {
		if c.change() == "worse" {
			names = append(names, c.name)
		}
	}
	return names
}

// worseMetrics are the metrics that became worse: in both runs, if they have noise.
func worseMetrics(changes, again []Change) []string {
	var names []string
	for _, c := range changes {
		if c.Verdict() == "worse" && (c.Metric.Exact || changeIn(again, c.Metric.Name).Verdict() == "worse") {
			names = append(names, c.Metric.Name)
		}
	}
	return names
}

// differences are the metrics that a duel would report: those that became worse, and those that became better.
func differences(changes, again []Change) []string {
	names := worseMetrics(changes, again)
	for _, c := range changes {
		if c.Verdict() == "better" {
			names = append(names, c.Metric.Name)
		}
	}
	return names
}

// changeIn is the change of a metric, or the zero value.
func changeIn(changes []Change, name string) Change {
	for _, c := range changes {
		if c.Metric.Name == name {
			return c
		}
	}
	return Change{}
}

// again are the changes in the run that confirms; none if there was no such run.
func (d Duel) again() []Change {
	if d.Again.Started.IsZero() {
		return nil
	}
	return duelChanges(d.Again, Before, After, duelMetrics())
}

// Text writes the duel for a terminal of 80 columns.
func (d Duel) Text(w io.Writer) error {
	var b bytes.Buffer
	if err := d.write(&b, textStyle{}); err != nil {
		return err
	}
	_, err := w.Write(append(bytes.TrimRight(b.Bytes(), "\n"), '\n'))
	return err
}

// Page is the README of a duel.
func (d Duel) Page(name string) (string, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s against %s\n\n%s, %s on %s.\n\n", escape(d.title(Before)), escape(d.title(After)),
		day(d.Run.Started), plural(rounds(d.Run), "round"), escape(machine(d.Run.Env)))
	if err := d.write(&b, markdownStyle{heading: "##"}); err != nil {
		return "", fmt.Errorf("render page of %s: %w", name, err)
	}
	markdownStyle{heading: "##"}.facts(&b, "Measured", context(d.Run))
	return b.String(), nil
}

func (d Duel) title(arm string) string {
	for _, built := range d.Run.Builds {
		if built.Variant == arm {
			return orElse(built.Title, arm)
		}
	}
	return arm
}

func (d Duel) write(b *bytes.Buffer, s style) error {
	changes, again := d.Changes(), d.again()
	sheet := sheet{head: []string{"metric", Before, After, After + "/" + Before, "", "again"}}
	for _, c := range changes {
		second := ""
		if a := changeIn(again, c.Metric.Name); a.Factor.N > 0 && !c.Metric.Exact {
			second = fmt.Sprintf("%s %s", number(a.Factor.Centre), a.Verdict())
		}
		sheet.rows = append(sheet.rows, []string{c.Metric.Name, c.Metric.Show(c.A.Centre), c.Metric.Show(c.B.Centre),
			ShowInterval(c.Factor, Factor), c.Verdict(), second})
	}
	s.title(b, Table{Title: "Duel", Doc: fmt.Sprintf("Before: %s. After: %s. Both took turns in every round; the "+
		"factor from before to after is taken turn by turn, and then over the rounds. All intervals together have %s "+
		"confidence (Bonferroni). ~: the interval includes 1. Again: what a second set of rounds shows, which is made "+
		"if something seems to be worse.", d.title(Before), d.title(After), asConfidence(stat.Confidence))})
	if err := s.sheet(b, sheet); err != nil {
		return err
	}
	s.notes(b, d.notes())
	return nil
}

// notes say what the A/A test shows, and which checks have another verdict.
func (d Duel) notes() []string {
	var notes []string
	if i, ok := controlRatio(d.Run, metric("page-cpu"), stat.Confidence); ok && i.Attained() {
		notes = append(notes, fmt.Sprintf("A/A test: before, measured twice, takes %s times the CPU time per page of "+
			"itself.", ShowInterval(i, Factor)))
	}
	for _, c := range d.changedChecks() {
		notes = append(notes, fmt.Sprintf("%s: %s.", c.name, c.sentence()))
	}
	return notes
}
