package page

import (
	"fmt"
	"strings"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
	"spabench/harness/internal/table"
	"spabench/harness/spatest"
)

// evidence is what the numbers come from: values by round, reports of checks, and the trials with their slices.
type evidence struct {
	Values []sheet
	Checks []sheet
	Trials []trial
}

// trial is one start of one variant, with all loads and slices.
type trial struct {
	ID, Title string
	Facts     []table.Sentence
	Loads     plain
	Slices    plain
}

// plain is a table without links, of which there are so many rows that they are kept short.
type plain struct {
	Title string
	Head  []string
	Rows  [][]string
}

func evidenceOf(run record.Run, l links) (evidence, error) {
	var e evidence
	for _, m := range table.Metrics() {
		s := l.byRound(run, m)
		for i := range s.Rows {
			s.Rows[i][0].ID = valueAnchor(m.Name, s.Rows[i][0].Text)
		}
		if len(s.Rows) > 0 {
			e.Values = append(e.Values, s)
		}
	}
	for _, c := range run.Conformance {
		e.Checks = append(e.Checks, checks(c))
	}
	for _, t := range run.Counted() {
		of, err := trialOf(run, t)
		if err != nil {
			return e, fmt.Errorf("read round %d of %s: %w", t.Round, t.Variant, err)
		}
		e.Trials = append(e.Trials, of)
	}
	return e, nil
}

// checks is the report of one variant.
func checks(c record.Conformance) sheet {
	s := sheet{ID: checksAnchor(c.Variant), Title: "Checks of " + c.Variant,
		Head: []string{"check", "level", "verdict", "why"}}
	if c.Err != "" {
		s.Notes = append(s.Notes, "The checks could not be run: "+c.Err)
	}
	for _, o := range c.Report.Outcomes {
		verdict, why := string(o.Verdict), o.Reason
		if len(o.Findings) > 0 {
			why = o.Findings[0].Message
		}
		if o.Waived != "" {
			verdict, why = verdict+", waived", o.Waived
		}
		if o.Verdict == spatest.Passed {
			why = ""
		}
		s.Rows = append(s.Rows, []cell{{Text: o.Check}, {Text: fmt.Sprint(o.Level)}, {Text: verdict}, {Text: why}})
	}
	return s
}

func trialOf(run record.Run, t record.Trial) (trial, error) {
	of := trial{ID: trialAnchor(t.Variant, t.Round), Title: fmt.Sprintf("%s, round %d", t.Variant, t.Round),
		Facts: trialFacts(t)}
	of.Loads.Title, of.Slices.Title = "Loads of "+of.Title, "Slices of "+of.Title
	of.Loads.Head = []string{"load", "requests", "wrong", "warm-up", "bytes of bodies", "bytes received", "CPU, ms",
		"p50, ms", "p99, ms", "lag p99, ms", "opened"}
	of.Slices.Head = []string{"load", "turn", "began", "requests", "CPU, µs", "p50, ms", "p99, ms", "lag p99, ms",
		"late"}
	for _, load := range t.Loads {
		if load.Skipped != "" {
			of.Facts = append(of.Facts, table.Sentence{Label: load.Load, Text: "not sent, because " + load.Skipped})
			continue
		}
		row, err := loadRow(load)
		if err != nil {
			return of, fmt.Errorf("load %s: %w", load.Load, err)
		}
		of.Loads.Rows = append(of.Loads.Rows, row)
		for _, s := range load.Slices {
			row, err := sliceRow(load.Load, s)
			if err != nil {
				return of, fmt.Errorf("load %s, turn %d: %w", load.Load, s.Turn, err)
			}
			of.Slices.Rows = append(of.Slices.Rows, row)
		}
	}
	return of, nil
}

func trialFacts(t record.Trial) []table.Sentence {
	all := []table.Sentence{{Label: "Began", Text: fmt.Sprintf("%s, as number %d of its round",
		t.Began.UTC().Format("2006-01-02 15:04:05.000 UTC"), t.Order)}}
	if t.Err != "" {
		all = append(all, table.Sentence{Label: "Failed", Text: t.Err})
	}
	if s := t.Start; s != nil {
		text := fmt.Sprintf("created in %s ms; from the first start call: returned %s ms, first byte %s ms, page %s "+
			"ms, API %s ms", ms(s.Create), ms(s.Returned), ms(s.FirstByte), ms(s.Page), ms(s.API))
		all = append(all, table.Sentence{Label: "Start", Text: text})
	}
	for _, u := range t.Idle {
		text := fmt.Sprintf("container %s: working set %s MB, CPU time so far %s ms",
			u.Container, table.Number(float64(u.WorkingSet)/1e6), ms(u.CPU))
		all = append(all, table.Sentence{Label: "Idle", Text: text})
	}
	if t.Stop != nil {
		all = append(all, table.Sentence{Label: "Stop", Text: "took " + ms(t.Stop.Took) + " ms"})
	}
	return all
}

func loadRow(l record.Loaded) ([]string, error) {
	var cpu time.Duration
	for _, u := range l.Usage {
		cpu += u.CPU
	}
	row := []string{l.Load, fmt.Sprint(l.Requests), fmt.Sprint(l.Wrong), fmt.Sprint(l.WarmUp), fmt.Sprint(l.BodyBytes),
		orNone(l.WireIn), ms(cpu)}
	for _, of := range []struct {
		h record.Histogram
		q float64
	}{{l.Planned, 0.5}, {l.Planned, 0.99}, {l.Lag, 0.99}} {
		text, err := quantile(of.h, of.q)
		if err != nil {
			return nil, err
		}
		row = append(row, text)
	}
	return append(row, orNone(uint64(max(l.Opened, 0)))), nil
}

func sliceRow(load string, s record.Slice) ([]string, error) {
	var cpu []string
	for _, d := range s.CPU {
		cpu = append(cpu, table.Number(float64(d)/1e3))
	}
	row := []string{load, fmt.Sprint(s.Turn), s.Began.UTC().Format("15:04:05.000"), fmt.Sprint(s.Requests),
		strings.Join(cpu, " + ")}
	for _, q := range []float64{0.5, 0.99} {
		text, err := quantile(s.Planned, q)
		if err != nil {
			return nil, err
		}
		row = append(row, text)
	}
	late := ""
	if s.Late {
		late = "late"
	}
	return append(row, ms(s.LagP99), late), nil
}

func quantile(h record.Histogram, q float64) (string, error) {
	d, ok, err := stat.Quantile(string(h), q)
	if err != nil || !ok {
		return "–", err
	}
	return ms(d), nil
}

func ms(d time.Duration) string { return table.Number(float64(d) / 1e6) }

func orNone(n uint64) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprint(n)
}
