package bench

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/alone"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
)

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
	p := withLoads(shortPlan(), "page", "asset", "api")
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
	for _, said := range []string{"  the reason stands here", "  no database"} { // in the output of what failed
		if !slices.Contains(progress.Lines, said) {
			t.Errorf("progress does not say %q: %q", said, progress.Lines)
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
		if tr := trials["null"]; tr.Err != "" || len(tr.Loads) != 2 { // it has no asset
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
