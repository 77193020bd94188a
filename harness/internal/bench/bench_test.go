package bench

import (
	"context"
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
	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
	"spabench/variants"
)

func shortPlan(names ...string) Plan {
	var vs []variants.Variant
	for _, v := range variants.All() {
		if len(names) == 0 && v.Kind != variants.Optional || slices.Contains(names, v.Name) {
			vs = append(vs, v)
		}
	}
	p := basePlan(vs, 1, 1, 400*time.Millisecond)
	p.Checks = []string{"routing", "assets"} // TestConformance runs all
	for i := range p.Loads {
		p.Loads[i].Warmup = 100 * time.Millisecond
	}
	return p
}

func runBench(t *testing.T, ctx context.Context, root string, p Plan, progress *rigtest.Told) (record.Run, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "run.jsonl")
	benchErr := Run(ctx, Options{Root: root, Prefix: lab.TestPrefix, Record: file, Plan: p, Progress: progress})
	run, err := record.Read(file)
	if err != nil {
		t.Fatalf("%v (bench: %v)", err, benchErr)
	}
	rigtest.NothingLeft(t)
	return run, benchErr
}

// TestBench makes a one-round run of every variant and looks at everything that it recorded.
func TestBench(t *testing.T) {
	alone.WithEngine(t)
	p := shortPlan()
	run, err := runBench(t, t.Context(), "../../..", p, &rigtest.Told{})
	if err != nil {
		t.Error(err)
	}
	if run.End == nil || run.End.PeakMemory == 0 { // the race detector takes most of it; see TestPublishedMemory
		t.Errorf("end %+v", run.End)
	}
	if e := run.Env; e.Engine == "" || e.CPU == "" || len(e.Bases) != 5 || e.Bases[0].ID == "" || e.ServerCPUs == "" {
		t.Errorf("env %+v", e)
	}
	if len(run.Builds) != len(p.Variants) || len(run.Trials) != len(p.Variants) || len(run.Conformance) != len(p.Variants)-1 {
		t.Fatalf("%d builds, %d reports, %d trials", len(run.Builds), len(run.Conformance), len(run.Trials))
	}
	if len(run.Calibration) != 5 {
		t.Errorf("%d calibrations", len(run.Calibration))
	}
	for _, c := range run.Calibration {
		if c.Err != "" || c.Wrong > 0 || c.Ceiling < 20 || c.Half.Sent <= 0 {
			t.Errorf("calibration %+v", c)
		}
	}
	for _, tr := range run.Trials {
		if tr.Err != "" || tr.Start == nil || tr.Stop == nil {
			t.Errorf("%s: %s\n%s", tr.Variant, tr.Err, tr.Log)
			continue
		}
		s := tr.Start
		if s.FirstByte <= 0 || s.FirstByte > s.Page || s.API <= 0 || s.Create <= 0 || s.Returned <= 0 {
			t.Errorf("%s: start %+v", tr.Variant, s)
		}
		if tr.Image.Compressed <= 0 || tr.Image.Compressed >= tr.Image.Unpacked {
			t.Errorf("%s: image %+v", tr.Variant, tr.Image)
		}
		for name, code := range tr.Stop.ExitCodes {
			if code != 0 {
				t.Errorf("%s: container %s ended with %d", tr.Variant, name, code)
			}
		}
		v, _ := variants.Find(tr.Variant)
		want := len(p.Loads)
		if !v.Has("frontend") {
			want -= 2 // those that ask it directly
		}
		if tr.Sentinel == nil || tr.Sentinel.Before.Spin < 1 {
			t.Errorf("%s: sentinel %+v", tr.Variant, tr.Sentinel)
		}
		if v.Kind != variants.Baseline && len(tr.Loads) != want {
			t.Errorf("%s: %d loads, want %d", tr.Variant, len(tr.Loads), want)
		}
		for i, l := range tr.Loads {
			if l.Skipped != "" {
				if l.Load != "visit-br" || tr.Variant != "nginx-three-container" { // which has no brotli
					t.Errorf("%s: %s: %s", tr.Variant, l.Load, l.Skipped)
				}
				continue
			}
			if l.Wrong > 0 || l.Requests == 0 || l.Latency == "" || l.Planned == "" || l.WireIn == 0 || l.Sent == 0 {
				t.Errorf("%s: %s: %d wrong of %d: %q", tr.Variant, l.Load, l.Wrong, l.Requests, l.Reasons)
			}
			if checkVisit(t, tr.Variant, l); l.Parts == nil && l.Load != "api-write" && l.Hashed == 0 {
				t.Errorf("%s: %s: no body was compared", tr.Variant, l.Load)
			}
			if i > 0 && l.Began.Before(tr.Loads[i-1].Began) {
				t.Errorf("%s: %s began before %s", tr.Variant, l.Load, tr.Loads[i-1].Load)
			}
			var cpu time.Duration
			for _, u := range l.Usage {
				cpu += u.CPU
			}
			if len(l.Usage) != len(v.Containers) || cpu <= 0 || l.Generator.CPU <= 0 {
				t.Errorf("%s: %s: usage %+v, generator %+v", tr.Variant, l.Load, l.Usage, l.Generator)
			}
		}
	}
}

// checkVisit holds that a first visit asks for all that the home page needs, in full, and a repeat visit for what is not
// fresh, which then is not sent again.
func checkVisit(t *testing.T, variant string, l record.Loaded) {
	t.Helper()
	want := map[string]int{"visit": 10, "visit-identity": 10, "visit-gzip": 10, "visit-br": 10, "revisit": 2}[l.Load]
	if len(l.Parts) != want {
		t.Errorf("%s: %s asks for %d things, want %d", variant, l.Load, len(l.Parts), want)
	}
	for _, p := range l.Parts {
		status := 200
		if l.Load == "revisit" {
			status = 304
		}
		if p.Status != status || p.Requests != l.Requests || (p.BodyBytes == 0) != (status == 304) {
			t.Errorf("%s: %s: %+v", variant, l.Load, p)
		}
	}
}

// Ctrl-C in a trial: what was measured before stays, and no container or network does.
func TestBenchInterrupted(t *testing.T) {
	alone.WithEngine(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	steps := 0
	p := shortPlan("embedded-go")
	p.Variants, p.Rounds = []string{"embedded-go", "null"}, 3
	run, err := runBench(t, ctx, "../../..", p, &rigtest.Told{OnStep: func(string) {
		if steps++; steps == 3 {
			time.AfterFunc(700*time.Millisecond, cancel)
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if len(run.Trials) != 2 || run.End != nil || run.Trials[1].Err != "" {
		t.Errorf("%d trials, end %+v", len(run.Trials), run.End)
	}
}

// A variant that does not build, does not start, or serves a wrong page is recorded with the end of its output;
// the others are measured, and the error says which are not right.
func TestBenchBrokenVariants(t *testing.T) {
	alone.WithEngine(t)
	defer func(d time.Duration) { rig.ReadyWithin = d }(rig.ReadyWithin)
	rig.ReadyWithin = 5 * time.Second
	python := "ARG PYTHON_IMAGE=python:3.13-slim-trixie\nFROM ${PYTHON_IMAGE}\nARG BUILD_ID=A\n"
	null, err := os.ReadFile("../../../dockerfiles/null.Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	broken := map[string]string{
		"embedded-go":                 python + "RUN echo the reason stands here && exit 7\n",
		"fastapi":                     python + "CMD [\"python3\", \"-c\", \"print('no database', flush=True); raise SystemExit(3)\"]\n",
		"nginx-three-container.proxy": python + "CMD [\"python3\", \"-c\", \"import time; time.sleep(600)\"]\n",
		"disk-go":                     string(null),
	}
	p := shortPlan()
	progress := &rigtest.Told{}
	run, err := runBench(t, t.Context(), brokenCheckout(t, broken), p, progress)
	if !errors.Is(err, rig.ErrVariant) || !strings.HasSuffix(err.Error(), ": disk-go, embedded-go, fastapi, nginx-three-container") {
		t.Errorf("error %v", err)
	}
	for _, name := range []string{"disk-go", "embedded-go", "fastapi", "nginx-three-container"} {
		if !slices.ContainsFunc(progress.Lines, func(s string) bool { return strings.HasPrefix(s, name+": ") }) {
			t.Errorf("nobody was told of %s: %q", name, progress.Lines)
		}
	}

	builds, reports, trials := map[string]record.Build{}, map[string]record.Conformance{}, map[string]record.Trial{}
	for _, b := range run.Builds {
		builds[b.Variant] = b
	}
	for _, c := range run.Conformance {
		reports[c.Variant] = c
	}
	for _, tr := range run.Trials {
		trials[tr.Variant] = tr
	}
	t.Run("does not build", func(t *testing.T) {
		if b := builds["embedded-go"]; b.Err == "" || !strings.Contains(b.Log, "the reason stands here") {
			t.Errorf("build %+v", b)
		}
	})
	t.Run("ends at once", func(t *testing.T) {
		if c := reports["fastapi"]; !strings.Contains(c.Err, "exit code 3") || !strings.Contains(c.Log, "no database") {
			t.Errorf("conformance %+v", c)
		}
	})
	t.Run("never becomes ready", func(t *testing.T) {
		if c := reports["nginx-three-container"]; !strings.Contains(c.Err, "not ready within 5s") {
			t.Errorf("conformance %+v", c)
		}
	})
	t.Run("serves the page for everything", func(t *testing.T) {
		if err := reports["disk-go"].Report.Err(); err == nil || !strings.Contains(err.Error(), "assets-missing-404") {
			t.Errorf("report %v", err)
		}
		if tr := trials["disk-go"]; len(tr.Loads) < 3 || tr.Loads[2].Wrong == 0 {
			t.Errorf("the wrong asset was not counted: %+v", tr.Loads)
		}
	})
	t.Run("the other is measured", func(t *testing.T) {
		if tr := trials["null"]; tr.Err != "" || len(tr.Loads) != 3 {
			t.Errorf("%d loads, %s", len(tr.Loads), tr.Err)
		}
		if len(trials) != 2 {
			t.Errorf("trials of what does not run: %d variants", len(trials))
		}
	})
}

// brokenCheckout is a copy of what builds need, with some images' Dockerfiles replaced.
func brokenCheckout(t *testing.T, dockerfiles map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for _, dir := range []string{"dockerfiles", "variants", "harness"} {
		if err := os.CopyFS(filepath.Join(root, dir), os.DirFS(filepath.Join("../../..", dir))); err != nil {
			t.Fatal(err)
		}
	}
	copied := map[string][]byte{}
	for _, file := range []string{"go.mod", "go.sum", ".dockerignore"} {
		b, err := os.ReadFile(filepath.Join("../../..", file))
		if err != nil {
			t.Fatal(err)
		}
		copied[file] = b
	}
	for image, text := range dockerfiles {
		copied["dockerfiles/"+image+".Dockerfile"] = []byte(text)
	}
	for file, b := range copied {
		if err := os.WriteFile(filepath.Join(root, file), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}
