package table

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
)

// limits is the table that exists only for runs under limits.
const limits = "limits"

var percent = Unit{"%", "1", 0.01}

// limitMetrics are the metrics of that table.
func limitMetrics() []Metric {
	metrics := []Metric{{Name: "start-throttled", Title: "throttled: cold " +
		"start", Unit: percent, Better: Lower, Optional: true,
		Doc: "share of the time from the first start call to the first correct page and API answer that was throttled",
		Of: func(t record.Trial) (float64, bool) {
			if t.Start == nil {
				return 0, false
			}
			return throttled(t.Start.Throttling)
		}}}
	return append(metrics, each(throttledMetric, page, deepLink, asset, api)...)
}

func throttledMetric(load string) Metric {
	return ofLoad(load, Metric{Name: load + "-throttled", Title: load, Unit: percent, Better: Lower, Optional: true,
		Doc: "share of the load's time, including its warm-up, that was throttled"},
		func(l record.Loaded) (float64, bool) { return throttled(l.Throttling) })
}

func throttled(t *record.Throttling) (float64, bool) {
	if t == nil || t.Over <= 0 {
		return 0, false
	}
	return float64(t.Time) / float64(t.Over), true
}

func peakMetric() Metric {
	return Metric{Name: "memory-peak", Title: "peak", Unit: megabytes, Better: Lower, Optional: true,
		Doc: "peak memory charged since the start, including page cache, summed over the containers",
		Of: func(t record.Trial) (float64, bool) {
			var peak int64
			for _, u := range t.Idle {
				peak += u.Peak
			}
			for _, l := range t.Loads {
				var sum int64
				for _, u := range l.Usage {
					sum += u.Peak
				}
				peak = max(peak, sum)
			}
			return float64(peak), peak > 0
		}}
}

// under says, after commas, what else the run's variants serve than our app, and what they were limited to; it is ""
// where neither is so.
func under(p record.Plan) string {
	app := ""
	if p.App != nil {
		app = ", serving somebody's own build"
	}
	if p.Limits == nil {
		return app
	}
	var parts []string
	if c := p.Limits.CPUs; c > 0 {
		parts = append(parts, fmt.Sprintf("%g CPUs", c))
	}
	if m := p.Limits.Memory; m > 0 {
		parts = append(parts, fmt.Sprintf("%s MiB", count(float64(m)/(1<<20))))
	}
	return app + ", limited to " + list(parts)
}

// constrain makes the table's title and doc say how the run was measured, and explains optional columns.
func constrain(t Table, run record.Run) Table {
	p := run.Plan
	switch {
	case t.Name == "cost" && !sliced(run):
		t.Doc = strings.Replace(t.Doc, ofSlices, ofLoads, 1)
	case t.Name == "memory" && slices.ContainsFunc(t.Metrics, func(m Metric) bool { return m.Name == "memory-peak" }):
		t.Doc += " Peak: the most memory charged since the start, including page cache."
	case t.Name == headline:
		t.Title += under(p)
	case t.Name == "visit" && p.App != nil:
		t.Doc = strings.Replace(t.Doc, asChromium, byName, 1)
	case p.Limits == nil:
	case t.Name == "coldstart":
		t.Doc = strings.Replace(t.Doc, fastPolling, slowPolling, 1)
	}
	return t
}

// limitFacts say what the limits are and what they apply to.
func limitFacts(p record.Plan) []fact {
	if p.Limits == nil {
		return nil
	}
	var parts []string
	if c := p.Limits.CPUs; c > 0 {
		parts = append(parts, fmt.Sprintf("%g CPUs (%s ms of CPU time per 100 ms)", c, number(100*c)))
	}
	if m := p.Limits.Memory; m > 0 {
		parts = append(parts, fmt.Sprintf("%s MiB of memory, including page cache, and no swap",
			count(float64(m)/(1<<20))))
	}
	return []fact{{"Limits", "on all containers of a variant together, during trials (conformance is checked without " +
		"limits): " +
		strings.Join(parts, "; ")}}
}

// limitNotes say whose processes the memory limit killed.
func limitNotes(run record.Run) []string {
	var notes []string
	for _, arm := range run.Plan.Variants {
		var kills int64
		for _, t := range run.Trials {
			if t.Variant != arm {
				continue
			}
			for _, u := range t.Idle {
				kills += u.OOMKills
			}
			for _, l := range t.Loads {
				for _, u := range l.Usage {
					kills += u.OOMKills
				}
			}
		}
		if kills > 0 {
			notes = append(notes, fmt.Sprintf("%s: the kernel killed %s of its processes for lack of memory, not "+
				"counting containers that ended because of it.", arm, thousands(uint64(kills))))
		}
	}
	return notes
}

// limitVerdict warns that what the run shows is true of small machines only.
func limitVerdict(run record.Run) []fact {
	if run.Plan.Limits == nil {
		return nil
	}
	text := "each variant was" + strings.TrimPrefix(under(run.Plan), ",") + " (all its containers together)"
	if run.Plan.Limits.CPUs > 0 {
		text += ", and load rates were scaled down with the CPUs"
	}
	return []fact{{"limits", text + ": these results say nothing about larger machines."}}
}
