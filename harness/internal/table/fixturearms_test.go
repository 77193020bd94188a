package table

import (
	"math"
	"math/rand/v2"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// arm is what the made-up variant costs, before noise.
type arm struct {
	name       string
	containers []string
	megabytes  float64
	start      float64 // milliseconds
	cpu        float64 // microseconds for a page
	latency    float64 // microseconds, median
	memory     float64 // megabytes
}

var arms = []arm{
	{"embedded-go", []string{"app"}, 12.34, 231, 24.1, 310, 11.3},
	{"disk-go", []string{"app"}, 16.2, 233, 26.9, 315, 12.1},
	{"fastapi", []string{"app"}, 187.6, 1180, 612, 1830, 71.4},
	{"nginx-three-container", []string{"backend", "frontend", "proxy"}, 164.9, 742, 58.8, 455, 22.9},
	{"null", []string{"app"}, 6.71, 201, 17.3, 270, 4.2},
}

func (a arm) image() record.Image {
	unpacked := int64(a.megabytes * 1e6)
	i := record.Image{
		Unpacked: unpacked, Compressed: unpacked * 2 / 5, Own: unpacked / 3,
		Layers: 3 * len(a.containers), Store: "test data",
	}
	for _, c := range a.containers {
		i.Images = append(i.Images, "spabench/"+a.name+"-"+c)
	}
	return i
}

// trial is a trial of the arm under the loads, as far as it has their targets.
func (a arm) trial(random *rand.Rand, drift float64, loads []record.Load) record.Trial {
	t := a.started(random, drift)
	for _, l := range loads {
		if a.name == "null" && (l.Name == "asset" || l.Name == "api") {
			continue // the baseline has neither
		}
		out := a.loaded(random, drift, l)
		out.Latency = a.histogram(random, a.latency*weight(l)*drift, 0.3)
		out.Lag = a.histogram(random, 20, 0.5)
		t.Loads = append(t.Loads, out)
	}
	return t
}

// started is a trial of the arm before any load.
func (a arm) started(random *rand.Rand, drift float64) record.Trial {
	ms := func(v float64) time.Duration { return time.Duration(noisy(random, v*drift, 0.02) * 1e6) }
	t := record.Trial{Variant: a.name, Image: a.image(), Start: &record.Start{
		Create: ms(60), Returned: ms(a.start * 0.8), FirstByte: ms(a.start * 0.97),
		Page: ms(a.start), API: ms(a.start * 1.02),
	}}
	for _, c := range a.containers {
		t.Idle = append(t.Idle, record.Usage{Container: c, Memory: 2 * a.memoryOf(c), WorkingSet: a.memoryOf(c)})
	}
	return t
}

// loaded is what the arm cost under a load, with the latency from the planned moments alone.
func (a arm) loaded(random *rand.Rand, drift float64, l record.Load) record.Loaded {
	turns := max(1, int(l.Duration/madeSlice))
	requests := l.Rate * int(l.Duration/time.Second) / turns // in each slice
	out := record.Loaded{Load: l.Name, Requests: uint64(requests * turns), BodyBytes: uint64(requests*turns) * 412,
		Elapsed: l.Duration, Idle: 10 * time.Millisecond, IdleOver: 4 * l.Duration,
		Opened: l.Connections + random.IntN(9), MostOpen: l.Connections + random.IntN(3)}
	out.Planned = a.histogram(random, a.latency*weight(l)*drift*1.05, 0.4)
	for _, c := range a.containers {
		out.Usage = append(out.Usage, record.UsageDelta{
			Container: c, WorkingSet: a.memoryOf(c) * 3 / 2, Peak: 2 * a.memoryOf(c),
		})
	}
	for i, burst := range bursts(drift, l, turns) {
		s := record.Slice{Turn: i + 1, Requests: uint64(requests), LagP99: 90 * time.Microsecond}
		if burst > 1.7 {
			s.Late, s.LagP99 = true, 2*record.KeptLag
		}
		for j := range out.Usage {
			share := a.cpu * weight(l) * drift * burst / float64(len(a.containers))
			cost := noisy(random, share, 0.03) * 1e3 * float64(requests)
			s.CPU = append(s.CPU, time.Duration(cost))
			out.Usage[j].CPU += time.Duration(cost)
		}
		out.Slices = append(out.Slices, s)
	}
	return out
}

// bursts is how much slower the machine was in each turn: the same for all arms of a round, which the drift tells
// apart.
func bursts(drift float64, l record.Load, turns int) []float64 {
	random := rand.New(rand.NewPCG(math.Float64bits(drift), uint64(len(l.Name))))
	all := make([]float64, turns)
	for i := range all {
		all[i] = math.Exp(0.3 * math.Abs(random.NormFloat64()))
	}
	return all
}

func (a arm) memoryOf(container string) int64 {
	return int64(a.memory*1e6) / int64(len(a.containers)) * int64(len(container)) / 6
}

// weight is what a request of the load costs, relative to a page.
func weight(l record.Load) float64 {
	return map[string]float64{"page": 1, "deep-link": 1.05, "asset": 1.3, "api": 4}[l.Name]
}

// noisy is the value times log-normal noise.
func noisy(random *rand.Rand, value, sigma float64) float64 {
	return value * math.Exp(sigma*random.NormFloat64())
}

// histogram has a log-normal shape around a median of so many microseconds. Its 100 values stand at the percentiles,
// and its median and its spread are noisy: that is a tenth of the work of drawing values that are as steady.
func (a arm) histogram(random *rand.Rand, median, sigma float64) record.Histogram {
	h := stat.New()
	median, sigma = noisy(random, median, 0.02), noisy(random, sigma, 0.05)
	for i := range 100 {
		z := math.Sqrt2 * math.Erfinv((float64(2*i)+1)/100-1)
		stat.Record(h, time.Duration(median*math.Exp(sigma*z)*1e3))
	}
	s, err := stat.Encode(h)
	if err != nil {
		panic(err)
	}
	return record.Histogram(s)
}
