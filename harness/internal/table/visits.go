package table

import (
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// The loads that only a plan with visits has, by record.Load.Name.
const (
	visit         = "visit" // a first visit as a browser makes it; the ones below accept one content coding only
	visitIdentity = "visit-identity"
	visitGzip     = "visit-gzip"
	visitBrotli   = "visit-br"
	revisit       = "revisit"
	absent        = "absent"
	apiWrite      = "api-write"
)

// p50Metric and p90Metric are the latency of loads whose rounds have too few requests for a 99th percentile.
func p50Metric(load string) Metric {
	return plannedQuantile(load, "p50", load+" p50", "median latency from the planned send time", 0.50)
}

func p90Metric(load string) Metric {
	return plannedQuantile(load, "p90", load+" p90", "90th percentile of the same", 0.90)
}

// wireMetric is what goes over the wire. It is the same in every trial of one build except for the Date header.
func wireMetric(load string) Metric {
	return ofLoad(load, Metric{Name: load + "-wire", Title: load, Unit: kilobytes, Better: Lower, Exact: true,
		Doc: "bytes received per request or visit on all connections, with response headers, without TCP and IP " +
			"headers"},
		func(l record.Loaded) (float64, bool) {
			return float64(l.WireIn) / float64(l.Requests), l.Requests > 0 && l.WireIn > 0
		})
}

// partNames name the requests of a visit by the prefix of their paths. The first match counts.
var partNames = []struct{ prefix, name string }{
	{"/assets/index-", "entry script"}, // and the style sheet, which partName tells by its extension
	{"/assets/rolldown-runtime-", "runtime"},
	{"/assets/vendor-", "vendor"},
	{"/assets/home-", "home"},
	{"/assets/search-form-", "search form"},
	{"/assets/logo-", "logo"},
	{"/assets/literata-", "font"},
	{"/sw.js", "service worker"},
	{"/", "page"},
}

// partName names a request of a visit.
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

// partMetrics are the median latencies of the requests of a visit, in their order.
func partMetrics() []Metric {
	var metrics []Metric
	for _, name := range []string{
		"page", "entry script", "style", "runtime", "vendor", "home", "search form", "logo", "font", "service worker",
	} {
		metrics = append(metrics, ofLoad(visit, Metric{
			Name: visit + "-" + strings.ReplaceAll(name, " ", "-") + "-p50", Title: name, Unit: milliseconds,
			Better: Lower, Quantile: 0.5,
			Doc: "median latency from the actual send time, including opening a connection where one was needed",
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

// What a first visit requests: of our app, and of somebody's own.
const (
	asChromium = "everything that Chromium requests with it, in the same waves"
	byName     = "what it names, then what that imports by name, and so on, but not what the app loads once it runs"
)

// visitTables are the tables of plans with visits.
func visitTables() []Table {
	titled := func(m Metric, title string) Metric {
		m.Title = title
		return m
	}
	return []Table{
		{Name: "visit", Title: "Visits",
			Doc: "First: the page and " + asChromium + ", on up to six new connections; the server chooses " +
				"between gzip and br. Repeat: the page and whatever is not fresh, with If-None-Match and " +
				"If-Modified-Since. A visit ends when the last response is complete.",
			Metrics: []Metric{
				titled(p50Metric(visit), "first p50"), titled(p90Metric(visit), "first p90"),
				titled(cpuMetric(visit), "first CPU"), titled(wireMetric(visit), "first bytes"),
				titled(p50Metric(revisit), "repeat p50"), titled(p90Metric(revisit), "repeat p90"),
				titled(cpuMetric(revisit), "again CPU"), titled(wireMetric(revisit), "again bytes"),
			}},
		{Name: "visit-coding", Title: "First visits, by content coding",
			Doc: "The client accepts only this coding, so that within a coding no server is faster because it " +
				"compresses better. A server that does not support br is not measured with it.",
			Metrics: []Metric{
				titled(p50Metric(visitIdentity), "identity p50"), titled(cpuMetric(visitIdentity), "identity CPU"),
				titled(wireMetric(visitIdentity), "identity bytes"),
				titled(p50Metric(visitGzip), "gzip p50"), titled(cpuMetric(visitGzip), "gzip CPU"),
				titled(wireMetric(visitGzip), "gzip bytes"),
				titled(p50Metric(visitBrotli), "br p50"), titled(cpuMetric(visitBrotli), "br CPU"),
				titled(wireMetric(visitBrotli), "br bytes"),
			}},
		{Name: "visit-parts", Title: "First visits, by request",
			Doc: "Median latency of each request of a visit, from its actual send time, in the order in which a " +
				"browser discovers them.",
			Metrics: partMetrics()},
		{Name: "wire", Title: "Bytes over the wire",
			Doc: "Received for one response, or for one visit, including response headers.",
			Metrics: []Metric{
				optional(wireMetric(page)), optional(wireMetric(asset)), optional(wireMetric(api)),
				titled(wireMetric(visit), "first visit"), titled(wireMetric(revisit), "repeat visit"),
				wireMetric(absent),
			}},
	}
}

// visitMetrics are the metrics that came with visits, so that older runs have none of them.
func visitMetrics() []Metric {
	var all []Metric
	for _, load := range []string{visit, revisit} {
		all = append(all, p50Metric(load), p90Metric(load), cpuMetric(load), wireMetric(load))
	}
	for _, load := range []string{visitIdentity, visitGzip, visitBrotli} {
		all = append(all, p50Metric(load), cpuMetric(load), wireMetric(load))
	}
	for _, load := range []string{absent, apiWrite} {
		all = append(all, p50Metric(load), p90Metric(load), cpuMetric(load))
	}
	all = append(all, wireMetric(absent))
	for _, load := range []string{page, asset, api} {
		all = append(all, optional(wireMetric(load)))
	}
	return append(all, partMetrics()...)
}

// optional is the metric for tables of runs that may lack it.
func optional(m Metric) Metric {
	m.Optional = true
	return m
}
