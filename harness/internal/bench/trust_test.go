package bench

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/alone"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig/rigtest"
	"spabench/variants"
)

// The plan is the default one, shortened: a page is asked for alike.
func TestTrustPlan(t *testing.T) {
	p, whole := TrustPlan(7, 90*time.Microsecond), DefaultPlan(variants.All(), 7)
	if err := checkPlan(p); err != nil {
		t.Error(err)
	}
	if len(p.Loads) != 1 || p.Loads[0] != whole.Loads[0] || p.Loads[0].Name != "page" || p.Rounds != whole.Rounds {
		t.Errorf("%d rounds of %+v", p.Rounds, p.Loads)
	}
	if !p.Unchecked || p.Control != "embedded-go" || p.Baseline != "null" || len(p.Variants) != 6 || p.Environ["PLANT_CPU"] != "9000ns" {
		t.Errorf("%+v", p)
	}
	if pilot := PilotPlan(7); checkPlan(pilot) != nil || !slices.Equal(pilot.Variants, []string{"embedded-go"}) || pilot.Control != "" {
		t.Errorf("%+v", pilot)
	}
}

// A planted regression is nobody's deployment: it is found by its name, and in no list that others go through.
func TestPlantedCatalogue(t *testing.T) {
	others := variants.Names(append(variants.All(), variants.Recipes()...))
	for _, v := range variants.Regressions() {
		found, ok := variants.Find(v.Name)
		if !ok || found.Kind != variants.Planted || found.Regression == "" || slices.Contains(others, v.Name) {
			t.Errorf("%s: found %v, %q", v.Name, ok, found.Regression)
		}
		text, err := os.ReadFile(filepath.Join("../../..", "dockerfiles", v.Entry().Dockerfile+".Dockerfile"))
		if err != nil || !strings.Contains(string(text), "\nFROM server AS "+v.Entry().Stage+"\n") {
			t.Errorf("%s: no stage %s, %v", v.Name, v.Entry().Stage, err)
		}
	}
}

// One round of the whole plan: every planted image builds and answers right, and what is planted in size and start is there.
func TestBenchPlanted(t *testing.T) {
	alone.WithEngine(t)
	p := TrustPlan(1, 90*time.Microsecond)
	p.Rounds, p.Loads[0].Warmup, p.Loads[0].Duration = 1, 100*time.Millisecond, 400*time.Millisecond
	run, err := runBench(t, t.Context(), "../../..", p, &rigtest.Told{})
	if err != nil {
		t.Error(err)
	}
	if len(run.Conformance) != 0 || len(run.Trials) != 7 {
		t.Fatalf("%d reports, %d trials", len(run.Conformance), len(run.Trials))
	}
	trials := map[string]record.Trial{}
	for _, tr := range run.Trials {
		trials[tr.Variant] = tr
		wrong := func(l record.Loaded) bool { return l.Load != "page" || l.Wrong > 0 || l.Requests == 0 }
		if tr.Err != "" || len(tr.Loads) == 0 || slices.ContainsFunc(tr.Loads, wrong) { // one that was disturbed is made again
			t.Fatalf("%s: %s, %+v\n%s", tr.Variant, tr.Err, tr.Loads, tr.Log)
		}
	}
	from, other, size := trials["embedded-go"].Image, trials["planted-tail"].Image, trials["planted-size"].Image
	if more, pull := size.Unpacked-other.Unpacked, size.Compressed-other.Compressed; more != 1_000_000 || pull < more {
		t.Errorf("the larger image is larger by %d bytes, %d of them to pull", more, pull)
	}
	if off := trials["planted-cpu"].Image.Unpacked - from.Unpacked; off < -30_000 || off > 30_000 {
		t.Errorf("what is planted changes the image by %d bytes", off)
	}
}
