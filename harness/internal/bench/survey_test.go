package bench

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spabench/harness/chromium"
	"spabench/harness/internal/alone"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
)

// slowServer can answer 50 requests per second, whatever they are for. Its page loads a script, which calls the API.
const slowServer = `
import http.server, threading, time

FILES = {
    "/": ("text/html", b'<!doctype html><link rel=icon href="data:,"><script src=/app.js></script>'),
    "/app.js": ("text/javascript", b'fetch("/api/items"); fetch("/api/now")'),
    "/api/items": ("application/json", b"[]"),
}
turn = threading.Lock()

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        with turn:
            time.sleep(0.02)
        kind, body = FILES.get(self.path, ("application/json", str(time.time()).encode()))
        self.send_response(200 if self.path in FILES or self.path == "/api/now" else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass

http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
`

// TestBenchSurvey measures somebody's slow server beside fastapi, whose image has the Python that it needs: its visits
// are those that Chromium makes, what differs each time is left out of them, all arms get the rates that it keeps up
// with, and no others.
func TestBenchSurvey(t *testing.T) {
	alone.WithEngine(t)
	dir := t.TempDir()
	dockerfile := "FROM " + lab.TestPrefix + "/fastapi:latest\nCOPY slow.py /slow.py\n" +
		"ENTRYPOINT [\"python3\", \"/slow.py\"]\nCMD []\n"
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "slow.py"), []byte(slowServer), 0o644),
		os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(dockerfile), 0o644)); err != nil {
		t.Fatal(err)
	}
	p := withLoads(shortPlan("fastapi", "null"), "page", "page-direct", "asset", "api", "visit", "revisit")
	p.Variants, p.Unchecked = append(p.Variants, "slow"), true // built in this order
	p.Added = []record.Added{{Name: "slow"}}
	told := &rigtest.Told{}
	run, err := makeRun(t, t.Context(), Options{Root: root, Plan: p, Progress: told, Added: []rig.Added{
		{Name: "slow", Source: lab.Source{Context: dir, Dockerfile: "Dockerfile"}, Port: 8080},
	}})
	if err != nil {
		t.Error(err)
	}
	if run.Survey == nil || len(run.Trials) != 3 {
		t.Fatalf("survey %+v, %d trials", run.Survey, len(run.Trials))
	}
	checkOpened(t, run.Survey.Opened)
	for i, l := range run.Loads() {
		planned := run.Plan.Loads[i]
		if planned.Rate != p.Loads[i].Rate {
			t.Errorf("the plan is not as it was: %+v", planned)
		}
		// Half of what it can answer is 25 requests per second, and a visit makes three of them. On a busy machine it keeps
		// up with less.
		highest := map[string]int{
			"page": 28, "page-direct": 28, "asset": 28, "api": planned.Rate, "visit": 9, "revisit": 9,
		}[l.Name]
		if l.Rate > highest || l.Rate < 1 || l.Name == "api" && l != planned {
			t.Errorf("%s: %d/s, and %d/s was planned; want 1/s to %d/s", l.Name, l.Rate, planned.Rate, highest)
		}
	}
	fit := map[string]bool{}
	for _, r := range run.Survey.Rates {
		slowest, known := r.Slowest()
		if fit[r.Load.Name] = known; known && r.Load.Rate != max(1, slowest.Rate/headroom) {
			t.Errorf("%s: %d/s, and the slowest keeps up with %d/s", r.Load.Name, r.Load.Rate, slowest.Rate)
		}
	}
	if !fit["page"] || !fit["visit"] {
		t.Errorf("no arm was found to keep up with any rate: %+v", run.Survey.Rates)
	}
	for _, trial := range run.Trials {
		for _, l := range trial.Loads {
			if l.Wrong > 0 || trial.Variant == "slow" && (l.Skipped != "") != (l.Load == "api") {
				t.Errorf("%s of %s: %d of %d are wrong, %q; skipped because %q", l.Load, trial.Variant, l.Wrong,
					l.Requests, l.Reasons, l.Skipped)
			}
		}
	}
	said := strings.Join(told.Lines, "\n")
	if !strings.Contains(said, "/s for all, not 1000/s, because slow keeps up with") {
		t.Errorf("nobody is told of the lower rate:\n%s", said)
	}
}

// checkOpened holds what a browser was seen to request from the slow server.
func checkOpened(t *testing.T, opened []record.Opened) {
	t.Helper()
	if len(opened) != 1 || opened[0].Err != "" {
		t.Fatalf("%+v", opened)
	}
	if _, found := chromium.Find(); !found {
		t.Log(chromium.ErrNotFound)
		return
	}
	var waves []string
	for _, wave := range opened[0].Waves {
		for _, a := range wave {
			waves = append(waves, a.Target)
		}
		waves = append(waves, "|")
	}
	if got := strings.Join(waves, " "); opened[0].Browser != "" || got != "/ | /app.js | /api/items |" {
		t.Errorf("the waves are %s %s", got, opened[0].Browser)
	}
	left := opened[0].LeftOut
	if len(left) != 1 || left[0].URL != "/api/now" || !strings.Contains(left[0].Why, "different") {
		t.Errorf("left out: %+v", left)
	}
}

// TestSurveyResumed holds that a resumed run goes on by what was found out before the interruption, and that a run
// without added servers is made as planned.
func TestSurveyResumed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "run.jsonl")
	plan := shortPlan("null")
	run := record.Run{Schema: record.Schema, Plan: plan}
	w, _, err := Options{Record: file}.open(run)
	if err != nil {
		t.Fatal(err)
	}
	page := plan.Loads[0]
	found := record.Survey{
		Opened: []record.Opened{{Variant: "slow", Path: "/", Err: "its status is 502"}},
		Rates: fitted(plan.Loads, page, []record.Sustained{
			{Variant: "slow", Rate: 90}, {Variant: "null"}, {Variant: "gone", Err: "it exited\nat once"},
		}, headroom*page.Rate),
	}
	if err := errors.Join(w.Survey(found), w.Close()); err != nil {
		t.Fatal(err)
	}
	w, earlier, err := Options{Record: file, Resume: true}.open(run)
	if err != nil {
		t.Fatal(err)
	}
	told := &rigtest.Told{}
	b := &benchRun{
		plan: plan, earlier: earlier, w: w, progress: told, measured: record.Run{Plan: plan},
		added: map[string]rig.Added{"slow": {}},
	}
	if err := errors.Join(b.survey(t.Context()), w.Close()); err != nil {
		t.Fatal(err)
	}
	if got := b.plan.Loads[0]; got.Rate != 45 || b.measured.Plan.Loads[0] != page {
		t.Errorf("%+v, and the plan has %+v", got, b.measured.Plan.Loads[0])
	}
	want := []string{
		"visits of slow: none, because its status is 502",
		"page: the rate that gone keeps up with could not be found: it exited",
		"page: 45/s for all, not 1000/s, because slow keeps up with no more than 90/s",
	}
	if !slices.Equal(told.Lines, want) {
		t.Errorf("%q, want %q", told.Lines, want)
	}
	ours := &benchRun{plan: plan, measured: record.Run{Plan: plan}}
	if err := ours.survey(t.Context()); err != nil || ours.measured.Survey != nil || ours.plan.Loads[0] != page {
		t.Errorf("without added servers: %+v, %v", ours.measured.Survey, err)
	}
}
