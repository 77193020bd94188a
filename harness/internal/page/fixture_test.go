package page

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"spabench/harness/internal/record"
)

// results is the folder of the published runs.
const results = "../../../results"

// newest is a published run of the newest schema that has all that a run of the default plan has.
const newest = "2026-11-29-intel-r-xeon-r-processor-2-cpus"

// published reads a published run.
func published(t *testing.T, name string) record.Run {
	t.Helper()
	run, err := record.Read(filepath.Join(results, name, "run.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// publishedNames are the folders of all published runs.
func publishedNames(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(results, "*", "run.jsonl"))
	if err != nil || len(files) < 8 {
		t.Fatalf("%d published runs: %v", len(files), err)
	}
	var names []string
	for _, f := range files {
		names = append(names, filepath.Base(filepath.Dir(f)))
	}
	return names
}

// truncated is a run whose writer was killed in the middle of the line with that number.
func truncated(t *testing.T, name string, lines int) record.Run {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(results, name, "run.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	end := 0
	for range lines {
		end += bytes.IndexByte(text[end:], '\n') + 1
	}
	run, err := record.Decode(bytes.NewReader(text[:end+20]), name)
	if cut := new(record.TruncatedError); !errors.As(err, &cut) {
		t.Fatalf("the record is not truncated: %v", err)
	}
	return run
}

// written is the page of a run.
func written(t *testing.T, run record.Run) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, run, Beside{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
