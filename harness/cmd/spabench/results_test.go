package main

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

// resultsOf parses the arguments of a command that can resume a run, with a flag that a resumed run has settled.
func resultsOf(t *testing.T, root string, args ...string) (*resultsFolder, error) {
	t.Helper()
	f := resultsFlags{record: "run.jsonl", howToResume: "--resume --out %s", settled: []string{"seed"}}
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	f.registerOut(flags, "test")
	flags.BoolVar(&f.resume, "resume", false, "")
	flags.Int("seed", 0, "")
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	return f.folder(flags, root, "test")
}

func TestResultsFolderIsNamed(t *testing.T) {
	root := t.TempDir()
	today := filepath.Join(root, "results", time.Now().Format(time.DateOnly)+"-test")
	for _, want := range []string{today, today + "-2", today + "-3"} {
		f, err := resultsOf(t, root)
		if err != nil {
			t.Fatal(err)
		}
		if f.path != want || f.file() != filepath.Join(want, "run.jsonl") {
			t.Errorf("%s, want %s", f.path, want)
		}
		if err := f.make(); err != nil {
			t.Fatal(err)
		}
	}
	if f, err := resultsOf(t, root, "--out=elsewhere"); err != nil || f.path != "elsewhere" {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestResultsFolderIsRefused(t *testing.T) {
	root := t.TempDir()
	old := filepath.Join(root, "old")
	if err := os.Mkdir(old, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := resultsOf(t, root, "--out="+old); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
	if err := os.WriteFile(filepath.Join(old, "run.jsonl"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ args, want string }{
		{"--out=" + old, "already contains a run"},
		{"--out=" + old, "resume it with --resume --out " + old},
		{"--resume", "--resume needs --out"},
		{"--resume --seed=1 --out=" + old, "leave out --seed"},
	} {
		f, err := resultsOf(t, root, strings.Fields(tc.args)...)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %+v, %v; want %q", tc.args, f, err, tc.want)
		}
	}
	if f, err := resultsOf(t, root, "--resume", "--out="+old); err != nil || f.path != old {
		t.Errorf("resumed: %+v, %v", f, err)
	}
	other := filepath.Join(root, "other")
	if err := os.MkdirAll(filepath.Join(other, "docs"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := resultsOf(t, root, "--out="+other); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("a folder of the user's own: %v", err)
	}
	never := resultsFlags{record: "run.jsonl", out: old}
	if _, err := never.folder(nil, root, "test"); err == nil || strings.Contains(err.Error(), "resume") {
		t.Errorf("of a run that cannot be resumed: %v", err)
	}
}

func TestResultsFolderIsMadeAndDiscarded(t *testing.T) {
	top := t.TempDir()
	f := &resultsFolder{path: filepath.Join(top, "a", "b", "c"), record: "run.jsonl"}
	if err := f.make(); err != nil || !exists(top, "a", "b", "c") {
		t.Fatal(err)
	}
	for name, content := range map[string]string{f.file(): "", filepath.Join(top, "a", "kept"): "text"} {
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if f.isRecorded() {
		t.Error("an empty record has no line")
	}
	f.discard()
	if exists(top, "a", "b") || !exists(top, "a", "kept") {
		t.Error("want a kept, for what is in it, and the empty folders below it gone")
	}

	before := &resultsFolder{path: top, record: "run.jsonl"}
	if err := before.make(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(top, "a")); err != nil {
		t.Fatal(err)
	}
	if before.discard(); !exists(top) {
		t.Error("removed a folder that was there before")
	}
	if err := os.WriteFile(before.file(), []byte("{}\n"), 0o644); err != nil || !before.isRecorded() {
		t.Errorf("a record with a line is one: %v", err)
	}
	below := &resultsFolder{path: filepath.Join(before.file(), "below"), record: "run.jsonl"}
	if err := below.make(); err == nil {
		t.Error("made a folder below a file")
	}
}

// A page in the checkout's results folder brings its index in step; elsewhere, it stands alone.
func TestResultsFolderWritesPage(t *testing.T) {
	root := t.TempDir()
	for _, tc := range []struct {
		path    string
		indexed bool
	}{{filepath.Join(root, "elsewhere"), false}, {filepath.Join(root, "results", "2026-01-02-test"), true}} {
		f := &resultsFolder{root: root, path: tc.path, record: "run.jsonl"}
		if err := f.make(); err != nil {
			t.Fatal(err)
		}
		if err := writeRun(f.file()); err != nil {
			t.Fatal(err)
		}
		if err := f.writePage("a page\n"); err != nil {
			t.Fatal(err)
		}
		if !exists(tc.path, "README.md") || exists(root, "results", "README.md") != tc.indexed {
			t.Errorf("%s: want a page, and an index: %v", tc.path, tc.indexed)
		}
	}
}

func TestMachineName(t *testing.T) {
	got := machineName()
	if !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*-` + strconv.Itoa(runtime.NumCPU()) + `-cpus$`).MatchString(got) {
		t.Errorf("%q does not suit the name of a folder", got)
	}
}
