package bench

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

	"spabench/harness/internal/alone"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
	"spabench/variants"
)

// shortPlan is a plan of one short round of these variants, or of all that are measured by default.
func shortPlan(names ...string) Plan {
	var vs []variants.Variant
	for _, v := range variants.All() {
		if len(names) == 0 && v.Kind != variants.Optional || slices.Contains(names, v.Name) {
			vs = append(vs, v)
		}
	}
	p := basePlan(vs, 1, 1, loads(turns{page: 4, request: 2, visit: 2, once: 2}))
	p.Checks = []string{"routing", "assets"} // the conformance suite runs all
	return p
}

// root is the project's folder.
const root = "../../.."

// makeRun makes a run, checks that it leaves no container behind, and returns its record and its error.
func makeRun(t *testing.T, ctx context.Context, o Options) (record.Run, error) {
	t.Helper()
	o.Record, o.Prefix = filepath.Join(t.TempDir(), "run.jsonl"), lab.TestPrefix
	benchErr := Run(ctx, o)
	run, err := record.Read(o.Record)
	if err != nil {
		t.Fatalf("%v (bench: %v)", err, benchErr)
	}
	rigtest.NothingLeft(t)
	return run, benchErr
}

// TestBench makes a run of one round with every variant and the control, and looks at everything that it recorded.
func TestBench(t *testing.T) {
	alone.WithEngine(t)
	p := shortPlan()
	p.Control = p.Variants[0]
	run, err := makeRun(t, t.Context(), Options{Root: root, Plan: p, Progress: &rigtest.Told{}})
	if err != nil {
		t.Error(err)
	}
	if run.End == nil || run.End.PeakMemory == 0 { // the race detector takes most of it; see TestPublishedMemory
		t.Errorf("end %+v", run.End)
	}
	if e := run.Env; e.Engine == "" || e.CPU == "" || len(e.Bases) != 5 || e.Bases[0].ID == "" || e.ServerCPUs == "" {
		t.Errorf("env %+v", e)
	}
	arms := len(p.Variants) + 1
	if len(run.Builds) != arms-1 || len(run.Rounds) != 1 || len(run.Trials) != arms || len(run.Conformance) != arms-2 {
		t.Fatalf("%d builds, %d reports, %d rounds, %d trials",
			len(run.Builds), len(run.Conformance), len(run.Rounds), len(run.Trials))
	}
	if len(run.Calibration) != 5 {
		t.Errorf("%d calibrations", len(run.Calibration))
	}
	for _, c := range run.Calibration {
		if c.Err != "" || c.Wrong > 0 || c.Ceiling < 20 {
			t.Errorf("calibration %+v", c)
		}
	}
	if r := run.Rounds[0]; r.Round != 1 || r.Took <= 0 || r.Sentinel == nil || r.Sentinel.Before.Spin < 1 {
		t.Errorf("round %+v, sentinel %+v", r, r.Sentinel)
	}
	checkOrder(t, run.Trials)
	for _, tr := range run.Trials {
		checkTrial(t, p, tr)
	}
	for _, group := range groups(p.Loads, true) {
		checkTurns(t, group, run.Trials)
	}
}

// checkOrder holds that the arms were started one after the other, in the order of the record.
func checkOrder(t *testing.T, trials []record.Trial) {
	t.Helper()
	for i, tr := range trials {
		if tr.Order != i+1 || tr.Round != 1 {
			t.Errorf("%s is trial %d, and has the place %d in round %d", tr.Variant, i+1, tr.Order, tr.Round)
		}
		if i > 0 && trials[i-1].Start != nil && tr.Began.Before(trials[i-1].Began.Add(trials[i-1].Start.API)) {
			t.Errorf("%s began before %s had started", tr.Variant, trials[i-1].Variant)
		}
		for _, l := range tr.Loads {
			if l.Skipped == "" && l.Began.Before(trials[len(trials)-1].Began) {
				t.Errorf("%s: %s began before all were up", tr.Variant, l.Load)
			}
		}
	}
}

// checkTrial holds that everything in a trial was measured, and that nothing went wrong.
func checkTrial(t *testing.T, p Plan, tr record.Trial) {
	t.Helper()
	if tr.Err != "" || tr.Start == nil || tr.Stop == nil {
		t.Errorf("%s: %s\n%s", tr.Variant, tr.Err, tr.Log)
		return
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
			t.Errorf("%s: container %s exited with code %d", tr.Variant, name, code)
		}
	}
	v := variantOf(p, tr)
	var want, got []string
	for _, l := range p.Loads {
		if takes(v, l) {
			want = append(want, l.Name)
		}
	}
	for _, l := range tr.Loads {
		got = append(got, l.Load)
		checkLoad(t, v, l)
	}
	slices.Sort(want)
	if slices.Sort(got); len(tr.Idle) != len(v.Containers) || !slices.Equal(got, want) {
		t.Errorf("%s: idle %+v; loads %q, want %q", tr.Variant, tr.Idle, got, want)
	}
}

// variantOf is the variant of a trial, under the arm's name.
func variantOf(p Plan, tr record.Trial) variants.Variant {
	name := tr.Variant
	if name == record.ControlArm {
		name = p.Control
	}
	v, _ := variants.Find(name)
	v.Name = tr.Variant
	return v
}

// checkLoad holds that everything in a load was measured, and that no response was wrong.
func checkLoad(t *testing.T, v variants.Variant, l record.Loaded) {
	t.Helper()
	if l.Skipped != "" {
		if l.Load != "visit-br" || v.Name != "nginx-three-container" { // whose nginx has no Brotli
			t.Errorf("%s: %s: %s", v.Name, l.Load, l.Skipped)
		}
		return
	}
	if l.Wrong > 0 || l.Requests == 0 || l.WireIn == 0 || l.Sent == 0 || l.Opened == 0 || l.MostOpen > l.Opened {
		t.Errorf("%s: %s: %d wrong of %d: %q; %d connections, at most %d at once",
			v.Name, l.Load, l.Wrong, l.Requests, l.Reasons, l.Opened, l.MostOpen)
	}
	// What is late has no latency.
	late := !slices.ContainsFunc(l.Slices, func(s record.Slice) bool { return !s.Late })
	if late != (l.Latency == "") || late != (l.Planned == "") {
		t.Errorf("%s: %s: all late: %t; latency %q", v.Name, l.Load, late, l.Latency)
	}
	checkVisit(t, v.Name, l)
	if l.Parts == nil && l.Load != "api-write" && l.Hashed == 0 {
		t.Errorf("%s: %s: no body was compared", v.Name, l.Load)
	}
	var cpu time.Duration
	for _, u := range l.Usage {
		cpu += u.CPU
	}
	if len(l.Usage) != len(v.Containers) || cpu <= 0 || l.Generator.CPU <= 0 {
		t.Errorf("%s: %s: usage %+v, generator %+v", v.Name, l.Load, l.Usage, l.Generator)
	}
}

// checkTurns holds that all arms had every turn of the loads of a group, that turns which are late are so for all of
// them, that the CPU time of each slice was counted, and that arms were idle where others had turns, and only there.
func checkTurns(t *testing.T, group []record.Load, trials []record.Trial) {
	t.Helper()
	want, late, takers := group[0].Duration/group[0].Slice, map[int]bool{}, map[string]bool{}
	var taken []record.Loaded
	for _, tr := range trials {
		for _, l := range tr.Loads {
			if l.Skipped == "" && slices.ContainsFunc(group, func(g record.Load) bool { return g.Name == l.Load }) {
				taken, takers[tr.Variant] = append(taken, l), true
			}
		}
	}
	for _, l := range taken {
		if len(l.Slices) != int(want) {
			t.Errorf("%s: %d slices, want %d", l.Load, len(l.Slices), want)
			continue
		}
		var requests uint64
		for i, s := range l.Slices {
			if s.Turn != i+1 || len(s.CPU) != len(l.Usage) || s.Requests == 0 {
				t.Errorf("%s: slice %d is %+v", l.Load, i+1, s)
			}
			if was, known := late[s.Turn]; known && was != s.Late {
				t.Errorf("%s: turn %d is late for some alone", l.Load, s.Turn)
			}
			late[s.Turn] = s.Late
			requests += s.Requests
		}
		if requests != l.Requests {
			t.Errorf("%s: %d requests, and %d in slices", l.Load, l.Requests, requests)
		}
		if (l.IdleOver > 0) != (len(takers) > 1) || l.Idle > l.IdleOver {
			t.Errorf("%s, which %d arms take: idle for %s, with %s of CPU time",
				l.Load, len(takers), l.IdleOver, l.Idle)
		}
	}
}

// checkVisit holds that a first visit gets everything that the home page needs, in full, and that a repeat visit
// requests what is not fresh, which is not sent again.
func checkVisit(t *testing.T, variant string, l record.Loaded) {
	t.Helper()
	want := map[string]int{"visit": 10, "visit-identity": 10, "visit-gzip": 10, "visit-br": 10, "revisit": 2}[l.Load]
	if len(l.Parts) != want {
		t.Errorf("%s: %s requests %d files, want %d", variant, l.Load, len(l.Parts), want)
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

// TestBenchInterrupted ends a run in its second round, as Ctrl-C does: the first is kept, and no container or network
// is.
func TestBenchInterrupted(t *testing.T) {
	alone.WithEngine(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	steps := 0
	p := shortPlan("embedded-go")
	p.Variants, p.Rounds = []string{"embedded-go", "null"}, 3
	progress := &rigtest.Told{OnStep: func(string) {
		if steps++; steps == 2+len(groups(p.Loads, true))+2 { // the second start of the second round
			time.AfterFunc(700*time.Millisecond, cancel)
		}
	}}
	run, err := makeRun(t, ctx, Options{Root: root, Plan: p, Progress: progress})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if len(run.Rounds) != 1 || len(run.Trials) != 2 || run.End != nil || run.Trials[0].Err+run.Trials[1].Err != "" {
		t.Errorf("%d rounds, %d trials, end %+v", len(run.Rounds), len(run.Trials), run.End)
	}
}

// TestBenchBrokenVariants holds that a variant that does not build, does not start, or serves wrong files is recorded
// with the end of its output, that the others are measured, and that the error names those that failed.
func TestBenchBrokenVariants(t *testing.T) {
	alone.WithEngine(t)
	program := func(script string) string { return fmt.Sprintf("CMD [\"python3\", \"-c\", %q]\n", script) }
	python := "ARG PYTHON_IMAGE=python:3.13-slim-trixie\nFROM ${PYTHON_IMAGE}\nARG BUILD_ID=A\n"
	null, err := os.ReadFile(filepath.Join(root, "dockerfiles", "null.Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	broken := map[string]string{
		"embedded-go":                 python + "RUN echo the reason stands here && exit 7\n",
		"fastapi":                     python + program("print('no database', flush=True); raise SystemExit(3)"),
		"nginx-three-container.proxy": python + program("import time; time.sleep(600)"),
		"disk-go":                     string(null),
	}
	p := shortPlan()
	progress := &rigtest.Told{}
	run, err := makeRun(t, t.Context(), Options{
		Root: brokenCheckout(t, broken), Plan: p, Progress: progress, StartTimeout: 5 * time.Second,
	})
	names := []string{"disk-go", "embedded-go", "fastapi", "nginx-three-container"}
	if !errors.Is(err, rig.ErrVariant) || !strings.HasSuffix(err.Error(), ": "+strings.Join(names, ", ")) {
		t.Errorf("error %v", err)
	}
	for _, name := range names {
		if !slices.ContainsFunc(progress.Lines, func(s string) bool { return strings.HasPrefix(s, name+": ") }) {
			t.Errorf("no line of progress is about %s: %q", name, progress.Lines)
		}
	}

	checkBroken(t, run)
}

// checkBroken holds that the run recorded what is wrong with each variant.
func checkBroken(t *testing.T, run record.Run) {
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
	t.Run("exits at once", func(t *testing.T) {
		if c := reports["fastapi"]; !strings.Contains(c.Err, "exit code 3") || !strings.Contains(c.Log, "no database") {
			t.Errorf("conformance %+v", c)
		}
	})
	t.Run("never becomes ready", func(t *testing.T) {
		if c := reports["nginx-three-container"]; !strings.Contains(c.Err, "not ready within 5s") {
			t.Errorf("conformance %+v", c)
		}
	})
	t.Run("serves the page on every path", func(t *testing.T) {
		if err := reports["disk-go"].Report.Err(); err == nil || !strings.Contains(err.Error(), "assets-missing-404") {
			t.Errorf("report %v", err)
		}
		asset := func(l record.Loaded) bool { return l.Load == "asset" && l.Wrong > 0 }
		if tr := trials["disk-go"]; !slices.ContainsFunc(tr.Loads, asset) {
			t.Errorf("the wrong responses for the asset were not counted: %+v", tr.Loads)
		}
	})
	t.Run("the others are measured", func(t *testing.T) {
		if tr := trials["null"]; tr.Err != "" || len(tr.Loads) != 3 {
			t.Errorf("%d loads, %s", len(tr.Loads), tr.Err)
		}
		if len(trials) != 2 {
			t.Errorf("trials of %d variants, want 2: those that start", len(trials))
		}
	})
}

// brokenCheckout is a copy of the files that builds need, with the Dockerfiles of some images replaced.
func brokenCheckout(t *testing.T, dockerfiles map[string]string) string {
	t.Helper()
	checkout := t.TempDir()
	for _, dir := range []string{"dockerfiles", "variants", "harness"} {
		if err := os.CopyFS(filepath.Join(checkout, dir), os.DirFS(filepath.Join(root, dir))); err != nil {
			t.Fatal(err)
		}
	}
	copied := map[string][]byte{}
	for _, file := range []string{"go.mod", "go.sum", ".dockerignore"} {
		b, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		copied[file] = b
	}
	for image, text := range dockerfiles {
		copied["dockerfiles/"+image+".Dockerfile"] = []byte(text)
	}
	for file, b := range copied {
		if err := os.WriteFile(filepath.Join(checkout, file), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return checkout
}
