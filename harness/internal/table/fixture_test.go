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
	"spabench/harness/spatest"
)

// Everything here, in fixturearms_test.go and in troubled_test.go is test data that is made up to look like a run.
// Nothing in it was measured.

// TestMain lets the heap grow more between collections: rendering allocates much and keeps little, so that at the
// default setting the collector runs hundreds of times, which takes a third of the tests' time under the race detector.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
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

// passing is a report in which every check passes.
func passing() spatest.Report {
	r := spatest.Report{Target: "http://127.0.0.1:8080/"}
	for i := range 20 {
		r.Outcomes = append(r.Outcomes,
			spatest.Outcome{Check: fmt.Sprintf("test-check-%d", i+1), Verdict: spatest.Passed})
	}
	return r
}
