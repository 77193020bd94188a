package table

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
	"spabench/harness/spatest"
)

// Everything here is test data that is made up to look like a run. Nothing in it was measured.

// TestMain lets the heap grow more between collections: rendering allocates much and keeps little, so that at the
// default setting the collector runs hundreds of times, which takes a third of the tests' time under the race detector.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

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

// mostRounds is how many rounds a made-up run can have. Encoding a histogram takes milliseconds under the race
// detector, and a round has 54 of them, so the rounds are made once and each test gets a copy of as many as it asks
// for.
const mostRounds = 10

// madeRounds holds the trials of every round, in the order they ran.
var madeRounds = sync.OnceValue(func() [][]record.Trial {
	random := rand.New(rand.NewPCG(1, 1))
	made := make([][]record.Trial, mostRounds)
	for i := range made {
		drift := math.Exp(0.06 * random.NormFloat64()) // the whole machine is slower in some rounds
		for order, j := range random.Perm(len(arms)) {
			trial := arms[j].trial(random, drift, madeLoads())
			trial.Round, trial.Order = i+1, order+1
			trial.Began = madeAt.Add(time.Duration(len(arms)*i+order) * time.Minute)
			made[i] = append(made[i], trial)
		}
	}
	return made
})

// cloned is a copy of a trial that a test may change without changing the trial that others share.
func cloned(t record.Trial) record.Trial {
	start := *t.Start
	t.Start, t.Idle, t.Loads = &start, slices.Clone(t.Idle), slices.Clone(t.Loads)
	t.Image.Images = slices.Clone(t.Image.Images)
	for i := range t.Loads {
		t.Loads[i].Usage = slices.Clone(t.Loads[i].Usage)
		slow(&t.Loads[i], 1)
	}
	return t
}

// slow makes the load need so many times the CPU time. It changes no slice that another load shares.
func slow(l *record.Loaded, factor float64) {
	times := func(d time.Duration) time.Duration { return time.Duration(math.Round(float64(d) * factor)) }
	for i := range l.Usage {
		l.Usage[i].CPU = times(l.Usage[i].CPU)
	}
	l.Slices = slices.Clone(l.Slices)
	for i := range l.Slices {
		cpu := slices.Clone(l.Slices[i].CPU)
		for j := range cpu {
			cpu[j] = times(cpu[j])
		}
		l.Slices[i].CPU = cpu
	}
}

// madeAt is when the made-up run began.
var madeAt = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// Every arm takes this many turns under a load, each with a slice of this length.
const (
	madeTurns = 20
	madeSlice = 500 * time.Millisecond
)

// madeLoads are the loads of its plan.
func madeLoads() []record.Load {
	load := func(name, path, coding string, rate int) record.Load {
		return record.Load{Name: name, Path: path, Coding: coding, Rate: rate, Warmup: time.Second,
			Duration: madeTurns * madeSlice, Slice: madeSlice, LeadIn: 10 * time.Millisecond, Connections: 16}
	}
	loads := []record.Load{
		load("page", "/", "gzip, br", 500), load("deep-link", "/books/17", "gzip, br", 500),
		load("asset", "/assets/index-TESTDATA.js", "gzip, br", 500), load("api", "/api/books?q=sea", "", 100),
	}
	loads[0].Doc = "first visit"
	return loads
}

// madeEnv is the machine that it ran on.
func madeEnv() record.Env {
	return record.Env{
		CPU: "Test Data Processor 9000 @ 2.50GHz", CPUs: 2, MemoryBytes: 8_200_000_000,
		ServerCPUs: "0", GeneratorCPUs: "1",
		Kernel: "6.1.0-test", OS: "Debian GNU/Linux 12", Engine: "Docker 26.1.5", EngineAPI: "1.45",
		StorageDriver: "overlay2", CgroupVersion: "2", CgroupDriver: "systemd",
		Path: "a bridge network of the variant's own",
		Bases: []record.Base{
			{Name: "GO_IMAGE", Image: "spabench/golang:1.26.8-trixie", ID: "sha256:0123456789abcdef0123456789abcdef",
				StandIn: true},
			{Name: "NGINX_IMAGE", Image: "nginx:1.26.3-bookworm", ID: "sha256:fedcba9876543210fedcba9876543210"},
		},
		Commit: "0123456789abcdef0123456789abcdef01234567", Go: "go1.26.8",
		Tools: record.Tools{Vegeta: "v12.13.0", Testcontainers: "v0.45.0"},
	}
}

// fixture is a complete run of the given number of rounds, at most mostRounds. The test may change it.
func fixture(t *testing.T, rounds int) record.Run {
	t.Helper()
	run := record.Run{
		Schema: record.Schema, Started: madeAt, Env: madeEnv(),
		Plan: record.Plan{Baseline: "null", Rounds: rounds, Seed: 42, Loads: madeLoads()},
	}
	for _, a := range arms {
		run.Plan.Variants = append(run.Plan.Variants, a.name)
		image := a.image()
		run.Builds = append(run.Builds, record.Build{Variant: a.name, Took: time.Minute, Image: &image})
		if a.name != "null" {
			run.Conformance = append(run.Conformance, record.Conformance{Variant: a.name, Report: passing()})
		}
	}
	for _, round := range madeRounds()[:rounds] {
		for _, trial := range round {
			run.Trials = append(run.Trials, cloned(trial))
		}
		sentinel := record.Sentinel{
			Before: record.Look{Spin: 1.02, Wake: 1.3}, After: record.Look{Spin: 1.01, Wake: 1.21}, Steal: 0.001,
		}
		run.Rounds = append(run.Rounds,
			record.Round{Round: round[0].Round, Began: round[0].Began, Sentinel: &sentinel})
	}
	took := time.Duration(len(run.Trials)) * time.Minute / 4
	run.End = &record.End{Ended: madeAt.Add(took), Took: took, PeakMemory: 91_500_000}
	return run
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

// passing is a report in which every check passes.
func passing() spatest.Report {
	r := spatest.Report{Target: "http://127.0.0.1:8080/"}
	for i := range 20 {
		r.Outcomes = append(r.Outcomes,
			spatest.Outcome{Check: fmt.Sprintf("test-check-%d", i+1), Verdict: spatest.Passed})
	}
	return r
}

// of is the report of one variant, to be changed.
func of(run *record.Run, variant string) *record.Conformance {
	for i := range run.Conformance {
		if run.Conformance[i].Variant == variant {
			return &run.Conformance[i]
		}
	}
	return nil
}

// troubled is a run in which everything went wrong that can.
func troubled(t *testing.T) record.Run {
	run := fixture(t, 7)
	// fastapi did not build.
	run.Builds[2] = record.Build{Variant: "fastapi",
		Err: "build fastapi: pip install: exit status 1\nsecond line", Log: "the log"}
	run.Conformance = append(run.Conformance[:2], run.Conformance[3])
	var kept []record.Trial
	for _, trial := range run.Trials {
		if trial.Variant != "fastapi" {
			kept = append(kept, trial)
		}
	}
	run.Trials = kept
	for i := range run.Trials {
		trial := &run.Trials[i]
		switch {
		case trial.Variant == "nginx-three-container" && trial.Round == 3:
			// One of its rounds never became ready.
			trial.Start, trial.Idle, trial.Loads = nil, nil, nil
			trial.Err = "start nginx-three-container: no correct page within 1m0s: status 502"
		case trial.Variant == "disk-go" && trial.Round == 5:
			trial.Loads[0].Wrong, trial.Loads[0].Reasons = 12, []string{"status 500, want 200", "cut short"}
		case trial.Variant == "embedded-go":
			trial.Loads[1].Lag = arms[0].histogram(rand.New(rand.NewPCG(9, 9)), 900, 0.5)
		}
	}
	disk := of(&run, "disk-go")
	disk.Report.Outcomes[3] = spatest.Outcome{Check: "routing-deep-link", Level: spatest.Must, Verdict: spatest.Failed,
		Findings: []spatest.Finding{{Message: "a deep link is answered with 404 | <not> the *page*"}}}
	disk.Report.Outcomes[4] = spatest.Outcome{Check: "routing-trailing-slash", Level: spatest.Must,
		Verdict: spatest.Blocked, Reason: "routing-deep-link did not pass"}
	nginx := of(&run, "nginx-three-container")
	nginx.Report.Outcomes[7] = spatest.Outcome{Check: "api-405-allow", Level: spatest.Should,
		Verdict: spatest.Failed, Waived: "this stack cannot, because it is test data"}
	nginx.Report.Outcomes[8] = spatest.Outcome{Check: "routing-base-path", Level: spatest.Should,
		Verdict: spatest.Skipped, Reason: "no base path"}
	run.Env.Dirty = true
	return run
}

// interrupted is a run that was killed in its third round, of which nothing is recorded.
func interrupted(t *testing.T) record.Run {
	run := fixture(t, 3)
	run.Plan.Rounds = 10
	run.Trials, run.Rounds = run.Trials[:10], run.Rounds[:2]
	run.End = nil
	return run
}
