// Package table makes the tables that people read from a recorded run: as text for a terminal,
// as Markdown for a published page, and as CSV. Nothing in a table comes from anywhere but the record.
package table

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
)

// Table is a list of metrics, each a column. Every arm of the plan is a row.
type Table struct {
	Name    string // stable, unique, kebab-case
	Title   string
	Doc     string // one sentence for whoever reads it
	Metrics []Metric
	Checks  bool // the arm's conformance stands in the first column
}

// The tables that are not made of metrics by arm.
const (
	conformance = "conformance" // made from reports
	control     = "control"     // metrics of one variant, twice
	generator   = "generator"   // calibrations
)

// Tables lists every table, in the order in which they are published.
func Tables() []Table {
	return slices.Concat(mainTables(), visitTables(), costTables())
}

func mainTables() []Table {
	return []Table{
		{Name: "headline", Title: "At a glance", Checks: true,
			Doc: "Image size unpacked, cold start to the first correct page, and what serving the page costs: 99th percentile of latency at a fixed rate, and CPU time per request.",
			Metrics: []Metric{
				retitled("image-unpacked", "image"), retitled("start-page", "cold start"),
				retitled("page-cpu", "CPU per page"), retitled("page-p99", "page p99"),
			}},
		{Name: conformance, Title: "Conformance",
			Doc: "The checks of spatest, each against the variant in its containers. A variant conforms when every check passes, is skipped, or is waived with a reason."},
		{Name: "image", Title: "Image size",
			Doc:     "All images of the variant together.",
			Metrics: imageMetrics()},
		{Name: "coldstart", Title: "Cold start",
			Doc:     "Fresh containers in every round, polled every millisecond or faster; all but create count from the first start call.",
			Metrics: startMetrics()},
		{Name: control, Title: "The control against itself",
			Doc: "One variant is in every round twice, under two names. Whatever differs between the two is noise: where the interval of their ratio leaves out 1, the run saw a difference that is none; and a true difference within it could not have been seen."},
		{Name: generator, Title: "The load generator itself",
			Doc: "Measured in this run against the floor, which answered as many bytes: what it can send at most, one request after the other on all connections; and how it keeps a schedule of half of that. A load of more than half of the ceiling, or whose rate was not reached, is generator-bound, and not ranked. Rates are in hits (requests, or visits) per second, lags behind the schedule in ms."},
		latencyTable(page, "Latency of the page"),
		latencyTable(deepLink, "Latency of a deep link"),
		latencyTable(asset, "Latency of a hashed asset"),
		latencyTable(api, "Latency of an API call"),
		{Name: "latency-more", Title: "Latency of an absent asset, and of a write",
			Doc:     "An asset that no build has: a 404, and not the page. A book that is added: a 201. From the moment that the schedule says.",
			Metrics: []Metric{halfMetric(absent), mostMetric(absent), halfMetric(apiWrite), mostMetric(apiWrite)}},
	}
}

func costTables() []Table {
	return []Table{
		{Name: "cost", Title: "CPU time per request",
			Doc:     "User and system time of all containers of the variant, from their cgroups, divided by the requests of that load, its warm-up included.",
			Metrics: each(cpuMetric, page, deepLink, asset, api, absent, apiWrite)},
		{Name: "cost-mean", Title: "CPU time per request, disturbed or not",
			Doc:     "The same, of each load as a whole. The other tables cut a load into tenths of a second, and their lower quartile counts: another virtual machine on the same core makes the same work take twice the CPU time and more, for tenths of a second to seconds at a time, and never less. What a server does itself less often than that, as collecting garbage once a second, is in this table alone.",
			Metrics: each(meanCPUMetric, page, deepLink, asset, api)},
		{Name: "cost-frontend", Title: "CPU time per request, file server alone",
			Doc:     "The same for the container that has the files alone: the one called frontend, or the only one. “direct”: asked by the load generator itself, as the only one always is; without it: behind the proxy, if there is one, which has fewer connections to it.",
			Metrics: slices.Concat(each(directCPUMetric, page, deepLink), each(frontendCPUMetric, page, deepLink, asset))},
		{Name: "capacity", Title: "Capacity per core",
			Doc:     "Requests that one core could answer in a second: 1 s / CPU time per request. Higher is better.",
			Metrics: each(capacityMetric, page, deepLink, asset, api)},
		{Name: knee, Title: "Highest rate within the objective",
			Doc:     "Pages a second at which the objective was met, found by bisection in each round and met again by a repeat, by all containers of the variant on the servers' CPUs. Higher is better.",
			Metrics: []Metric{kneeMetric()}},
		{Name: "memory", Title: "Memory",
			Doc:     "Working set (charged memory less inactive file pages) of all containers of the variant, idle and at the end of the load that needs most.",
			Metrics: memoryMetrics()},
		{Name: limits, Title: "Under the limits",
			Doc:     "Throttled: the part of the time in which something was to be run and the CPU quota of that 100 ms was used up: nothing ran until the next, and every answer waited. Summed over CPUs.",
			Metrics: append(limitMetrics(), retitled("memory-peak", "memory peak"))},
	}
}

func latencyTable(load, title string) Table {
	return Table{Name: "latency-" + load, Title: title,
		Doc:     "From the moment that the schedule says, so that nothing is omitted when a server stalls; “sent” counts from the moment that the request was really sent.",
		Metrics: latencyMetrics(load)}
}

// Metrics lists every metric that a table has, each once.
func Metrics() []Metric {
	all := slices.Concat(imageMetrics(), startMetrics())
	for _, load := range []string{page, deepLink, asset, api} {
		all = append(all, latencyMetrics(load)...)
		all = append(all, cpuMetric(load), meanCPUMetric(load), frontendCPUMetric(load), directCPUMetric(load), capacityMetric(load))
	}
	return slices.Concat(all, memoryMetrics(), limitMetrics(), moreMetrics(), []Metric{kneeMetric()})
}

// metric finds one by its name, which must be right.
func metric(name string) Metric {
	all := Metrics()
	i := slices.IndexFunc(all, func(m Metric) bool { return m.Name == name })
	if i < 0 {
		panic("no metric " + name)
	}
	return all[i]
}

// retitled is a metric under a heading that says where it comes from.
func retitled(name, title string) Metric {
	m := metric(name)
	m.Title = title
	return m
}

func each(of func(load string) Metric, loads ...string) []Metric {
	metrics := make([]Metric, len(loads))
	for i, load := range loads {
		metrics[i] = of(load)
	}
	return metrics
}

// Names are the names that Text, Markdown and CSV accept, "latency" for every latency-… table among them.
func Names() []string {
	var names []string
	for _, t := range Tables() {
		if strings.HasPrefix(t.Name, "latency-") && !slices.Contains(names, "latency") {
			names = append(names, "latency")
		}
		names = append(names, t.Name)
	}
	return names
}

// choose returns the named tables as far as the run's plan has loads for them; all, when none is named.
// A name also chooses the tables whose names it begins, up to a hyphen.
func choose(run record.Run, names []string) ([]Table, error) {
	for _, name := range names {
		if !slices.Contains(Names(), name) {
			return nil, fmt.Errorf("choose table %q: no such table; there are %s", name, strings.Join(Names(), ", "))
		}
	}
	var chosen []Table
	for _, t := range Tables() {
		named := slices.ContainsFunc(names, func(name string) bool {
			return t.Name == name || strings.HasPrefix(t.Name, name+"-")
		})
		if len(names) > 0 && !named || t.Name == limits && run.Plan.Limits == nil || t.Name == knee && run.Plan.Objective == nil {
			continue
		}
		t.Metrics = slices.DeleteFunc(t.Metrics, func(m Metric) bool { return !planned(run, m) })
		if len(t.Metrics) > 0 || t.Name == conformance || t.Name == control && run.Plan.Control != "" || t.Name == generator && len(run.Calibration) > 0 {
			chosen = append(chosen, constrain(t, run.Plan))
		}
	}
	return chosen, nil
}

// planned reports whether the run set out to measure the metric.
func planned(run record.Run, m Metric) bool {
	if m.Optional && !slices.ContainsFunc(run.Trials, func(t record.Trial) bool { _, ok := m.Of(t); return ok }) {
		return false
	}
	return m.Load == "" || slices.ContainsFunc(run.Plan.Loads, func(l record.Load) bool { return l.Name == m.Load })
}
