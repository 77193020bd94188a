package main

import (
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

var update = flag.Bool("update", false, "write what is compared with cmp into testdata/script again")

// TestMain makes the command of this binary, so that the scripts run a process of its own, with its exit code.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"spabench": main})
}

// TestScripts runs the transcripts in testdata/script. Beside testscript's own commands they have those below.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "serve": serve, "tidy": tidy, "fixture": fixture, "record": recordRun, "cut": cut, "report": report,
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", "atexit_sleep_ms=0") // else every process waits a second at its end
			return nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
	})
}

// exits CODE COMMAND ARGS…: run it; it must end with this exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command args...")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		ended := new(exec.ExitError)
		if !errors.As(err, &ended) {
			ts.Fatalf("run %s: %v", args[1], err)
		}
		got = ended.ExitCode()
	}
	if want, err := strconv.Atoi(args[0]); err != nil || got != want {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// serve NAME: serve the fixture at $URL, by the reference handler, by a mutant of it, or by "files", a plain file server.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: serve reference|files|mutant")
	}
	var h http.Handler
	switch args[0] {
	case "reference":
		h = mutant.Reference(mutant.Fixture())
	case "files":
		h = http.FileServerFS(mutant.Fixture())
	default:
		i := slices.IndexFunc(mutant.All(), func(m mutant.Mutant) bool { return m.Name == args[0] })
		if i < 0 {
			ts.Fatalf("no mutant %s", args[0])
		}
		h = mutant.All()[i].Handler()
	}
	server := httptest.NewServer(h)
	ts.Defer(server.Close)
	ts.Setenv("URL", server.URL)
}

var duration = regexp.MustCompile(`(checks? in )\S+\)`)

// tidy FILE: write there what came on standard output, with the address and the duration of every run replaced.
func tidy(ts *testscript.TestScript, _ bool, args []string) {
	out := strings.ReplaceAll(ts.ReadFile("stdout"), ts.Getenv("URL"), "http://127.0.0.1:8080")
	out = duration.ReplaceAllString(out, "${1}42ms)")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(out), 0o644))
}

// fixture DIR: write the build that serve serves.
func fixture(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.CopyFS(ts.MkAbs(args[0]), mutant.Fixture()))
}

// cut FILE BYTES: cut so many bytes from its end.
func cut(ts *testscript.TestScript, _ bool, args []string) {
	file := ts.MkAbs(args[0])
	info, err := os.Stat(file)
	ts.Check(err)
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(file, info.Size()-n))
}

// report FILE VERDICT CHECK: the file is a report as JSON, the same after a round trip, and has this outcome.
func report(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	var r spatest.Report
	ts.Check(json.Unmarshal([]byte(text), &r))
	again, err := json.MarshalIndent(r, "", "  ")
	ts.Check(err)
	if string(again)+"\n" != text {
		ts.Fatalf("another report after a round trip:\n%s", again)
	}
	if r.Target != ts.Getenv("URL") {
		ts.Fatalf("target %q", r.Target)
	}
	if o, ok := r.Outcome(args[2]); !ok || string(o.Verdict) != args[1] {
		ts.Fatalf("%s: %q, want %s", args[2], o.Verdict, args[1])
	}
}

// checkout is this project's own folder, for tests of what stands in it.
func checkout(t *testing.T) string {
	t.Helper()
	root, err := projectRoot()
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func exists(path ...string) bool {
	_, err := os.Stat(filepath.Join(path...))
	return !errors.Is(err, fs.ErrNotExist)
}
