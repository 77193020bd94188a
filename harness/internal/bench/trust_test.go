package bench

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/alone"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig/rigtest"
	"spabench/variants"
)

// TestTrustPlan holds that the plan is a default plan with its page load alone, in no fewer rounds and with no fewer
// turns in all of them together, and that its turns leave of the four minutes of a run what the starts need.
func TestTrustPlan(t *testing.T) {
	p, usual := TrustPlan(7, 90*time.Microsecond), DefaultPlan(variants.Measured(), 7)
	if err := checkPlan(p); err != nil {
		t.Error(err)
	}
	page := usual.Loads[0]
	if len(p.Loads) != 1 || page.Name != "page" || p.Rounds < usual.Rounds ||
		time.Duration(p.Rounds)*p.Loads[0].Duration < time.Duration(usual.Rounds)*page.Duration {
		t.Errorf("%d rounds of %+v", p.Rounds, p.Loads)
	}
	if page.Duration = p.Loads[0].Duration; p.Loads[0] != page {
		t.Errorf("its page load differs from the default plan's in more than its turns: %+v", p.Loads[0])
	}
	if !p.Unchecked || p.Control != "embedded-go" || p.Baseline != "null" || len(p.Variants) != 7 ||
		p.Environ["PLANT_CPU"] != "9000ns" {
		t.Errorf("%+v", p)
	}
	l := p.Loads[0]
	turns, arms := l.Duration/l.Slice, time.Duration(len(p.Variants)+1)
	took := time.Duration(p.Rounds) * arms * turns * (l.LeadIn + l.Slice)
	if took > 3*time.Minute {
		t.Errorf("%d rounds of %d turns of %d arms take %s", p.Rounds, turns, arms, took)
	}
	pilot := PilotPlan(7)
	if checkPlan(pilot) != nil || !slices.Equal(pilot.Variants, []string{"embedded-go"}) || pilot.Control != "" {
		t.Errorf("%+v", pilot)
	}
}

// TestTrustDuelPlan holds that it is the plan of a duel without its checks.
func TestTrustDuelPlan(t *testing.T) {
	p := TrustDuelPlan(7, 90*time.Microsecond)
	if err := checkPlan(p); err != nil {
		t.Error(err)
	}
	from, _ := variants.Find("embedded-go")
	planted, _ := variants.Find("planted-cpu")
	usual := DuelPlan(from, planted, 7)
	if !slices.Equal(p.Variants, []string{"embedded-go", "planted-cpu", "null"}) || p.Control != "embedded-go" ||
		p.Rounds != usual.Rounds || !slices.Equal(p.Loads, usual.Loads) ||
		!p.Unchecked || p.Checks != nil || p.Environ["PLANT_CPU"] != "9000ns" {
		t.Errorf("%+v", p)
	}
}

// TestPlantedCatalogue holds that a planted regression is found by its name, but is in no list of what one might
// deploy.
func TestPlantedCatalogue(t *testing.T) {
	others := variants.Names(append(variants.All(), variants.Recipes()...))
	for _, v := range variants.Regressions() {
		found, ok := variants.Find(v.Name)
		if !ok || found.Kind != variants.Planted || found.Regression == "" || slices.Contains(others, v.Name) {
			t.Errorf("%s: found %v, %q", v.Name, ok, found.Regression)
		}
		text, err := os.ReadFile(filepath.Join(root, "dockerfiles", v.Entry().Dockerfile+".Dockerfile"))
		if err != nil || !strings.Contains(string(text), "\nFROM server AS "+v.Entry().Stage+"\n") {
			t.Errorf("%s: no stage %s, %v", v.Name, v.Entry().Stage, err)
		}
	}
}

// TestBenchPlanted makes one round of the plan: every planted image builds and responds correctly, and the image that
// is meant to be larger is larger.
func TestBenchPlanted(t *testing.T) {
	alone.WithEngine(t)
	p := TrustPlan(1, 90*time.Microsecond)
	p.Rounds, p.Loads[0].Duration = 1, 4*p.Loads[0].Slice
	run, err := makeRun(t, t.Context(), Options{Root: root, Plan: p, Progress: &rigtest.Told{}})
	if err != nil {
		t.Error(err)
	}
	if len(run.Conformance) != 0 || len(run.Trials) != 8 {
		t.Fatalf("%d reports, %d trials", len(run.Conformance), len(run.Trials))
	}
	trials := map[string]record.Trial{}
	for _, tr := range run.Trials {
		trials[tr.Variant] = tr
		wrong := func(l record.Loaded) bool { return l.Load != "page" || l.Wrong > 0 || l.Requests == 0 }
		if tr.Err != "" || len(tr.Loads) != 1 || slices.ContainsFunc(tr.Loads, wrong) {
			t.Fatalf("%s: %s, %+v\n%s", tr.Variant, tr.Err, tr.Loads, tr.Log)
		}
	}
	from, other, size := trials["embedded-go"].Image, trials["planted-tail"].Image, trials["planted-size"].Image
	if more, pull := size.Unpacked-other.Unpacked, size.Compressed-other.Compressed; more != 1_000_000 || pull < more {
		t.Errorf("the larger image is larger by %d bytes unpacked, by %d compressed", more, pull)
	}
	if off := trials["planted-cpu"].Image.Unpacked - from.Unpacked; off < -30_000 || off > 30_000 {
		t.Errorf("the regression in CPU time changes the image by %d bytes", off)
	}
	if tenth, half := trials["planted-cpu"].Image, trials["planted-cpu-5"].Image; !slices.Equal(tenth.IDs, half.IDs) {
		t.Errorf("%s and a half of it are in different images, %s", tenth.IDs, half.IDs)
	}
}

// TestBenchAccepts holds that a run that is not wanted where it would be measured ends before anything is recorded.
func TestBenchAccepts(t *testing.T) {
	alone.WithEngine(t)
	refused, file := errors.New("another machine"), filepath.Join(t.TempDir(), "run.jsonl")
	var where record.Env
	err := Run(t.Context(), Options{
		Root: root, Prefix: lab.TestPrefix, Record: file, Plan: TrustPlan(1, 90*time.Microsecond),
		Progress: &rigtest.Told{},
		Accepts: func(env record.Env) error {
			where = env
			return refused
		},
	})
	if !errors.Is(err, refused) || where.CPU == "" || len(where.Bases) != 5 {
		t.Errorf("%v in %+v", err, where)
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a record: %v", err)
	}
	rigtest.NothingLeft(t)
}
