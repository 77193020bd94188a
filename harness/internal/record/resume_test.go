package record

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A run that was cut off at any byte goes on: it keeps every whole line, and what follows is read again.
func TestResumeAnywhere(t *testing.T) {
	run := sample()
	run.End = nil
	_, content := recorded(t, run)
	path := filepath.Join(t.TempDir(), "run.jsonl")
	for size := bytes.IndexByte(content, '\n') + 1; size <= len(content); size++ {
		near := func(i int) bool { return i >= 0 && i < len(content) && content[i] == '\n' }
		if size%37 != 0 && !near(size) && !near(size-1) && !near(size-2) && size != len(content) {
			continue // each size writes to the disk five times
		}
		if err := os.WriteFile(path, content[:size], 0o644); err != nil {
			t.Fatal(err)
		}
		w, before, err := Resume(path)
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		lines := 1 + len(before.Builds) + len(before.Conformance) + len(before.Rounds)
		whole := bytes.Count(content[:size], []byte("\n"))
		if size < len(content) && content[size] == '\n' { // only the newline is missing
			whole++
		}
		if lines != whole {
			t.Fatalf("%d bytes: %d lines are there before, want %d", size, lines, whole)
		}
		for _, err := range []error{
			w.Resumed(Resumption{Began: time.Unix(1, 0)}), w.Round(roundOf(Trial{Variant: "later", Round: 2})),
			w.End(End{Took: 1}), w.Close(),
		} {
			if err != nil {
				t.Fatalf("%d bytes: %v", size, err)
			}
		}
		after, err := Read(path)
		if err != nil || len(after.Resumed) != 1 || after.End == nil || len(after.Trials) != len(before.Trials)+1 ||
			after.Trials[len(before.Trials)].Variant != "later" {
			t.Fatalf("%d bytes: then %+v, %v", size, after, err)
		}
	}
}

func TestResumeRefuses(t *testing.T) {
	path, _ := recorded(t, sample())
	if _, _, err := Resume(path); !errors.Is(err, ErrEnded) || !strings.Contains(err.Error(), path) {
		t.Errorf("a whole run: %v", err)
	}
	if _, _, err := Resume(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no run: %v", err)
	}
	foreign := filepath.Join(t.TempDir(), "foreign")
	if err := os.WriteFile(foreign, []byte("hello\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Resume(foreign); err == nil || !strings.Contains(err.Error(), "not the record of a run") {
		t.Errorf("something else: %v", err)
	}
	if got, err := os.ReadFile(foreign); err != nil || string(got) != "hello\n" {
		t.Errorf("it was changed to %q, %v", got, err)
	}
}

// A run that is being written is nobody else's.
func TestResumeWhileWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(Run{Schema: Schema}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Resume(path); err == nil || !strings.Contains(err.Error(), "another process is writing it") {
		t.Errorf("while it is written: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if w, _, err = Resume(path); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestDifferences(t *testing.T) {
	a, b := sample().Env, sample().Env
	b.CPUs, b.Bases = 4, []Base{{Name: "GO_IMAGE", Image: "golang:2", StandIn: true}, {Name: "NODE_IMAGE"}}
	var got []string
	for _, d := range Differences(a, b, "os") {
		got = append(got, d.String())
	}
	want := "bases.GO_IMAGE.image: golang:1, then golang:2|bases.NODE_IMAGE.name: not recorded, then NODE_IMAGE|" +
		"bases.NODE_IMAGE.stand_in: not recorded, then false|cpus: 2, then 4"
	if strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
}
