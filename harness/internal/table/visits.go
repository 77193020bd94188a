package table

import (
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// The attacks that are visits, or what only a plan with visits has, by record.Load.Name.
const (
	visit         = "visit" // as browsers make it; those with a coding's name after it, in that one coding
	visitIdentity = "visit-identity"
	visitGzip     = "visit-gzip"
	visitBrotli   = "visit-br"
	revisit       = "revisit"
	absent        = "absent"
	apiWrite      = "api-write"
)

// plannedQuantile is a quantile of the latency from the moment that the schedule says.
func plannedQuantile(load, name, title, doc string, q float64) Metric {
	return ofLoad(load, Metric{Name: load + "-" + name, Title: title, Unit: milliseconds, Doc: doc, Better: Lower, Quantile: q},
		func(l record.Loaded) (float64, bool) {
			d, ok, err := stat.Quantile(string(l.Planned), q)
			return float64(d), ok && err == nil // damage is reported before any table is made
		})
}

// halfMetric and mostMetric are the latency of loads that have too few requests in a round for a 99th percentile.
func halfMetric(load string) Metric {
	return plannedQuantile(load, "p50", load+" p50", "half were done within this, from the moment that the schedule says", 0.50)
}

func mostMetric(load string) Metric {
	return plannedQuantile(load, "p90", load+" p90", "9 of 10 were", 0.90)
}

// wireMetric is what goes over the wire. It is the same in every trial of one build, but for the Date.
func wireMetric(load string) Metric {
	return ofLoad(load, Metric{Name: load + "-wire", Title: load, Unit: kilobytes, Better: Lower, Exact: true,
		Doc: "bytes received for it on all connections, heads of the responses included, TCP's and IP's own not"},
		func(l record.Loaded) (float64, bool) {
			return float64(l.WireIn) / float64(l.Requests), l.Requests > 0 && l.WireIn > 0
		})
}

// partNames tell what a visit asks for by how its path begins: the first that fits.
var partNames = []struct{ prefix, name string }{
	{"/assets/index-", "entry script"}, // and the style, by its ending
	{"/assets/rolldown-runtime-", "runtime"},
	{"/assets/vendor-", "vendor"},
	{"/assets/home-", "home"},
	{"/assets/search-form-", "search form"},
	{"/assets/logo-", "logo"},
	{"/assets/literata-", "font"},
	{"/sw.js", "service worker"},
	{"/", "page"},
}

// partName is what a part of a visit is called.
func partName(path string) string {
	if strings.HasSuffix(path, ".css") {
		return "style"
	}
	for _, p := range partNames {
		if strings.HasPrefix(path, p.prefix) {
			return p.name
		}
	}
	return path
}

// partMetrics are the median latencies of what a visit asks for, in its order.
func partMetrics() []Metric {
	var metrics []Metric
	for _, name := range []string{"page", "entry script", "style", "runtime", "vendor", "home", "search form", "logo", "font", "service worker"} {
		metrics = append(metrics, ofLoad(visit, Metric{
			Name: visit + "-" + strings.ReplaceAll(name, " ", "-") + "-p50", Title: name, Unit: milliseconds, Better: Lower, Quantile: 0.5,
			Doc: "half of the visits had it within this, from the moment that they asked for it, a connection to open first included",
		}, func(l record.Loaded) (float64, bool) {
			for _, p := range l.Parts {
				if partName(p.Path) == name {
					d, ok, err := stat.Quantile(string(p.Latency), 0.5)
					return float64(d), ok && err == nil
				}
			}
			return 0, false
		}))
	}
	return metrics
}

// visitTables are those of plans with visits.
func visitTables() []Table {
	titled := func(m Metric, title string) Metric {
		m.Title = title
		return m
	}
	return []Table{
		{Name: "visit", Title: "Visits",
			Doc: "First: the page and all that Chromium asks for with it, wave after wave, on up to six new connections; the server chooses among gzip and br. Again: the page, and what of it is not fresh, with If-None-Match and If-Modified-Since. A visit ends when all of it has been answered.",
			Metrics: []Metric{
				titled(halfMetric(visit), "first p50"), titled(mostMetric(visit), "first p90"), titled(cpuMetric(visit), "first CPU"), titled(wireMetric(visit), "first bytes"),
				titled(halfMetric(revisit), "again p50"), titled(mostMetric(revisit), "again p90"), titled(cpuMetric(revisit), "again CPU"), titled(wireMetric(revisit), "again bytes"),
			}},
		{Name: "visit-coding", Title: "First visits, by content coding",
			Doc: "The client accepts this coding alone: within one, no server is quicker for compressing better. Where a server has no br, it is not asked.",
			Metrics: []Metric{
				titled(halfMetric(visitIdentity), "identity p50"), titled(cpuMetric(visitIdentity), "identity CPU"), titled(wireMetric(visitIdentity), "identity bytes"),
				titled(halfMetric(visitGzip), "gzip p50"), titled(cpuMetric(visitGzip), "gzip CPU"), titled(wireMetric(visitGzip), "gzip bytes"),
				titled(halfMetric(visitBrotli), "br p50"), titled(cpuMetric(visitBrotli), "br CPU"), titled(wireMetric(visitBrotli), "br bytes"),
			}},
		{Name: "visit-parts", Title: "First visits, by what they ask for",
			Doc:     "Median latency of each request of a visit, in the order that a browser learns of them, from the moment it was sent.",
			Metrics: partMetrics()},
		{Name: "wire", Title: "Bytes over the wire",
			Doc: "Received for one response, or one visit, with the heads of the responses.",
			Metrics: []Metric{
				optional(wireMetric(page)), optional(wireMetric(asset)), optional(wireMetric(api)), titled(wireMetric(visit), "first visit"), titled(wireMetric(revisit), "repeat visit"), wireMetric(absent),
			}},
	}
}

// moreMetrics are the metrics of loads that only plans with visits have, and those that runs before them lack.
func moreMetrics() []Metric {
	var all []Metric
	for _, load := range []string{visit, revisit} {
		all = append(all, halfMetric(load), mostMetric(load), cpuMetric(load), wireMetric(load))
	}
	for _, load := range []string{visitIdentity, visitGzip, visitBrotli} {
		all = append(all, halfMetric(load), cpuMetric(load), wireMetric(load))
	}
	for _, load := range []string{absent, apiWrite} {
		all = append(all, halfMetric(load), mostMetric(load), cpuMetric(load))
	}
	all = append(all, wireMetric(absent))
	for _, load := range []string{page, asset, api} {
		all = append(all, optional(wireMetric(load)))
	}
	return append(all, partMetrics()...)
}

// optional is the metric, for tables of runs that may not have it.
func optional(m Metric) Metric {
	m.Optional = true
	return m
}
