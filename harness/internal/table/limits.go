package table

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
)

// limits is the table that only runs under limits have.
const limits = "limits"

var percent = Unit{"%", "1", 0.01}

// limitMetrics are the metrics of that table.
func limitMetrics() []Metric {
	metrics := []Metric{{Name: "start-throttled", Title: "throttled: cold start", Unit: percent, Better: Lower, Optional: true,
		Doc: "throttled part of the time from the first start call to the first correct page and API answer",
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
		Doc: "throttled part of the load's time, its warm-up included"},
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
		Doc: "most memory charged since start, page cache included, summed over the containers",
		Of: func(t record.Trial) (float64, bool) {
			var most int64
			for _, u := range t.Idle {
				most += u.Peak
			}
			for _, l := range t.Loads {
				var sum int64
				for _, u := range l.Usage {
					sum += u.Peak
				}
				most = max(most, sum)
			}
			return float64(most), most > 0
		}}
}

// under says what the run's variants were limited to, with a comma before it; "" when to nothing.
func under(p record.Plan) string {
	if p.Limits == nil {
		return ""
	}
	var parts []string
	if c := p.Limits.CPUs; c > 0 {
		parts = append(parts, fmt.Sprintf("%g CPUs", c))
	}
	if m := p.Limits.Memory; m > 0 {
		parts = append(parts, fmt.Sprintf("%s MiB", count(float64(m)/(1<<20))))
	}
	return ", limited to " + list(parts)
}

// constrain says in a table what is otherwise under limits, and what its optional columns are.
func constrain(t Table, p record.Plan) Table {
	switch {
	case t.Name == "memory" && slices.ContainsFunc(t.Metrics, func(m Metric) bool { return m.Name == "memory-peak" }):
		t.Doc += " Peak: the most that was charged since the start, page cache included."
	case p.Limits == nil:
	case t.Name == "headline":
		t.Title += under(p)
	case t.Name == "coldstart":
		t.Doc = strings.Replace(t.Doc, "every millisecond or faster", "every 5 ms (a proxy whose backend is not ready pays for refusing)", 1)
	}
	return t
}

// limitFacts say what the limits are on.
func limitFacts(p record.Plan) []fact {
	if p.Limits == nil {
		return nil
	}
	var parts []string
	if c := p.Limits.CPUs; c > 0 {
		parts = append(parts, fmt.Sprintf("%g CPUs, which is %s ms of CPU time in each 100 ms", c, number(100*c)))
	}
	if m := p.Limits.Memory; m > 0 {
		parts = append(parts, fmt.Sprintf("%s MiB of memory, page cache included, no swap beside it", count(float64(m)/(1<<20))))
	}
	return []fact{{"Limits", "all containers of a variant together, in trials (conformance is judged without): " + strings.Join(parts, "; ")}}
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
			notes = append(notes, fmt.Sprintf("%s: %s of its processes were killed for want of memory, beside containers that ended of it.", arm, thousands(uint64(kills))))
		}
	}
	return notes
}

// limitVerdict says, beside what the run shows, that it shows it of small machines alone.
func limitVerdict(run record.Run) []fact {
	if run.Plan.Limits == nil {
		return nil
	}
	text := "each variant was" + strings.TrimPrefix(under(run.Plan), ",") + ", all its containers together"
	if run.Plan.Limits.CPUs > 0 {
		text += ", and the rates of the loads came down with the CPUs"
	}
	return []fact{{"limits", text + ": this says nothing of larger machines."}}
}
