package record

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"
)

// sample is a small run with every kind of line.
func sample() Run {
	began := time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.UTC)
	return Run{
		Schema:  Schema,
		Started: began,
		Env:     Env{CPU: "test data", CPUs: 2, Bases: []Base{{Name: "GO_IMAGE", Image: "golang:1", StandIn: true}}},
		Plan: Plan{Variants: []string{"a", "null"}, Baseline: "null", Rounds: 1, Seed: 1<<64 - 1,
			Loads: []Load{{Name: "page", Path: "/", Rate: 500, Duration: time.Second}}},
		Builds: []Build{
			{Variant: "a", Took: time.Minute, Image: &Image{Images: []string{"spabench/a"}, Unpacked: 1 << 40}},
			{Variant: "null", Err: "build null: exit 1", Log: "line one\nline two <&>\u2028\n"},
		},
		Conformance: []Conformance{{Variant: "a", Waived: map[string]string{"check": "reason"}}},
		Rounds:      []Round{{Round: 1, Began: began, Took: time.Second, Sentinel: &Sentinel{Steal: 0.5}}},
		Trials: []Trial{
			{Variant: "a", Round: 1, Order: 2, Began: began, Start: &Start{Page: 12345678},
				Loads: []Loaded{{Load: "page", Requests: 500, Latency: Histogram(strings.Repeat("x", 1000))}}},
			{Variant: "null", Round: 1, Order: 1, Began: began, Err: "start null: exit 1"},
		},
		End: &End{Ended: began.Add(time.Minute), Took: time.Minute, PeakMemory: 1 << 20},
	}
}

// roundOf is a round of these trials alone.
func roundOf(trials ...Trial) Round { return Round{Round: trials[0].Round, Trials: trials} }

// oneRound is a run of one round with these trials.
func oneRound(trials ...Trial) Run {
	return Run{Schema: Schema, Rounds: []Round{{Round: trials[0].Round}}, Trials: trials}
}

// write writes every line of run.
func write(t *testing.T, w *Writer, run Run) {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(w.Start(run))
	for _, b := range run.Builds {
		check(w.Build(b))
	}
	for _, c := range run.Conformance {
		check(w.Conformance(c))
	}
	for _, r := range run.Rounds {
		for _, trial := range run.Trials {
			if trial.Round == r.Round {
				r.Trials = append(r.Trials, trial)
			}
		}
		check(w.Round(r))
	}
	if run.End != nil {
		check(w.End(*run.End))
	}
}

// recorded is the path of a file that holds run, and its bytes.
func recorded(t *testing.T, run Run) (path string, content []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "run.jsonl")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, run)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	content, err = os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, content
}

func TestRoundTrip(t *testing.T) {
	want := sample()
	path, content := recorded(t, want)
	got, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(content), "\n"), "\n") {
		kinds := []string{"run", "build", "build", "conformance", "round", "end"}
		if !strings.HasPrefix(line, `{"kind":"`+kinds[i]+`",`) {
			t.Errorf("line %d begins %.40s, want kind %s", i+1, line, kinds[i])
		}
	}
}

func TestLinesAreOnDiskAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	write(t, w, oneRound(Trial{Variant: "a"}))
	run, err := Read(path) // the writer is still open
	if err != nil || len(run.Trials) != 1 {
		t.Errorf("read %d trials, %v", len(run.Trials), err)
	}
}

func TestCreateRefuses(t *testing.T) {
	path, before := recorded(t, sample())
	if _, err := Create(path); !errors.Is(err, os.ErrExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("an existing file: got %v", err)
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Error("the existing file was changed")
	}
	missing := filepath.Join(t.TempDir(), "no", "run.jsonl")
	if _, err := Create(missing); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), missing) {
		t.Errorf("a folder that does not exist: got %v", err)
	}
}

// filling is a real file on a disk that takes only so many more bytes, and then a part of a line.
type filling struct {
	*os.File
	room      int
	syncFails bool
	stuck     bool // Truncate fails too
}

func (f *filling) Write(b []byte) (int, error) {
	if len(b) <= f.room {
		f.room -= len(b)
		return f.File.Write(b)
	}
	n, _ := f.File.Write(b[:f.room])
	f.room = 0
	return n, &os.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC}
}

func (f *filling) Sync() error {
	if f.syncFails {
		return &os.PathError{Op: "sync", Path: f.Name(), Err: syscall.EIO}
	}
	return f.File.Sync()
}

func (f *filling) Truncate(size int64) error {
	if f.stuck {
		return &os.PathError{Op: "truncate", Path: f.Name(), Err: syscall.EIO}
	}
	return f.File.Truncate(size)
}

// begun is a Writer with two lines written, whose file then behaves as disk says.
func begun(t *testing.T, disk *filling) *Writer {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(t.TempDir(), "run.jsonl"), os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	disk.File = f
	room := disk.room
	disk.room = 1 << 20
	w := &Writer{file: disk}
	fails := disk.syncFails
	disk.syncFails = false
	write(t, w, oneRound(Trial{Variant: "a"}))
	disk.room, disk.syncFails = room, fails
	return w
}

func TestFullDisk(t *testing.T) {
	t.Run("a part is taken back, and writing goes on when there is room", func(t *testing.T) {
		disk := &filling{room: 20}
		w := begun(t, disk)
		err := w.Round(roundOf(Trial{Variant: "b"}))
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("got %v, want no space", err)
		}
		for _, part := range []string{disk.Name(), "round", "2 lines", "free some space"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("error does not say %q: %v", part, err)
			}
		}
		disk.room = 1 << 20
		if err := w.Round(roundOf(Trial{Variant: "c"})); err != nil {
			t.Fatal(err)
		}
		run, err := Read(disk.Name())
		if err != nil || len(run.Trials) != 2 || run.Trials[1].Variant != "c" {
			t.Errorf("read %+v, %v", run.Trials, err)
		}
	})
	t.Run("a line that did not reach the disk is taken back", func(t *testing.T) {
		disk := &filling{room: 1 << 20, syncFails: true}
		w := begun(t, disk)
		if err := w.Round(roundOf(Trial{Variant: "b"})); !errors.Is(err, syscall.EIO) {
			t.Fatalf("got %v, want an input/output error", err)
		}
		if run, err := Read(disk.Name()); err != nil || len(run.Trials) != 1 {
			t.Errorf("read %+v, %v", run.Trials, err)
		}
	})
	t.Run("a part that cannot be taken back stays the last", func(t *testing.T) {
		disk := &filling{room: 20, stuck: true}
		w := begun(t, disk)
		if err := w.Round(roundOf(Trial{Variant: "b"})); err == nil || !strings.Contains(err.Error(), "truncated") {
			t.Errorf("got %v, want it to say that the line is truncated", err)
		}
		disk.room = 1 << 20
		if err := w.Round(roundOf(Trial{Variant: "c"})); err == nil {
			t.Error("wrote a line behind a part of one")
		}
		run, err := Read(disk.Name())
		var cut *TruncatedError
		if !errors.As(err, &cut) || len(run.Trials) != 1 {
			t.Errorf("read %+v, %v", run.Trials, err)
		}
	})
}
