package table

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// csvHead names the columns of CSV.
var csvHead = []string{
	"table", "metric", "unit", "better", "variant", "rounds", "centre", "lo", "hi", "confidence",
	"reference", "ratio", "ratio_lo", "ratio_hi", "ratio_confidence", "differs", "more_rounds", "mark",
}

// CSV writes one line for each cell of the named tables (all of them without a name), unrounded and in base units:
// bytes, ns, requests per second. Cells that were not measured are empty. "more_rounds" says how many more rounds would
// have told a difference of the size that matters, where none was detected. "mark" says why a value is not compared:
// wrong, late or generator-bound. Tables without metrics, such as conformance, are left out.
func CSV(w io.Writer, run record.Run, names ...string) error {
	chosen, err := choose(run, names)
	if err != nil {
		return err
	}
	if err := intact(run); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	_ = out.Write(csvHead) // errors are kept for Flush
	for _, t := range chosen {
		g := arrange(run, t)
		for i, c := range g.columns {
			for _, r := range g.rows {
				_ = out.Write(csvLine(t, c, r.arm, r.cells[i]))
			}
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	return nil
}

func csvLine(t Table, c column, arm string, x cell) []string {
	line := []string{t.Name, c.metric.Name, c.metric.Unit.Base, string(c.metric.Better), arm, strconv.Itoa(x.value.N)}
	line = append(line, raw(x.value)...)
	line = append(line, c.reference)
	line = append(line, raw(x.ratio)...)
	differs, more := "", ""
	if x.ratio.N > 0 {
		yes, _ := c.metric.differs(x.ratio)
		differs = strconv.FormatBool(yes)
		if !yes && x.more.known {
			more = strconv.Itoa(x.more.rounds)
		}
	}
	return append(line, differs, more, x.mark.word())
}

// raw is an interval without rounding; its fields are empty when there is none.
func raw(i stat.Interval) []string {
	if i.N == 0 {
		return []string{"", "", "", ""}
	}
	exact := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	return []string{exact(i.Centre), exact(i.Lo), exact(i.Hi), exact(i.Confidence)}
}
