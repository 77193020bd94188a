package table

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// PublishedTrust is a series of runs in results/.
type PublishedTrust struct {
	Name  string // of its folder
	Trust Trust
}

// Text writes what the series shows, for a terminal of 80 columns.
func (t Trust) Text(w io.Writer) error { return seriesText(w, t) }

func (Trust) title() string { return "How far to trust a number" }

func (t Trust) lead() string {
	first := t.runs[0]
	return fmt.Sprintf("%s, %s of %s. Regressions of known size were planted in "+
		"%s. The series looks for them within each run, where all arms take turns in every round, and across runs, "+
		"comparing each run with the next, as `spabench compare` does.",
		day(first.Started), plural(len(t.runs), "run"), plural(first.Plan.Rounds, "round"), first.Plan.Control)
}

// Page is the README of a published series: what it must show and whether it does, how often the instrument was wrong,
// how it was measured, and how to repeat it.
func (t Trust) Page(name string) (string, error) {
	return seriesPage(name, "The tables above are derived only from the records of the runs (`NN/run.jsonl`); "+
		"the planted CPU time was derived from `pilot/run.jsonl`. To render them again:", t)
}

func (t Trust) measured() []record.Run { return t.runs }

func (t Trust) tables(b *bytes.Buffer, s style) error {
	if err := t.same(b, s); err != nil {
		return fmt.Errorf("render the comparisons of what is the same: %w", err)
	}
	if err := t.within(b, s); err != nil {
		return fmt.Errorf("render the planted regressions within runs: %w", err)
	}
	if err := t.across(b, s); err != nil {
		return fmt.Errorf("render the planted regressions across runs: %w", err)
	}
	if err := t.ablation(b, s); err != nil {
		return fmt.Errorf("render the ablation: %w", err)
	}
	return nil
}

// same writes the table of the verdicts on what is the same.
func (t Trust) same(b *bytes.Buffer, s style) error {
	first := t.runs[0]
	s.title(b, Table{Title: "Identical things, compared",
		Doc: fmt.Sprintf("Within a run: %s with its control, and planted variants with each other in what they have "+
			"in common. Across two runs: each variant, and the control, with itself in the next run. Every reported "+
			"difference is a false positive. Each comparison has the confidence of a run's headline, %s, so that "+
			"those of a headline have simultaneous %s confidence. Reach: how far from 1 the interval of the ratio of "+
			"%[1]s to its control reaches, or to itself in the next run (median). The intervals of the shares are "+
			"Clopper and Pearson's; they take the verdicts to be independent, although neighbours share a run.",
			first.Plan.Control, asConfidence(HeadlineConfidence(first)), asConfidence(stat.Confidence))})
	same := sheet{head: []string{"metric", "within", "reach", "across", "reach", "false positives"}}
	reach := func(reaches []float64) string {
		switch middle := stat.Summary(reaches).Centre; {
		case len(reaches) == 0:
			return missing
		case middle >= 10: // two or three rounds, whose intervals have no use
			return "over ±999%"
		default:
			return fmt.Sprintf("±%.0f%%", 100*middle)
		}
	}
	for _, m := range t.Same {
		same.rows = append(same.rows, []string{m.Metric.Name, m.Within.String(), reach(m.reachesWithin),
			m.Across.String(), reach(m.reachesAcross), m.all().rate()})
	}
	return s.sheet(b, same)
}

// within writes the table of the planted regressions in their own runs.
func (t Trust) within(b *bytes.Buffer, s style) error {
	s.title(b, Table{Title: "Planted regressions within a run",
		Doc: "Variants with exactly one thing made worse, each compared with the original variant in the same run, " +
			"as in the headline of a run. Factors are medians over the runs."})
	found := plantedSheet("in")
	for _, p := range t.Planted {
		found.rows = append(found.rows, p.row(p.Within, p.Paired))
		if len(p.In) > 1 {
			found.notes = append(found.notes,
				fmt.Sprintf("%s also counts as detected where %s is reported as worse.",
					p.Arm, strings.Join(p.In[1:], " or ")))
		}
	}
	err := s.sheet(b, found)
	s.notes(b, found.notes)
	return err
}

// across writes the table of the planted regressions in the run after the original variant's.
func (t Trust) across(b *bytes.Buffer, s style) error {
	s.title(b, Table{Title: "Planted regressions across two runs",
		Doc: "Each compared with the original variant in the run before, as if it were a later build of it. Values " +
			"are divided by the baseline's in the same round, which cancels out changes of the machine between runs " +
			"and adds the baseline's noise."})
	found := plantedSheet("in pairs")
	for _, p := range t.Planted {
		found.rows = append(found.rows, p.row(p.Across, p.Factor))
		if len(p.Others) > 0 {
			found.notes = append(found.notes, fmt.Sprintf("%s was also reported as worse in %s: in %s pairs.",
				p.Arm, tallied(p.Others), p.Elsewhere))
		}
	}
	err := s.sheet(b, found)
	s.notes(b, found.notes)
	return err
}

// plantedSheet is a table of regressions, and of how many runs, or pairs of them, each was detected in.
func plantedSheet(detected string) sheet {
	return sheet{head: []string{"planted", "worse in", "detected " + detected, "share", "factor"}}
}

func (p Planted) row(found Share, factor stat.Interval) []string {
	shown := missing
	if factor.N > 0 {
		shown = "×" + number(factor.Centre)
	}
	return []string{p.Arm, p.In[0], found.String(), found.rate(), shown}
}

// tallied lists names with how often each occurs, in the order of their first occurrence.
func tallied(names []string) string {
	var seen, said []string
	for _, name := range names {
		if slices.Contains(seen, name) {
			continue
		}
		seen = append(seen, name)
		n := 0
		for _, other := range names {
			if other == name {
				n++
			}
		}
		said = append(said, fmt.Sprintf("%s (%s)", name, times(n)))
	}
	return list(said)
}

func boundFacts(bounds []Bound) []fact {
	var facts []fact
	for _, b := range bounds {
		label := "FAILS"
		if b.Holds {
			label = "holds"
		}
		facts = append(facts, fact{label, b.Says + "."})
	}
	return facts
}

// seriesContext says where, when and how the runs were measured. They were measured alike, or there would be no score.
func seriesContext(runs []record.Run) []fact {
	const minute = "2006-01-02 15:04 UTC"
	plan, all := runs[0], record.Run{Plan: runs[0].Plan}
	plan.Rounds, plan.Trials = nil, nil // what happened in the rounds is told of all runs together
	facts := slices.DeleteFunc(context(plan), func(f fact) bool { return f.label == "Run" })
	for i, run := range runs {
		all.Rounds = append(all.Rounds, run.Rounds...)
		for _, t := range run.Trials {
			t.Round += i * 1_000_000 // no two runs have a round in common
			all.Trials = append(all.Trials, t)
		}
	}
	facts = append(facts, capitalised(roundFacts(all))...)
	text := fmt.Sprintf("%d, each with its own random seed; the first began "+
		"%s", len(runs), runs[0].Started.UTC().Format(minute))
	if end := runs[len(runs)-1].End; end != nil {
		text += ", the last ended " + end.Ended.UTC().Format(minute)
	}
	return append(facts, fact{"Runs", text})
}

func (t Trust) shown() string {
	var found Share
	for _, p := range t.Planted {
		found.N, found.Of = found.N+p.Within.N, found.Of+p.Within.Of
	}
	return fmt.Sprintf("%s headline verdicts on the same are false positives, %s planted regressions are detected",
		t.different(), found)
}

// trustLinks writes the part of the index that links the series.
func trustLinks(b *bytes.Buffer, series []PublishedTrust) {
	var links []linked
	for _, s := range series {
		links = append(links, linked{s.Name, s.Trust.runs[0], plural(len(s.Trust.runs), "run"), s.Trust.shown()})
	}
	seriesLinks(b, "\n## How far to trust a number\n\nSeries of runs with planted regressions: how many false "+
		"positives are there, and how often are the regressions detected?\n\n", links)
}
