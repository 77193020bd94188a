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
func (t Trust) Text(w io.Writer) error {
	var b bytes.Buffer
	if err := t.tables(&b, textStyle{}); err != nil {
		return err
	}
	textStyle{}.facts(&b, "What it must show", t.boundFacts())
	textStyle{}.facts(&b, "Measured", seriesContext(t.runs))
	_, err := w.Write(append(bytes.TrimRight(b.Bytes(), "\n"), '\n'))
	return err
}

// Page is the README of a published series: what it must show and whether it does, how often the instrument was wrong,
// how it was measured, and how to repeat it.
func (t Trust) Page(name string) (string, error) {
	style := markdownStyle{heading: "##"}
	first := t.runs[0]
	var b bytes.Buffer
	fmt.Fprintf(&b, "# How far to trust a number, on %s\n\n%s, %s of %s. Regressions of known size were planted in %s. "+
		"The series looks for them within each run, where both are measured in every round, and across runs, comparing "+
		"each run with the next, as `spabench compare` does.\n\n",
		escape(machine(first.Env)), day(first.Started), plural(len(t.runs), "run"), plural(first.Plan.Rounds, "round"),
		first.Plan.Control)
	bullets(&b, t.boundFacts())
	b.WriteByte('\n')
	if err := t.tables(&b, style); err != nil {
		return "", fmt.Errorf("render page of %s: %w", name, err)
	}
	style.facts(&b, "Measured", seriesContext(t.runs))
	b.WriteString(reproduce(first))
	fmt.Fprintf(&b, "Each trial of a variant takes about three seconds. The tables above are derived only from the "+
		"records of the runs (`NN/run.jsonl`); the planted CPU time was derived from `pilot/run.jsonl`. To render them again:\n\n"+
		"```sh\ngo run ./harness/cmd/spabench trust --score results/%s\n```\n", name)
	return b.String(), nil
}

func (t Trust) tables(b *bytes.Buffer, s style) error {
	if err := t.same(b, s); err != nil {
		return err
	}
	return t.planted(b, s)
}

// same writes the table of the A/A comparisons.
func (t Trust) same(b *bytes.Buffer, s style) error {
	s.title(b, Table{Title: "A/A comparisons",
		Doc: "One variant compared with itself: within each run with its control, paired by round, and across runs, each " +
			"with the " +
			"next. Every reported difference is a false positive; with intervals of 95% or a little more, up to one in " +
			"twenty is " +
			"expected. Undetected: the largest difference that two runs would have missed (median)."})
	same := sheet{head: []string{"metric", "within a run", "across two runs", "false positives", "undetected"}}
	for _, m := range t.Same {
		both := Share{m.Within.N + m.Across.N, m.Within.Of + m.Across.Of}
		unseen := missing
		if m.Across.Of > 0 {
			unseen = fmt.Sprintf("±%.0f%%", 100*m.Unseen())
		}
		same.rows = append(same.rows,
			[]string{m.Metric.Name, m.Within.String(), m.Across.String(), asPercent(both), unseen})
	}
	if err := s.sheet(b, same); err != nil {
		return fmt.Errorf("render the A/A comparisons: %w", err)
	}
	return nil
}

// planted writes the table of the planted regressions.
func (t Trust) planted(b *bytes.Buffer, s style) error {
	s.title(b, Table{Title: "Planted regressions",
		Doc: "Variants with exactly one thing made worse. Within: each compared with the original variant in the same " +
			"run, paired by round, as in every table of a run. Across: each compared with that variant in the run before, " +
			"as if " +
			"it were a later build of it. Values are divided by the baseline's in the same round, which cancels out changes " +
			"of the " +
			"machine between runs and adds the baseline's noise. Factors are medians. Elsewhere: comparisons across runs " +
			"that also " +
			"report another headline metric as worse."})
	factor := func(i stat.Interval) string {
		if i.N == 0 {
			return missing
		}
		return "×" + number(i.Centre)
	}
	found := sheet{head: []string{"planted", "worse in", "within", "factor", "across", "factor", "elsewhere"}}
	for _, p := range t.Planted {
		found.rows = append(found.rows, []string{p.Arm, p.In[0], p.Within.String(), factor(p.Paired),
			p.Across.String(), factor(p.Factor), p.Elsewhere.String()})
		if len(p.In) > 1 {
			found.notes = append(found.notes,
				fmt.Sprintf("%s also counts as detected where %s is reported as worse.", p.Arm, strings.Join(p.In[1:], " or ")))
		}
		if len(p.Others) > 0 {
			found.notes = append(found.notes, fmt.Sprintf("%s was also reported as worse in %s.", p.Arm, tallied(p.Others)))
		}
	}
	if err := s.sheet(b, found); err != nil {
		return fmt.Errorf("render the planted regressions: %w", err)
	}
	s.notes(b, found.notes)
	return nil
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

func (t Trust) boundFacts() []fact {
	var facts []fact
	for _, b := range t.Bounds() {
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

// trustLinks writes the part of the index that links the series, newest first.
func trustLinks(b *bytes.Buffer, series []PublishedTrust) {
	if len(series) == 0 {
		return
	}
	b.WriteString("\n## How far to trust a number\n\nSeries of runs with planted regressions: how often does an " +
		"A/A test report a difference, and how often are the regressions detected?\n\n")
	series = slices.Clone(series)
	slices.SortStableFunc(series, func(x, y PublishedTrust) int {
		return y.Trust.runs[0].Started.Compare(x.Trust.runs[0].Started)
	})
	for _, s := range series {
		first := s.Trust.runs[0]
		var found Share
		for _, p := range s.Trust.Planted {
			found.N, found.Of = found.N+p.Within.N, found.Of+p.Within.Of
		}
		fmt.Fprintf(b, "- [%s](%s/README.md): %s on %s; %s A/A verdicts are false positives, %s planted regressions are "+
			"detected\n",
			first.Started.UTC().Format("2006-01-02"), s.Name, plural(len(s.Trust.runs), "run"), escape(machine(first.Env)),
			s.Trust.different(), found)
	}
}
