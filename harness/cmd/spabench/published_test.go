package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"spabench/harness/internal/table"
)

// readOnce reads what this checkout has published for all tests that look at it, since that takes seconds. They leave
// it as it is.
var readOnce = sync.OnceValues(func() (published, error) {
	root, err := projectRoot()
	if err != nil {
		return published{}, err
	}
	return readPublished(root)
})

// ours is what this checkout has published. Without a run, it skips the test, and with -short. The heap may grow more
// between collections, since rendering allocates much and keeps little.
func ours(t *testing.T) (root string, p published) {
	t.Helper()
	if testing.Short() {
		t.Skip("reads all that was ever published")
	}
	root = checkout(t)
	runs, err := filepath.Glob(filepath.Join(root, "results", "*", "run.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	readme, _ := os.ReadFile(filepath.Join(root, "README.md")) // without one there is no mark in it
	if len(runs) == 0 && !headline.Match(readme) && !exists(root, "results", "README.md") {
		t.Skip("nothing is published yet: results/ has no run, and README.md no headline")
	}
	percent := debug.SetGCPercent(400)
	t.Cleanup(func() { debug.SetGCPercent(percent) })
	if p, err = readOnce(); err != nil {
		t.Fatal(err)
	}
	return root, p
}

// TestPublished holds that what is published is what the records give today. After a change of a table: make tables.
func TestPublished(t *testing.T) {
	root, p := ours(t)
	fresh, err := p.pages(root)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range fresh {
		got, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Error(err)
		} else if string(got) != want {
			t.Errorf("%s is not what its record gives, first in line %q; make tables renders it again",
				name, firstDifference(string(got), want))
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			return g[i]
		}
	}
	return w[len(g)]
}

// TestPublishedRunsRender holds that records are readable for good: whatever is published, however old, has its tables
// in every format, and its page in the index.
func TestPublishedRunsRender(t *testing.T) {
	root, p := ours(t)
	index, err := os.ReadFile(filepath.Join(root, "results", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range p.runs {
		for _, format := range []string{"text", "markdown", "csv", "json", "benchfmt"} {
			var b bytes.Buffer
			f := tableFlags{format: format}
			if err := f.render(&b, r.Run); err != nil || b.Len() < 1000 {
				t.Errorf("%s as %s: %d bytes, %v", r.Name, format, b.Len(), err)
			}
		}
		if !strings.Contains(string(index), "]("+r.Name+"/README.md)") {
			t.Errorf("the index does not have %s", r.Name)
		}
	}
}

// TestPublishedMemory holds what the harness itself takes in real runs: a benchmark that fills the machine's memory
// would measure that. It is held on published runs, since a test binary and the race detector take memory of their own.
func TestPublishedMemory(t *testing.T) {
	_, p := ours(t)
	for _, r := range p.runs {
		if r.Run.End != nil && r.Run.End.PeakMemory > 200e6 {
			t.Errorf("%s: the harness took %d bytes, want at most 200 MB", r.Name, r.Run.End.PeakMemory)
		}
	}
}

// TestPublishedTrust scores the series that METHOD.md speaks of, which holds all that a series must show.
func TestPublishedTrust(t *testing.T) {
	_, p := ours(t)
	const name = "2026-11-29-trust"
	i := slices.IndexFunc(p.series, func(s table.PublishedTrust) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("there is no series %s", name)
	}
	var b bytes.Buffer
	if err := holdTrust(&b, p.series[i].Trust); err != nil || !strings.Contains(b.String(), "WHAT IT MUST SHOW") {
		t.Errorf("%v\n%s", err, b.String())
	}
}
