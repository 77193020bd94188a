package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"spabench/harness/chromium/chromiumtest"
	"spabench/harness/internal/report"
	"spabench/harness/spatest/mutant"
)

var update = flag.Bool("update", false, "write what is compared with cmp into testdata/script again")

// TestMain makes the command of this binary, so that the scripts run a process of its own, with its exit code.
func TestMain(m *testing.M) {
	testscript.Main(chromiumtest.Unwatching(m), map[string]func(){"spabench": main})
}

// TestScripts runs the transcripts in testdata/script. Beside testscript's own commands they have those below.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "serve": serve, "servetls": serveTLS, "chain": serveChain, "interrupt": interrupt,
			"tidy": tidy, "fixture": fixture, "record": recordRun, "series": recordSeries, "cut": cut,
			"report": hasOutcome,
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", "atexit_sleep_ms=0") // else every process waits a second at its end
			env.Setenv("SPABENCH_CHECKOUT", "none")   // nothing is built
			env.Setenv("CHROME", "")                  // no browser: what is printed is the same on every machine
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

// serve NAME: serve the fixture at $URL, by the reference handler, by a mutant of it, or by "files", a plain file
// server.
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

// servetls FILE: serve the fixture at $URL by TLS, with a certificate that only the CA in the file vouches for; at
// $OTHER, the name is not the certificate's.
func serveTLS(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: servetls file")
	}
	server := httptest.NewUnstartedServer(mutant.Reference(mutant.Fixture()))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // a client that does not trust it ends the handshake
	server.StartTLS()
	ts.Defer(server.Close)
	ts.Setenv("URL", server.URL)
	ts.Setenv("OTHER", strings.Replace(server.URL, "127.0.0.1", "localhost", 1)) // a name that is not the certificate's
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), ca, 0o644))
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
func hasOutcome(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	var d report.Document
	ts.Check(json.Unmarshal([]byte(text), &d))
	var again bytes.Buffer
	ts.Check(report.JSON(&again, d))
	if again.String() != text {
		ts.Fatalf("another report after a round trip:\n%s", again.String())
	}
	if d.Target != ts.Getenv("URL") {
		ts.Fatalf("target %q", d.Target)
	}
	i := slices.IndexFunc(d.Outcomes, func(o report.Outcome) bool { return o.Check == args[2] })
	if i < 0 || string(d.Outcomes[i].Verdict) != args[1] {
		ts.Fatalf("want %s %s:\n%s", args[1], args[2], text)
	}
}

// interrupt AFTER COMMAND ARGS…: run it, send it SIGINT when standard error has said something that matches, and let
// it end with exit code 0.
func interrupt(ts *testscript.TestScript, _ bool, args []string) {
	command := exec.Command(args[1], args[2:]...)
	command.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"), "GORACE=atexit_sleep_ms=0")
	stderr, err := command.StderrPipe()
	ts.Check(err)
	ts.Check(command.Start())
	said := bufio.NewReader(stderr)
	line, err := said.ReadString('\n')
	if err != nil || !regexp.MustCompile(args[0]).MatchString(line) {
		_ = command.Process.Kill()
		ts.Fatalf("it said %q, %v", line, err)
	}
	url := regexp.MustCompile(`http://[0-9.]+:[0-9]+`).FindString(line)
	response, err := http.Get(url)
	ts.Check(err)
	ts.Check(response.Body.Close())
	ts.Check(command.Process.Signal(os.Interrupt))
	ts.Check(command.Wait())
}

// chain: serve the fixture at $URL behind a proxy at $EDGE that adds, drops and changes header fields.
func serveChain(ts *testscript.TestScript, neg bool, _ []string) {
	serve(ts, neg, []string{"reference"})
	inner, err := url.Parse(ts.Getenv("URL"))
	ts.Check(err)
	server := httptest.NewServer(edge(inner))
	ts.Defer(server.Close)
	ts.Setenv("EDGE", server.URL)
}

// edge is a proxy that adds, drops and changes header fields.
func edge(inner *url.URL) http.Handler {
	proxy := httputil.NewSingleHostReverseProxy(inner)
	proxy.ModifyResponse = func(r *http.Response) error {
		r.Header.Set("X-Edge", "yes")
		r.Header.Del("ETag")
		if r.StatusCode == http.StatusNotFound && strings.HasPrefix(r.Request.URL.Path, "/assets/") {
			r.StatusCode = http.StatusOK
		}
		return nil
	}
	return proxy
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
