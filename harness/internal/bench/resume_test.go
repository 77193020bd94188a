package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/alone"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig/rigtest"
)

// TestResumeRefusesChanges holds that what has changed since a run was interrupted is named, and that the record stays
// as it is.
func TestResumeRefusesChanges(t *testing.T) {
	file := filepath.Join(t.TempDir(), "run.jsonl")
	run := record.Run{Schema: record.Schema, Env: record.Env{Kernel: "1", Commit: "a"}, Plan: shortPlan("embedded-go")}
	w, _, err := Options{Record: file}.open(run)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := run
	changed.Env.Kernel, changed.Env.Commit, changed.Plan.Rounds = "2", "b", 7
	_, _, err = Options{Record: file, Resume: true}.open(changed)
	if !errors.Is(err, record.ErrChanged) {
		t.Fatalf("error %v", err)
	}
	for _, want := range []string{"kernel: 1, then 2", "commit: a, then b", "rounds: 1, then 7"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("does not say %q: %v", want, err)
		}
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("the record was changed: %v", err)
	}
	w, _, err = Options{Record: file, Resume: true}.open(run)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// killedRecord is the environment variable that names the record to TestBenchToKill, which TestBenchKilled runs as a
// process of its own.
const killedRecord = "SPABENCH_TEST_RECORD"

// killedPlan has two arms in two rounds, which are short, so that some end before they are killed.
func killedPlan() Plan {
	p := shortPlan("embedded-go")
	p.Variants, p.Rounds, p.Loads = []string{"embedded-go", "null"}, 2, p.Loads[:2]
	return p
}

func TestBenchToKill(t *testing.T) {
	file := os.Getenv(killedRecord)
	if file == "" {
		t.Skip("run by TestBenchKilled")
	}
	_, err := os.Stat(file)
	o := Options{
		Root: root, Prefix: lab.TestPrefix, Record: file, Plan: killedPlan(),
		Progress: &rigtest.Told{}, Resume: err == nil,
	}
	if err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

// TestBenchKilled holds that kill -9 loses the round in progress at most. The run is resumed and killed again, at
// random moments, until it has ended. Then it has each trial once, and nothing that was recorded has changed on the
// way.
func TestBenchKilled(t *testing.T) {
	alone.WithEngine(t)
	l := rigtest.Open(t).Lab
	file := filepath.Join(t.TempDir(), "run.jsonl")
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	kills, kept := 0, ""
	for attempt := 1; ; attempt++ {
		if attempt > 30 {
			t.Fatal("the run does not end")
		}
		// Two seconds are enough for the first process to write the first line, which the second one needs.
		after := 2*time.Second + time.Duration(random.IntN(9000))*time.Millisecond
		if kills == 4 {
			after = 0
		}
		output, killed, err := runAndKill(t, file, after)
		if killed {
			kills++
		}
		if content, readErr := os.ReadFile(file); readErr == nil {
			lines := string(content[:strings.LastIndexByte(string(content), '\n')+1])
			if !strings.HasPrefix(lines, kept) {
				t.Fatal("what was recorded is gone")
			}
			kept = lines
		}
		if err == nil {
			break
		}
		if !killed {
			t.Fatalf("%v\n%s", err, output)
		}
		if info, err := os.Stat(file); err == nil && info.Size() == 0 {
			if err := os.Remove(file); err != nil { // killed before its first line: the run has not begun
				t.Fatal(err)
			}
		}
	}
	if kills == 0 {
		t.Error("the run was never killed")
	}
	checkKilledRun(t, file)
	if _, err := l.Sweep(t.Context()); err != nil { // as far as no other test has swept already
		t.Error(err)
	}
	if swept, err := l.Sweep(t.Context()); err != nil || swept.Containers+swept.Networks+swept.Volumes+swept.Groups > 0 {
		t.Errorf("left behind: %+v, %v", swept, err)
	}
}

// runAndKill starts or resumes the run in a process of its own, and kills it after this time, unless it is 0.
func runAndKill(t *testing.T, file string, after time.Duration) (output []byte, killed bool, err error) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	command := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestBenchToKill$")
	command.Env = append(os.Environ(), killedRecord+"="+file)
	command.WaitDelay = 2 * time.Second
	began := time.Now()
	if after > 0 {
		defer time.AfterFunc(after, cancel).Stop()
	}
	output, err = command.CombinedOutput()
	killed = ctx.Err() != nil
	took := time.Since(began).Round(time.Millisecond)
	t.Logf("to be killed after %s: ended after %s, killed: %t", after, took, killed)
	return output, killed, err
}

// checkKilledRun holds that the run is complete, and has each of its trials once.
func checkKilledRun(t *testing.T, file string) {
	run, err := record.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, tr := range run.Trials {
		got = append(got, fmt.Sprintf("%s %d", tr.Variant, tr.Round))
		if tr.Err != "" || len(tr.Loads) == 0 {
			t.Errorf("%s, round %d: %s", tr.Variant, tr.Round, tr.Err)
		}
	}
	slices.Sort(got)
	if want := "embedded-go 1|embedded-go 2|null 1|null 2"; strings.Join(got, "|") != want {
		t.Errorf("trials %q, want %s", got, want)
	}
	if run.End == nil || len(run.Builds) != 2 || len(run.Conformance) != 1 {
		t.Errorf("%d builds, %d reports, end %+v", len(run.Builds), len(run.Conformance), run.End)
	}
	t.Logf("resumed %d times", len(run.Resumed))
}
