// Package table makes the tables that people read from a recorded run: as text for a terminal,
// as Markdown for a published page, and as CSV. Nothing in a table comes from anywhere but the record.
package table

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
)

// Table is a list of metrics, each of which is a column. Every arm of the plan is a row.
type Table struct {
	Name    string // stable, unique, kebab-case
	Title   string
	Doc     string // explains the table to its reader
	Metrics []Metric
	Checks  bool // the first column shows the arm's conformance
}

// Tables that are told apart by their names: the one of the verdicts, and those that are not made of metrics by arm.
const (
	headline    = "headline"    // its comparisons hold together
	conformance = "conformance" // made from reports
	control     = "control"     // the A/A test: metrics of one variant that was measured twice
	generator   = "generator"   // calibrations
)

// Tables lists every table, in the order in which they are published.
func Tables() []Table {
	return slices.Concat(mainTables(), visitTables(), costTables())
}

func mainTables() []Table {
	return []Table{
		{Name: headline, Title: "At a glance", Checks: true,
			Doc: "Unpacked image size, cold start until the first correct page, and the cost of serving the page: " +
				"CPU time per request, and the 99th percentile of latency at a fixed rate, in a typical tenth of " +
				"a second (what stalls add is in “p99 of all” below).",
			Metrics: []Metric{
				retitled("image-unpacked", "image"), retitled("start-page", "cold start"),
				retitled("page-cpu", "CPU per page"), retitled("page-p99", "page p99"),
			}},
		{Name: conformance, Title: "Conformance",
			Doc: "The checks of spatest, each run against the variant in its containers. A variant conforms when " +
				"every MUST and SHOULD passes, is skipped, or is waived with a reason; a MAY that fails is only " +
				"reported. Undecided: the check could not tell, or one that it depends on did not pass."},
		{Name: "image", Title: "Image size",
			Doc: "All images of the variant together; a layer that they share counts once. To pull: compressed with " +
				"gzip. Own: the part of unpacked that is in no base image.",
			Metrics: imageMetrics()},
		{Name: "coldstart", Title: "Cold start",
			Doc: "Fresh containers in every round, " + fastPolling + "; all times except “create”, which comes " +
				"before, are counted from the first start call. Create: the network and the containers are made. " +
				"Returned: the engine has reported all containers as started; polling begins then, so no other time " +
				"is shorter. First byte: of any response. Page, API: of the first correct one.",
			Metrics: startMetrics()},
		{Name: control, Title: "A/A test",
			Doc: "One variant runs twice in every round, under two names. Any difference between the two is noise. " +
				"Where the interval of their ratio excludes 1, the run reported a difference that does not exist; a " +
				"real difference within the interval could have gone unnoticed. A ratio is taken turn by turn where " +
				"each slice has a value of its own, so it need not be the quotient of the two values shown."},
		{Name: generator, Title: "Load generator",
			Doc: "Calibrated in this run against the null server (baseline) with responses of the same size. " +
				"Ceiling: the most that the generator can send in a closed loop on all connections. Sustained: the " +
				"second highest rate of all attempts in which it kept its schedule, that is, sent at least 99.5% of " +
				"the requests, and 99% of those at most 1 ms late. A load whose rate is above 80% of that, or was " +
				"not reached, is generator-bound and not ranked. Rates are in hits (requests or visits) per second; " +
				"the lag behind the schedule is in ms."},
		latencyTable(page, "Latency of the page"),
		latencyTable(deepLink, "Latency of a deep link"),
		latencyTable(asset, "Latency of a hashed asset"),
		latencyTable(api, "Latency of an API call"),
		{Name: "latency-more", Title: "Latency of a missing asset and of a write",
			Doc: "A request for an asset that is in no build must get a 404, not the page. A request that adds a " +
				"book must get a 201. " + fromPlanned,
			Metrics: []Metric{p50Metric(absent), p90Metric(absent), p50Metric(apiWrite), p90Metric(apiWrite)}},
		{Name: connections, Title: "Connections",
			Doc: "How many connections the load generator opened under each load, and how many of them were open at " +
				"the same moment (opened / open at once): the most of any round, including warm-up and lead-ins. An " +
				"open loop sends on schedule, so while answers are late, it opens more than it keeps alive."},
	}
}

const (
	// fastPolling is how a cold start is polled; runs with limits poll more slowly, and constrain says so.
	fastPolling = "polled every 0.5 ms"
	slowPolling = "polled every 5 ms (a proxy whose backend is not ready spends CPU time refusing connections)"

	// How the CPU time per request was taken; constrain says which.
	ofSlices = "It is measured in each slice; a round's value is the interquartile mean over its slices."
	ofLoads  = "It is the mean over the load, including its warm-up."

	fromPlanned = "Latency counts from the planned send time, which avoids coordinated omission."
)

func costTables() []Table {
	return slices.Concat(cpuTables(), []Table{
		{Name: "capacity", Title: "Capacity per core",
			Doc:     "Requests per second that one core could answer: 1 s / CPU time per request. Higher is better.",
			Metrics: each(capacityMetric, page, deepLink, asset, api)},
		{Name: knee, Title: "SLO capacity",
			Doc: "The highest rate of pages per second at which the variant met the service level objective (SLO), " +
				"with all its containers on the servers' CPUs. Each round finds it by bisection and then confirms it " +
				"by a repeat. Higher is better.",
			Metrics: []Metric{kneeMetric()}},
		{Name: "memory", Title: "Memory",
			Doc: "Working set (charged memory minus inactive file pages) of all containers of the variant: idle, and " +
				"at the end of the load that needs the most.",
			Metrics: memoryMetrics()},
		{Name: limits, Title: "Under the limits",
			Doc: "Throttled: the share of time during which the variant had work to do but had used up its CPU quota " +
				"for that 100 ms period. Nothing runs until the next period, and every answer waits. Summed over CPUs.",
			Metrics: append(limitMetrics(), retitled("memory-peak", "memory peak"))},
	})
}

func cpuTables() []Table {
	return []Table{
		{Name: "cost", Title: "CPU time per request",
			Doc: "User and system time of all containers of the variant, from their cgroups, per request. " +
				ofSlices,
			Metrics: each(cpuMetric, page, deepLink, asset, api, absent, apiWrite)},
		{Name: "cost-frontend", Title: "CPU time per request, file server only",
			Doc: "Only the container that holds the files: the one named frontend, or the variant's only one. " +
				"“direct”: the load generator connects to it without the proxy. Otherwise requests go through the " +
				"proxy, if there is one, which opens fewer connections to it.",
			Metrics: slices.Concat(
				each(directCPUMetric, page, deepLink), each(frontendCPUMetric, page, deepLink, asset))},
	}
}

func latencyTable(load, title string) Table {
	return Table{Name: "latency-" + load, Title: title,
		Doc: "Counted from the planned send time, so that a stalled server cannot hide requests (no coordinated " +
			"omission); “sent” columns count from the actual send time. p50 and p99 are interquartile means over the " +
			"slices, and are compared turn by turn; where a slice has fewer than 100 requests, p99 is that of the " +
			"whole round. The other columns are over all slices of a round at once. Late turns are left out.",
		Metrics: latencyMetrics(load)}
}

// Metrics lists every metric of every table once.
func Metrics() []Metric {
	all := slices.Concat(imageMetrics(), startMetrics())
	for _, load := range []string{page, deepLink, asset, api} {
		all = append(all, latencyMetrics(load)...)
		all = append(all, cpuMetric(load), frontendCPUMetric(load), directCPUMetric(load),
			capacityMetric(load))
	}
	return slices.Concat(all, memoryMetrics(), limitMetrics(), visitMetrics(), []Metric{kneeMetric()})
}

// metricsNamed returns the metrics of these names, in this order.
func metricsNamed(names ...string) []Metric {
	var list []Metric
	for _, name := range names {
		list = append(list, metric(name))
	}
	return list
}

// metric returns the metric of that name. It panics when there is none, because only this package names them so.
func metric(name string) Metric {
	all := Metrics()
	i := slices.IndexFunc(all, func(m Metric) bool { return m.Name == name })
	if i < 0 {
		panic("no metric " + name)
	}
	return all[i]
}

// retitled is a metric under another heading, for a table whose title does not say what it is of.
func retitled(name, title string) Metric {
	m := metric(name)
	m.Title = title
	return m
}

// each makes a metric of each load.
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

// choose returns the named tables that apply to the run, or all of them when none is named. A name also chooses the
// tables whose names begin with it and a hyphen.
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
		t.Metrics = slices.DeleteFunc(t.Metrics, func(m Metric) bool { return !planned(run, m) })
		if (named || len(names) == 0) && applies(t, run) {
			chosen = append(chosen, constrain(t, run))
		}
	}
	return chosen, nil
}

// applies reports whether the run has what the table is made of.
func applies(t Table, run record.Run) bool {
	switch t.Name {
	case conformance:
		return true
	case control:
		return run.Plan.Control != ""
	case generator:
		return len(run.Calibration) > 0
	case connections:
		return len(openedUnder(run)) > 0
	case limits:
		return run.Plan.Limits != nil && len(t.Metrics) > 0
	case "visit-parts": // its columns are requests of our app
		return run.Plan.App == nil && len(t.Metrics) > 0
	case knee:
		return run.Plan.Objective != nil && len(t.Metrics) > 0
	}
	return len(t.Metrics) > 0
}

// planned reports whether the run set out to measure the metric.
func planned(run record.Run, m Metric) bool {
	measures := func(t record.Trial) bool { _, ok := m.Of(t); return ok }
	if m.Optional && !slices.ContainsFunc(run.Trials, measures) {
		return false
	}
	return m.Load == "" || slices.ContainsFunc(run.Plan.Loads, func(l record.Load) bool { return l.Name == m.Load })
}
