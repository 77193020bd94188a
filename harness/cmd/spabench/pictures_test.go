package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

var pictureLink = regexp.MustCompile(`!\[([^]]+)\]\(([^)]+)\)`)

// The page of a run shows each picture under the heading of the table that has its numbers, and the files are there.
func TestPagesHavePictures(t *testing.T) {
	root := checkout(t)
	run, err := record.Read(filepath.Join(root, "results", "2026-11-29-intel-r-xeon-r-processor-2-cpus", "run.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := table.Page(run, "test")
	if err != nil {
		t.Fatal(err)
	}
	folder := &resultsFolder{path: t.TempDir()}
	pictured, err := folder.withPictures(run, text)
	if err != nil {
		t.Fatal(err)
	}
	links := pictureLink.FindAllStringSubmatch(pictured, -1)
	if len(links) != 2 {
		t.Fatalf("the page has %d pictures", len(links))
	}
	for i, heading := range []string{"## At a glance\n\n![", "## Latency of the page\n\n!["} {
		if !strings.Contains(pictured, heading) {
			t.Errorf("no picture follows %q", heading)
		}
		svg, err := os.ReadFile(filepath.Join(folder.path, links[i][2]))
		if err != nil || !strings.Contains(string(svg), "<svg ") {
			t.Errorf("the picture is not there: %v", err)
		}
	}
	if pictureLink.ReplaceAllString(pictured, "") == pictured || strings.Contains(text, "![") {
		t.Error("the page had pictures before")
	}

	// Of a run in which nothing was measured there is nothing to see, and the page stays as it is.
	run.Trials = nil
	if again, err := folder.withPictures(run, text); err != nil || again != text {
		t.Errorf("a run without trials has pictures: %v", err)
	}
}
