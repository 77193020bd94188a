package table

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// Schema is the JSON Schema of what JSON writes. A change that breaks readers of version 2 makes it version 3.
//
//go:embed schema.json
var Schema []byte

// SchemaID names the schema in every document.
const SchemaID = "urn:spabench:table:2"

// JSON writes the named tables (all of them without a name) as Schema describes them, with the run that they come from
// and its verdicts. Numbers are unrounded and in base units; the same record always gives the same bytes.
func JSON(w io.Writer, run record.Run, names ...string) error {
	chosen, err := choose(run, names)
	if err != nil {
		return err
	}
	if err := intact(run); err != nil {
		return err
	}
	d := document{Schema: SchemaID, Run: identity(run), Verdicts: []verdictJSON{}, Tables: []tableJSON{}}
	for _, f := range verdict(run) {
		d.Verdicts = append(d.Verdicts, verdictJSON{f.label, f.text})
	}
	for _, t := range chosen {
		switch t.Name {
		case conformance:
			d.Conformance = conformanceDocument(run, t)
		case control:
			d.Control = controlDocument(run, t)
		case generator:
			d.Generator = &generatorJSON{headingDocument(t, generatorSheet(run).notes), run.Calibration}
		case connections:
			d.Connections = connectionsDocument(run, t)
		default:
			d.Tables = append(d.Tables, tableDocument(run, t))
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	if err := e.Encode(d); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	return nil
}

// identity says which run it is.
func identity(run record.Run) runJSON {
	id := runJSON{Run: run, Resumed: run.Resumed, Interrupted: run.End == nil,
		Commit: run.Env.Commit, Dirty: run.Env.Dirty}
	if run.End != nil {
		id.Ended = &run.End.Ended
	}
	return id
}

func headingDocument(t Table, notes []string) headingJSON {
	return headingJSON{Name: t.Name, Title: t.Title, Doc: t.Doc, Notes: append([]string{}, notes...)} // never null
}

func tableDocument(run record.Run, t Table) tableJSON {
	g := arrange(run, t)
	d := tableJSON{headingJSON: headingDocument(t, g.notes), Columns: []metricJSON{}, Rows: []rowJSON{}}
	for _, c := range g.columns {
		d.Columns = append(d.Columns, metricDocument(c.metric))
	}
	for _, r := range g.rows {
		row := rowJSON{Variant: r.arm, Cells: map[string]cellJSON{}}
		if r.checks != "" {
			row.Conforms = new(r.conforms)
		}
		for i, x := range r.cells {
			row.Cells[g.columns[i].metric.Name] = cellDocument(g.columns[i], x)
		}
		d.Rows = append(d.Rows, row)
	}
	return d
}

func metricDocument(m Metric) metricJSON {
	return metricJSON{
		Name: m.Name, Title: m.Title, Unit: m.Unit.Base, Better: m.Better, Exact: m.Exact,
		Doc: m.Doc, Load: m.Load, Quantile: m.Quantile,
	}
}

func cellDocument(c column, x cell) cellJSON {
	d := cellJSON{Mark: x.mark.word()}
	if x.value.N > 0 {
		d.Value = new(intervalDocument(x.value))
	}
	if x.ratio.N > 0 {
		d.Ratio = new(ratioDocument(c.metric, c.reference, x.ratio, x.more))
	}
	return d
}

func intervalDocument(i stat.Interval) intervalJSON {
	return intervalJSON{Centre: i.Centre, Lo: i.Lo, Hi: i.Hi, Confidence: i.Confidence, N: i.N}
}

func ratioDocument(m Metric, reference string, ratio stat.Interval, more forecast) ratioJSON {
	d := ratioJSON{Reference: reference, intervalJSON: intervalDocument(ratio)}
	differs, known := m.differs(ratio)
	if known {
		d.Differs = &differs
	}
	if !differs && more.known {
		d.MoreRounds = &more.rounds
	}
	return d
}

func conformanceDocument(run record.Run, t Table) *conformanceJSON {
	d := &conformanceJSON{headingJSON: headingDocument(t, conformanceSheet(run).notes), Rows: []conformsJSON{}}
	for _, arm := range run.Plan.Variants {
		row := conformsJSON{Variant: arm}
		if n, ok := conformanceOf(run, arm); ok {
			row.Conforms, row.Error = new(n.ok()), firstLine(n.Err)
			row.Counts = &countsJSON{
				Pass: n.passed, Waived: n.waived, Fail: n.failed, Undecided: n.undecided, Skip: n.skipped,
			}
			for _, o := range n.failing() {
				row.Failing = append(row.Failing,
					failingJSON{Check: o.Check, Level: o.Level, Verdict: o.Verdict, Reason: because(o)})
			}
		}
		d.Rows = append(d.Rows, row)
	}
	return d
}

func controlDocument(run record.Run, t Table) *controlJSON {
	arm := run.Plan.Control
	d := &controlJSON{headingJSON: headingDocument(t, controlSheet(run).notes), Variant: arm, Rows: []twinJSON{}}
	for _, m := range controlled() {
		ratios := controlRatios(run, m)
		if len(ratios) == 0 {
			continue
		}
		d.Rows = append(d.Rows, twinJSON{
			Metric: metricDocument(m),
			Once:   intervalDocument(measured(run, arm, m).summary()),
			Again:  intervalDocument(measured(run, record.ControlArm, m).summary()),
			Ratio:  ratioDocument(m, arm, stat.Factor(ratios, stat.Confidence), foretell(ratios, stat.Confidence)),
		})
	}
	return d
}

func connectionsDocument(run record.Run, t Table) *connectionsJSON {
	d := &connectionsJSON{headingJSON: headingDocument(t, connectionsSheet(run).notes), Rows: []openedJSON{}}
	for _, n := range openedUnder(run) {
		row := openedJSON{Variant: n.arm, Load: n.load, Opened: n.connections, MostOpen: n.atOnce}
		for _, l := range run.Loads() {
			if l.Name == n.load {
				row.KeptAlive, row.Cap = l.Connections, l.MaxConnections
			}
		}
		d.Rows = append(d.Rows, row)
	}
	return d
}
