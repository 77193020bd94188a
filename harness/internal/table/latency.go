package table

import (
	"sync"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

func latencyMetrics(load string) []Metric {
	return []Metric{
		plannedQuantile(load, "p50", "p50", "median latency from the planned send time", 0.50),
		plannedQuantile(load, "p99", "p99", "99th percentile of latency from the planned send time, in a slice", 0.99),
		wholeQuantile(load, "p99-all", "p99 of all", "99th percentile over all slices of a round at once, "+
			"with whatever stalled the machine in some of them", 0.99, fromPlan),
		wholeQuantile(load, "p50-sent", "p50 sent", "median latency from the actual send time", 0.50, fromSend),
		wholeQuantile(load, "p99-sent", "p99 sent",
			"99th percentile of latency from the actual send time", 0.99, fromSend),
		ofLoad(load, Metric{Name: load + "-body", Title: "body", Unit: kilobytes, Better: Lower, Exact: true,
			Doc: "bytes of one response's content as encoded; a server that sends less may just compress better"},
			func(l record.Loaded) (float64, bool) {
				return float64(l.BodyBytes) / float64(l.Requests), l.BodyBytes > 0
			}),
	}
}

func fromPlan(l record.Loaded) record.Histogram { return l.Planned }

func fromSend(l record.Loaded) record.Histogram { return l.Latency }

// wholeQuantile is a quantile of the latencies of a round, over all slices that are not late.
func wholeQuantile(
	load, name, title, doc string, q float64, of func(record.Loaded) record.Histogram,
) Metric {
	m := Metric{Name: load + "-" + name, Title: title, Unit: milliseconds, Doc: doc, Better: Lower, Quantile: q}
	quantile := rememberedQuantile(q)
	return ofLoad(load, m, func(l record.Loaded) (float64, bool) { return quantile(of(l)) })
}

// plannedQuantile is a quantile of the latency from the planned send time. As with CPU time, a round's value is the
// mean of its slices' quantiles without the lowest and the highest quarter, and two arms are compared turn by turn. A
// stall of the machine for a few milliseconds hits one slice in ten or so: over all slices at once, two or three stalls
// more or less decide the 99th percentile. Where slices have too few requests for a quantile, it is that of the round.
func plannedQuantile(load, name, title, doc string, q float64) Metric {
	m := wholeQuantile(load, name, title, doc, q, fromPlan)
	whole, of := m.Of, rememberedQuantile(q)
	m.Turns = func(t record.Trial) map[int]float64 {
		l, _ := loaded(t, load)
		return turnQuantiles(l, q, of)
	}
	m.Of = func(t record.Trial) (float64, bool) {
		l, _ := loaded(t, load)
		if each, ok := trimmed(turnQuantiles(l, q, of)); ok {
			return each, true
		}
		return whole(t)
	}
	return m
}

// rememberedQuantile returns quantile for one q, which reads each histogram once. A series of runs compares each of its
// slices dozens of times, and reading a histogram takes much longer than anything else that is done with it.
func rememberedQuantile(q float64) func(record.Histogram) (float64, bool) {
	var mu sync.Mutex
	known := map[record.Histogram]float64{}
	return func(h record.Histogram) (float64, bool) {
		mu.Lock()
		defer mu.Unlock()
		v, ok := known[h]
		if !ok {
			if v, ok = quantile(h, q); ok {
				known[h] = v
			}
		}
		return v, ok
	}
}

// turnQuantiles are those of the slices that are not late, in nanoseconds, as of reads them. A slice needs one request
// beyond the quantile.
func turnQuantiles(
	l record.Loaded, q float64, of func(record.Histogram) (float64, bool),
) map[int]float64 {
	turns := map[int]float64{}
	for _, s := range l.Slices {
		if s.Late || float64(s.Requests)*(1-q) < 1-1e-9 {
			continue
		}
		if v, ok := of(s.Planned); ok {
			turns[s.Turn] = v
		}
	}
	return turns
}

// quantile is in nanoseconds. It is false for an empty histogram, and for a damaged one, which intact reports before
// any table is made.
func quantile(h record.Histogram, q float64) (float64, bool) {
	d, ok, err := stat.Quantile(string(h), q)
	return float64(d), ok && err == nil
}
