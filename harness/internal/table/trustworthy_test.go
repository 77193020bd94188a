package table

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// trustworthy is a made-up run with all that says how far it can be trusted: visits, a calibrated generator, a
// sentinel, an objective, and a budget.
func trustworthy(t *testing.T) record.Run {
	run := fixture(t, 7)
	random := rand.New(rand.NewPCG(3, 3))
	run.Plan.Objective = &record.Objective{Quantile: 0.99, Within: 20 * time.Millisecond}
	run.Plan.Budget = record.Budget{Time: 20 * time.Minute, Within: 0.05}
	run.Plan.Rounds = 6
	run.End.Rounds, run.End.Because = 7, "every headline interval is within ±5%"
	visits := []record.Load{
		{Name: visit, Path: "/", Visit: record.FirstVisit, Coding: "gzip, br", Rate: 25,
			Duration: time.Second, Connections: 16, MaxConnections: 24, Once: true},
		{Name: visitIdentity, Path: "/", Visit: record.FirstVisit, Coding: "identity", Rate: 25,
			Duration: time.Second, Connections: 16, Once: true},
		{Name: visitBrotli, Path: "/", Visit: record.FirstVisit, Coding: "br", Rate: 25,
			Duration: time.Second, Connections: 16, Once: true},
		{Name: revisit, Path: "/", Visit: record.RepeatVisit, Coding: "gzip, br", Rate: 300,
			Duration: time.Second, Connections: 16, Once: true},
		{Name: absent, Path: "/assets/absent-00000000.js", Coding: "gzip", Rate: 500,
			Duration: time.Second, Connections: 16, Once: true},
		{Name: apiWrite, Path: "/api/books", Method: "POST", Content: "{}", Coding: "identity", Rate: 100,
			Duration: time.Second, Connections: 16, Once: true},
	}
	run.Plan.Loads = append(run.Plan.Loads, visits...)
	run.Calibration = []record.Calibration{
		{Load: page, Ceiling: 20_000,
			Sustained: record.Schedule{Rate: 10_000, Sent: 9_990, LagP50: 60_000, LagP99: 900_000}},
		{Load: asset, Ceiling: 900, // and sustained is just its own rate
			Sustained: record.Schedule{Rate: 500, Sent: 499, LagP50: 60_000, LagP99: 900_000}},
		{Load: visit, Ceiling: 400,
			Sustained: record.Schedule{Rate: 200, Sent: 200, LagP50: 60_000, LagP99: 700_000}},
		{Load: visitIdentity, Err: "3 answers were wrong: status 500"},
	}
	for i := range run.Trials {
		trial := &run.Trials[i]
		trial.Knee = &record.Knee{Load: page, Quantile: 0.99, Within: 20 * time.Millisecond, Highest: 10_000,
			Rate: 2_000 + 10*trial.Round, Verified: true}
		a := armOf(trial.Variant)
		if a.name == "null" {
			trial.Knee.Rate, trial.Knee.GeneratorBound = 10_000, true
			continue
		}
		for _, l := range visits {
			if l.Name == visitBrotli && a.name == "nginx-three-container" {
				trial.Loads = append(trial.Loads, record.Loaded{Load: l.Name, Skipped: "it does not answer in br"})
				continue
			}
			n := uint64(l.Rate)
			out := record.Loaded{Load: l.Name, Requests: n, WireIn: n * 1234, Sent: time.Second, Elapsed: time.Second}
			if l.Name == apiWrite && a.name == "fastapi" {
				out.Sent = 2 * time.Second // half of the rate
			}
			out.Latency = a.histogram(random, 9*a.latency, 0.3)
			out.Planned = a.histogram(random, 9*a.latency, 0.3)
			out.Lag = a.histogram(random, 20, 0.5)
			out.Usage = []record.UsageDelta{{Container: "app", CPU: time.Duration(9*a.cpu*1e3) * time.Duration(n)}}
			if l.Name == visit {
				for _, path := range []string{
					"/", "/assets/index-TEST.js", "/assets/index-TEST.css", "/assets/logo-TEST.svg", "/sw.js",
				} {
					out.Parts = append(out.Parts, record.Part{Path: path, Requests: n, Status: 200,
						Latency: a.histogram(random, a.latency, 0.3)})
				}
			}
			trial.Loads = append(trial.Loads, out)
		}
	}
	// Something else ran in two of the rounds, and one variant is not idle while others have their turn.
	run.Rounds[1].Sentinel = &record.Sentinel{Before: record.Look{Spin: 1.6}, After: record.Look{Spin: 1, Wake: 1.9}}
	run.Rounds[4].Sentinel = &record.Sentinel{Before: record.Look{Spin: 1}, After: record.Look{Spin: 1}, Steal: 0.1}
	for _, trial := range run.Trials {
		for i := range trial.Loads {
			if l := &trial.Loads[i]; trial.Variant == "fastapi" {
				l.Idle = l.IdleOver * 23 / 1000
			}
		}
	}
	return run
}

func armOf(name string) arm {
	for _, a := range arms {
		if a.name == name {
			return a
		}
	}
	return arms[0]
}

func TestTrustworthy(t *testing.T) {
	run := trustworthy(t)
	page, err := Page(run, "trustworthy")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "trustworthy.md", page)
	shown := strings.Join(strings.Fields(text(t, run)), " ")
	golden(t, "trustworthy.txt", text(t, run))
	for _, want := range []string{
		"At worst, arithmetic on a CPU of the servers took 1.60 times as long as its fastest time in the run, and " +
			"waking a thread there 1.90 times; at most 10.0% of a round's CPU time was steal time (given to other " +
			"virtual machines).",
		"while others had their turn, fastapi used 2.3% of a CPU.",
		"visit: up to 6 new connections for each visit, and at most 24 open at once.",
		"7 rounds, because every headline interval is within ±5%.",
		"asset: its rate of 500/s is above the 400/s up to which the generator is trusted",
		"fastapi under api-write: only 50.0/s of the planned 100/s were sent",
		"nginx-three-container: visit-br not measured, because it does not answer in br",
		"null met the objective at the highest rate that the generator is known to keep, so its capacity may be higher",
		"99% of the pages within 20ms",
		"visit-identity: 3 answers were wrong: status 500",
		"first visits to /, 25/s", "POST /api/books, 100/s",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("does not say %q", want)
		}
	}
	var b bytes.Buffer
	if err := JSON(&b, run); err != nil {
		t.Fatal(err)
	}
	var d struct {
		Generator struct {
			Rows []record.Calibration `json:"rows"`
		} `json:"generator"`
	}
	if err := json.Unmarshal(b.Bytes(), &d); err != nil || len(d.Generator.Rows) != 4 {
		t.Errorf("generator in JSON: %+v, %v", d, err)
	}
}

// Before schema 4, a load could be made again: the last counts, and a wrong answer counts in all.
func TestLoadedAgain(t *testing.T) {
	of := func(requests uint64) record.Loaded {
		return record.Loaded{Load: page, Requests: requests, Wrong: requests}
	}
	for want, loads := range [][]record.Loaded{nil, {of(1)}, {of(1), of(2)}, {of(2), of(1), of(3)}} {
		trial := record.Trial{Variant: "a", Loads: loads}
		if got, ok := loaded(trial, page); got.Requests != uint64(want) || ok != (want > 0) {
			t.Errorf("%d attempts: the one with %d counts", len(loads), got.Requests)
		}
		var sum uint64
		for _, l := range loads {
			sum += l.Wrong
		}
		if bad, _, _ := wrongAnswers(record.Run{Trials: []record.Trial{trial}}, "a", page); bad != sum {
			t.Errorf("%d wrong answers of %d", bad, sum)
		}
	}
}

func TestSettled(t *testing.T) {
	run := fixture(t, 9)
	if !Settled(run, 10) {
		t.Error("intervals of ten times the centre are not narrow enough")
	}
	if Settled(run, 0.0001) {
		t.Error("intervals of noise are within a ten-thousandth")
	}
	if Settled(fixture(t, 1), 10) {
		t.Error("one round has an interval")
	}
}
