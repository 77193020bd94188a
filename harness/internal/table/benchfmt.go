package table

import (
	"fmt"
	"io"

	"golang.org/x/perf/benchfmt"

	"spabench/harness/internal/record"
)

// Benchfmt writes every trial in Go's benchmark format, which benchstat reads: a line per trial with every valid
// metric, in seconds, bytes, or requests per second; and for each unit, which direction is better.
//
// See golang.org/design/14313-benchmark-format. Neither the round nor the commit is written, because benchstat would
// make a separate table of each.
func Benchfmt(w io.Writer, run record.Run) error {
	if err := intact(run); err != nil {
		return err
	}
	out := benchfmt.NewWriter(w)
	metrics := Metrics()
	for _, m := range metrics {
		unit, _ := m.bench()
		meta := map[string]string{"better": string(m.Better), "assume": "nothing"}
		if m.Exact {
			meta["assume"] = "exact"
		}
		for _, key := range []string{"better", "assume"} {
			of := benchfmt.UnitMetadataKey{Unit: unit, Key: key}
			err := out.Write(&benchfmt.UnitMetadata{UnitMetadataKey: of, OrigUnit: unit, Value: meta[key]})
			if err != nil {
				return fmt.Errorf("write benchmark format: %w", err)
			}
		}
	}
	config := []benchfmt.Config{{Key: "cpu", Value: []byte(run.Env.CPU), File: true}}
	for _, t := range run.Counted() {
		r := benchfmt.Result{
			Config: config, Iters: 1,
			Name: benchfmt.Name("Serve/variant=" + t.Variant),
		}
		for _, m := range metrics {
			if v, ok := m.Of(t); ok && markOf(run, t.Variant, m) == "" {
				unit, scale := m.bench()
				r.Values = append(r.Values, benchfmt.Value{Value: v * scale, Unit: unit})
			}
		}
		if len(r.Values) == 0 {
			continue
		}
		if err := out.Write(&r); err != nil {
			return fmt.Errorf("write benchmark format: %w", err)
		}
	}
	return nil
}

// bench is the metric's unit in Go's benchmark format, and the factor that converts a value from base units.
func (m Metric) bench() (unit string, scale float64) {
	switch m.Unit.Base {
	case "ns":
		return m.Name + "-sec", 1e-9
	case "bytes":
		return m.Name + "-B", 1
	case "1/s":
		return m.Name + "-req/s", 1
	}
	return m.Name, 1
}
