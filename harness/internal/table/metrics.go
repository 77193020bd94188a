package table

import (
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// Metric is one number of a trial.
type Metric struct {
	Name   string // stable, unique, kebab-case
	Title  string // heading of its column, without the unit
	Unit   Unit
	Doc    string // what it is, for whoever reads the table
	Better Better
	Exact  bool   // the same in every trial of one build: has no noise
	Load   string // the attack it comes from, by name; "" for none

	// Optional is set where some runs do not measure it, for their age, their kernel or their plan: then it is left out
	// of tables, not shown as missing.
	Optional bool

	// Quantile is set on a latency: 0.5, 0.99. It means nothing when the load generator's own lag
	// behind the schedule is visible at the same quantile.
	Quantile float64

	// Of is the metric's value in base units; false when the trial did not measure it.
	Of func(record.Trial) (float64, bool)
}

// Better says which way a metric improves.
type Better string

const (
	Lower  Better = "lower"
	Higher Better = "higher"
)

// Unit is how a metric is shown. Values are kept in the base unit.
type Unit struct {
	Name string  // as shown
	Base string  // as kept, and as CSV has it
	Per  float64 // base units in one as shown
}

var (
	megabytes    = Unit{"MB", "bytes", 1e6}
	kilobytes    = Unit{"kB", "bytes", 1e3}
	milliseconds = Unit{"ms", "ns", 1e6}
	microseconds = Unit{"µs", "ns", 1e3}
	perSecond    = Unit{"1/s", "1/s", 1}
	pieces       = Unit{"", "count", 1}
)

// The attacks that metrics are made from, by record.Load.Name.
const (
	page     = "page"
	deepLink = "deep-link"
	asset    = "asset"
	api      = "api"
)

func imageMetrics() []Metric {
	size := func(name, title, doc string, unit Unit, of func(record.Image) int64) Metric {
		return Metric{Name: "image-" + name, Title: title, Unit: unit, Doc: doc, Better: Lower, Exact: true,
			Of: func(t record.Trial) (float64, bool) { return float64(of(t.Image)), len(t.Image.Images) > 0 }}
	}
	return []Metric{
		size("unpacked", "unpacked", "on disk, a layer that images share counted once", megabytes, func(i record.Image) int64 { return i.Unpacked }),
		size("compressed", "to pull", "what a first pull transfers, layers compressed with gzip", megabytes, func(i record.Image) int64 { return i.Compressed }),
		size("own", "own", "the part of unpacked that is in no base image", megabytes, func(i record.Image) int64 { return i.Own }),
		size("layers", "layers", "", pieces, func(i record.Image) int64 { return int64(i.Layers) }),
	}
}

func startMetrics() []Metric {
	phase := func(name, title, doc string, of func(record.Start) time.Duration) Metric {
		return Metric{Name: "start-" + name, Title: title, Unit: milliseconds, Doc: doc, Better: Lower,
			Of: func(t record.Trial) (float64, bool) {
				if t.Start == nil || of(*t.Start) <= 0 {
					return 0, false
				}
				return float64(of(*t.Start)), true
			}}
	}
	return []Metric{
		phase("page", "page", "from the first start call to the first correct page", func(s record.Start) time.Duration { return s.Page }),
		phase("api", "API", "to the first correct API answer", func(s record.Start) time.Duration { return s.API }),
		phase("create", "create", "before that, with a clock of its own: network and containers created", func(s record.Start) time.Duration { return s.Create }),
		phase("returned", "returned", "the engine said that all containers are started", func(s record.Start) time.Duration { return s.Returned }),
		phase("first-byte", "first byte", "of any HTTP response", func(s record.Start) time.Duration { return s.FirstByte }),
	}
}

func latencyMetrics(load string) []Metric {
	quantile := func(name, title, doc string, q float64, of func(record.Loaded) record.Histogram) Metric {
		return ofLoad(load, Metric{Name: load + "-" + name, Title: title, Unit: milliseconds, Doc: doc, Better: Lower, Quantile: q},
			func(l record.Loaded) (float64, bool) {
				d, ok, err := stat.Quantile(string(of(l)), q)
				return float64(d), ok && err == nil // damage is reported before any table is made
			})
	}
	planned := func(l record.Loaded) record.Histogram { return l.Planned }
	sent := func(l record.Loaded) record.Histogram { return l.Latency }
	return []Metric{
		quantile("p50", "p50", "half of the requests were answered within this, from the moment that the schedule says", 0.50, planned),
		quantile("p99", "p99", "99 of 100 were", 0.99, planned),
		quantile("p50-sent", "p50 sent", "the same, from the moment that the request was sent", 0.50, sent),
		quantile("p99-sent", "p99 sent", "the same, from the moment that the request was sent", 0.99, sent),
		ofLoad(load, Metric{Name: load + "-body", Title: "body", Unit: kilobytes, Better: Lower, Exact: true,
			Doc: "bytes of one response's content, as coded: who sends less may just compress better"},
			func(l record.Loaded) (float64, bool) {
				return float64(l.BodyBytes) / float64(l.Requests), l.BodyBytes > 0
			}),
	}
}

func cpuMetric(load string) Metric {
	return ofLoad(load, Metric{Name: load + "-cpu", Title: load, Unit: microseconds, Better: Lower,
		Doc: "CPU time per request, user and system, of all containers of the variant"},
		func(l record.Loaded) (float64, bool) { return cpuPerRequest(l.Usage, l) })
}

// meanCPUMetric is what an attack took as a whole, where the one above is of its slices.
func meanCPUMetric(load string) Metric {
	return ofLoad(load, Metric{Name: load + "-cpu-mean", Title: load + " mean", Unit: microseconds, Better: Lower, Optional: true,
		Doc: "CPU time of the whole attack shared among its requests: what else ran on the same core is in it"},
		func(l record.Loaded) (float64, bool) {
			if len(record.Slices(l.Usage)) == 0 {
				return 0, false
			}
			return meanCPU(l.Usage, l)
		})
}

func capacityMetric(load string) Metric {
	return ofLoad(load, Metric{Name: load + "-capacity", Title: load, Unit: perSecond, Better: Higher,
		Doc: "requests that one core can answer in a second: 1 s / CPU time per request"},
		func(l record.Loaded) (float64, bool) {
			each, ok := cpuPerRequest(l.Usage, l)
			return float64(time.Second) / each, ok
		})
}

// frontendCPUMetric leaves out the containers beside the one with the files.
func frontendCPUMetric(load string) Metric {
	return ofLoad(load, Metric{Name: load + "-cpu-frontend", Title: load, Unit: microseconds, Better: Lower,
		Doc: "CPU time per request of the container that has the files: the one called frontend, or the only one"},
		func(l record.Loaded) (float64, bool) {
			for _, u := range l.Usage {
				if u.Container == "frontend" || len(l.Usage) == 1 {
					return cpuPerRequest([]record.UsageDelta{u}, l)
				}
			}
			return 0, false
		})
}

// directCPUMetric is the same when that container is asked without the proxy before it, as a single container is:
// by the load that the plan has for it, named after this one.
func directCPUMetric(load string) Metric {
	behind := frontendCPUMetric(load)
	m := Metric{Name: load + "-cpu-direct", Title: load + " direct", Unit: microseconds, Better: Lower, Load: load,
		Doc: behind.Doc + ", asked without a proxy before it"}
	direct := frontendCPUMetric(load + "-direct")
	m.Of = func(t record.Trial) (float64, bool) {
		if each, ok := direct.Of(t); ok {
			return each, true
		}
		if l, ok := loaded(t, load); ok && len(l.Usage) == 1 {
			return behind.Of(t)
		}
		return 0, false
	}
	return m
}

func memoryMetrics() []Metric {
	return []Metric{
		{Name: "memory-idle", Title: "idle", Unit: megabytes, Better: Lower,
			Doc: "working set of all containers before the first load",
			Of: func(t record.Trial) (float64, bool) {
				var sum int64
				for _, u := range t.Idle {
					sum += u.WorkingSet
				}
				return float64(sum), sum > 0
			}},
		{Name: "memory-loaded", Title: "under load", Unit: megabytes, Better: Lower,
			Doc: "the largest that it was at the end of any load",
			Of: func(t record.Trial) (float64, bool) {
				var most int64
				for _, l := range t.Loads {
					var sum int64
					for _, u := range l.Usage {
						sum += u.WorkingSet
					}
					most = max(most, sum)
				}
				return float64(most), most > 0
			}},
		peakMetric(),
	}
}

// ofLoad completes a metric of one attack.
func ofLoad(load string, m Metric, of func(record.Loaded) (float64, bool)) Metric {
	m.Load = load
	m.Of = func(t record.Trial) (float64, bool) {
		if l, ok := loaded(t, load); ok {
			return of(l)
		}
		return 0, false
	}
	return m
}

// loaded is what the named attack measured in a trial: the first attempt that nothing disturbed; the last, if all were.
func loaded(t record.Trial, load string) (record.Loaded, bool) {
	var last record.Loaded
	found := false
	for _, l := range t.Loads {
		if l.Load != load {
			continue
		}
		if last, found = l, l.Skipped == ""; !l.Disturbed {
			break
		}
	}
	return last, found
}

// cpuPerRequest is the CPU time per request, nanoseconds: the lower quartile over the slices of the attack, where it has
// enough. What else runs on the same core, in another virtual machine too, makes the same work take twice the CPU
// time and more, for tenths of a second to seconds at a time, and never less; a mean over the attack is mostly that.
func cpuPerRequest(usage []record.UsageDelta, l record.Loaded) (float64, bool) {
	all, each := l.Sliced(usage)
	if all == nil {
		return meanCPU(usage, l)
	}
	quartile := stat.LowerQuartile(all)
	return float64(quartile) / each, quartile > 0
}

// meanCPU shares the CPU time among the requests that it was spent on, those of the warm-up included, nanoseconds.
func meanCPU(usage []record.UsageDelta, l record.Loaded) (float64, bool) {
	var sum time.Duration
	for _, u := range usage {
		sum += u.CPU
	}
	return float64(sum) / float64(l.WarmUp+l.Requests), sum > 0 && l.Requests > 0
}
