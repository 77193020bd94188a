package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/variants"
)

// raceDetector says that this binary was built with it.
var raceDetector bool

func measuring(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a container engine")
	}
	if raceDetector {
		t.Skip("measures: runs without the race detector")
	}
}

// told collects progress.
type told struct {
	lines []string
	step  func(current string)
}

func (p *told) Line(format string, args ...any) {
	p.lines = append(p.lines, fmt.Sprintf(format, args...))
}
func (p *told) Step(_, _ int, current string) {
	p.Line("%s", current)
	if p.step != nil {
		p.step(current)
	}
}

func shortPlan(names ...string) Plan {
	var vs []variants.Variant
	for _, v := range variants.All() {
		if len(names) == 0 || slices.Contains(names, v.Name) {
			vs = append(vs, v)
		}
	}
	p := plan(vs, 1, 1, 400*time.Millisecond)
	p.Checks = []string{"routing", "assets"} // TestConformance runs all
	return p
}

func runBench(t *testing.T, ctx context.Context, root string, p Plan, progress *told) (record.Run, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "run.jsonl")
	benchErr := Bench(ctx, Options{Root: root, Record: file, Plan: p, Progress: progress})
	run, err := record.Read(file)
	if err != nil {
		t.Fatalf("%v (bench: %v)", err, benchErr)
	}
	nothingLeft(t)
	return run, benchErr
}

// nothingLeft fails the test if this process has a container, network or volume.
func nothingLeft(t *testing.T) {
	t.Helper()
	l, err := lab.Connect(context.Background(), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	swept, err := l.Sweep(context.Background())
	if err != nil || swept.Containers != 0 || swept.Networks != 0 || swept.Volumes != 0 {
		t.Errorf("left behind: %+v, %v", swept, err)
	}
}

// TestBench makes a one-round run of every variant and looks at everything that it recorded.
func TestBench(t *testing.T) {
	measuring(t)
	p := shortPlan()
	run, err := runBench(t, t.Context(), "..", p, &told{})
	if err != nil {
		t.Error(err)
	}
	if run.End == nil || run.End.PeakMemory > 200e6 || run.End.PeakMemory == 0 {
		t.Errorf("end %+v", run.End)
	}
	if e := run.Env; e.Engine == "" || e.CPU == "" || len(e.Bases) != 4 || e.Bases[0].ID == "" || e.ServerCPUs == "" {
		t.Errorf("env %+v", e)
	}
	if len(run.Builds) != len(p.Variants) || len(run.Trials) != len(p.Variants) || len(run.Conformance) != len(p.Variants)-1 {
		t.Fatalf("%d builds, %d reports, %d trials", len(run.Builds), len(run.Conformance), len(run.Trials))
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
		if !v.Floor && len(tr.Loads) != want {
			t.Errorf("%s: %d loads, want %d", tr.Variant, len(tr.Loads), want)
		}
		for _, l := range tr.Loads {
			if l.Wrong > 0 || l.Requests == 0 || l.Hashed == 0 || l.Latency == "" || l.Planned == "" {
				t.Errorf("%s: %s: %d wrong of %d: %q", tr.Variant, l.Load, l.Wrong, l.Requests, l.Reasons)
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

// Ctrl-C in a trial: what was measured before stays, and no container or network does.
func TestBenchInterrupted(t *testing.T) {
	measuring(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	steps := 0
	p := shortPlan("embedded-go")
	p.Variants, p.Rounds = []string{"embedded-go", "null"}, 3
	run, err := runBench(t, ctx, "..", p, &told{step: func(string) {
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
// the others are measured, and the error says so.
func TestBenchBrokenVariants(t *testing.T) {
	measuring(t)
	defer func(d time.Duration) { readyWithin = d }(readyWithin)
	readyWithin = 5 * time.Second
	l := openRig(t).lab
	python := "ARG PYTHON_IMAGE=python:3.13-slim-trixie\nFROM ${PYTHON_IMAGE}\n"
	null, err := os.ReadFile("../dockerfiles/null.Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, dockerfile string
		check            func(t *testing.T, run record.Run)
	}{
		{"does not build", python + "RUN echo the reason stands here && exit 7\n", func(t *testing.T, run record.Run) {
			if b := run.Builds[0]; b.Err == "" || !strings.Contains(b.Log, "the reason stands here") {
				t.Errorf("build %+v", b)
			}
		}},
		{"ends at once", python + "CMD [\"python3\", \"-c\", \"print('no database', flush=True); raise SystemExit(3)\"]\n", func(t *testing.T, run record.Run) {
			if c := run.Conformance[0]; !strings.Contains(c.Err, "exit code 3") || !strings.Contains(c.Log, "no database") {
				t.Errorf("conformance %+v", c)
			}
		}},
		{"never becomes ready", python + "CMD [\"python3\", \"-c\", \"import time; time.sleep(600)\"]\n", func(t *testing.T, run record.Run) {
			if c := run.Conformance[0]; !strings.Contains(c.Err, "not ready within 5s") {
				t.Errorf("conformance %+v", c)
			}
		}},
		{"serves the page for everything", string(null), func(t *testing.T, run record.Run) {
			if err := run.Conformance[0].Report.Err(); err == nil || !strings.Contains(err.Error(), "assets-missing-404") {
				t.Errorf("report %v", err)
			}
			if i := slices.IndexFunc(run.Trials, func(tr record.Trial) bool { return tr.Variant == "disk-go" }); i < 0 || run.Trials[i].Loads[2].Wrong == 0 {
				t.Error("the wrong asset was not counted")
			}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			root := brokenCheckout(t, "disk-go", tc.dockerfile)
			p := shortPlan("disk-go", "null")
			p.Variants = []string{"disk-go", "null"}
			progress := &told{}
			run, err := runBench(t, t.Context(), root, p, progress)
			t.Cleanup(func() {
				if err := l.Untag(context.Background(), "disk-go"); err != nil {
					t.Error(err)
				}
			})
			if !errors.Is(err, ErrVariant) || !strings.Contains(err.Error(), "disk-go") {
				t.Errorf("error %v", err)
			}
			if !slices.ContainsFunc(progress.lines, func(s string) bool { return strings.HasPrefix(s, "disk-go: ") }) {
				t.Errorf("nobody was told: %q", progress.lines)
			}
			if !slices.ContainsFunc(run.Trials, func(tr record.Trial) bool { return tr.Variant == "null" && tr.Err == "" && len(tr.Loads) == 3 }) {
				t.Error("the other variant was not measured")
			}
			tc.check(t, run)
		})
	}
}

// brokenCheckout is a copy of what builds need, with one variant's Dockerfile replaced.
func brokenCheckout(t *testing.T, name, dockerfile string) string {
	t.Helper()
	root := t.TempDir()
	for _, dir := range []string{"dockerfiles", "variants", "harness"} {
		if err := os.CopyFS(filepath.Join(root, dir), os.DirFS(filepath.Join("..", dir))); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"go.mod", "go.sum", ".dockerignore"} {
		b, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, file), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "dockerfiles", name+".Dockerfile"), []byte(dockerfile), 0o644); err != nil {
		t.Fatal(err)
	}
	return root
}
