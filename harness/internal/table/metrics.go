package table

import (
	"slices"
	"time"

	"spabench/harness/internal/record"
)

// Metric is one number that is derived from a trial.
type Metric struct {
	Name   string // stable, unique, kebab-case
	Title  string // heading of its column, without the unit
	Unit   Unit
	Doc    string // explains it to readers of table --format json
	Better Better
	Exact  bool   // the same in every trial of one build, without noise
	Load   string // name of the load it is measured under; "" for none

	// Optional is set on a metric that some runs do not have, because of their age, kernel or plan. Tables of such runs
	// leave it out instead of showing it as missing.
	Optional bool

	// Quantile is set on a latency, such as 0.5 or 0.99. The latency means nothing when the load generator itself was
	// noticeably behind its schedule at the same quantile.
	Quantile float64

	// Of returns the metric's value in base units, or false when the trial did not measure it.
	Of func(record.Trial) (float64, bool)

	// Turns is set on a metric that every turn of its load has a value of. It returns those by the number of the turn,
	// in base units; none where the trial has no turns. Arms that took turns with each other are compared turn by turn.
	Turns func(record.Trial) map[int]float64
}

// Better says which way a metric improves.
type Better string

const (
	Lower  Better = "lower"
	Higher Better = "higher"
)

// Unit is how a metric is shown. Values are stored in the base unit.
type Unit struct {
	Name string  // as shown
	Base string  // as stored, and as CSV has it
	Per  float64 // how many base units make one shown unit
}

var (
	megabytes    = Unit{"MB", "bytes", 1e6}
	kilobytes    = Unit{"kB", "bytes", 1e3}
	milliseconds = Unit{"ms", "ns", 1e6}
	microseconds = Unit{"µs", "ns", 1e3}
	perSecond    = Unit{"1/s", "1/s", 1}
	pieces       = Unit{"", "count", 1}
)

// The loads that metrics are measured under, by record.Load.Name.
const (
	page     = "page"
	deepLink = "deep-link"
	asset    = "asset"
	api      = "api"
)

// imagePrefix begins the names of the metrics of images.
const imagePrefix = "image-"

func imageMetrics() []Metric {
	size := func(name, title, doc string, unit Unit, of func(record.Image) int64) Metric {
		return Metric{Name: imagePrefix + name, Title: title, Unit: unit, Doc: doc, Better: Lower, Exact: true,
			Of: func(t record.Trial) (float64, bool) { return float64(of(t.Image)), len(t.Image.Images) > 0 }}
	}
	return []Metric{
		size("unpacked", "unpacked", "on disk; layers that images share count once", megabytes,
			func(i record.Image) int64 { return i.Unpacked }),
		size("compressed", "to pull", "what a first pull transfers: layers compressed with gzip", megabytes,
			func(i record.Image) int64 { return i.Compressed }),
		size("own", "own", "the part of unpacked that is in no base image", megabytes,
			func(i record.Image) int64 { return i.Own }),
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
		phase("page", "page", "from the first start call to the first correct page",
			func(s record.Start) time.Duration { return s.Page }),
		phase("api", "API", "from the first start call to the first correct API answer",
			func(s record.Start) time.Duration { return s.API }),
		phase("create", "create", "creating the network and the containers, which comes before the first start call",
			func(s record.Start) time.Duration { return s.Create }),
		phase("returned", "returned", "until the engine reported all containers as started",
			func(s record.Start) time.Duration { return s.Returned }),
		phase("first-byte", "first byte", "until the first byte of any HTTP response",
			func(s record.Start) time.Duration { return s.FirstByte }),
	}
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
			Doc: "the largest working set at the end of any load",
			Of: func(t record.Trial) (float64, bool) {
				var largest int64
				for _, l := range t.Loads {
					var sum int64
					for _, u := range l.Usage {
						sum += u.WorkingSet
					}
					largest = max(largest, sum)
				}
				return float64(largest), largest > 0
			}},
		peakMetric(),
	}
}

// ofLoad completes a metric that is measured under one load.
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

// loaded is what the named load measured in a trial. Before schema 4, a load could be made again, and the last counts.
func loaded(t record.Trial, load string) (record.Loaded, bool) {
	for _, l := range slices.Backward(t.Loads) {
		if l.Load == load {
			return l, l.Skipped == ""
		}
	}
	return record.Loaded{}, false
}
