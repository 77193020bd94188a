package bench

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/alone"
	"spabench/harness/internal/built"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
	"spabench/harness/spatest"
)

// readFolder writes files into a new folder, and reads it.
func readFolder(t *testing.T, files map[string]string) *built.Folder {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := built.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// strange is a build as nobody's tool writes it: spaces, letters and signs that URLs have to encode, and no hashes.
func strange() map[string]string {
	code := strings.Repeat("console.log('größer als ein Paket');\n", 100)
	return map[string]string{
		"index.html": `<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Läden</title>` +
			`<link rel="stylesheet" href="/stile/haupt%20stil.css">` +
			`<script src="/Größe%20und%20Länge.js" type="module"></script></head><body><div id="app"></div>` +
			`<img src="/bilder/100%25%20Grüße%20(1)+%5B2%5D.svg"></body></html>`,
		"Größe und Länge.js":            `import "./teile/Ünter & über.js";` + "\n" + code,
		"teile/Ünter & über.js":         code,
		"stile/haupt stil.css":          strings.Repeat("p { color: green }\n", 200),
		"bilder/100% Grüße (1)+[2].svg": `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>`,
		"über uns/index.html":           "<!doctype html><title>Über uns</title><p>Wir",
		"schrift/Größe.ttf":             strings.Repeat("x", 3000),
		"日本/本.txt":                      strings.Repeat("本\n", 1000),
		".htaccess":                     "Deny from all",
		"a, b=c@d!~$.json":              `{"a": 1}`,
		".well-known/security.txt":      "Contact: mailto:security@shop.example\n",
	}
}

// TestServe holds what a plan becomes with somebody's own build: its client routes, and rates that suit its size, the
// same for all variants.
func TestServe(t *testing.T) {
	usual := basePlan(nil, 1, 1, loads(turns{page: 15, request: 4, visit: 2, once: 1}))
	of := func(p Plan, name string) record.Load {
		return p.Loads[slices.IndexFunc(p.Loads, func(l record.Load) bool { return l.Name == name })]
	}
	small, err := Serve(usual, readFolder(t, strange()), nil)
	if err != nil {
		t.Fatal(err)
	}
	if a := small.App; a.Files != 10 || a.Assets != 0 || len(a.Routes) != 0 || len(a.Digest) != 64 || a.Bytes < 13_000 {
		t.Errorf("app %+v", a)
	}
	for i, l := range small.Loads {
		was := usual.Loads[i]
		switch l.Name {
		case "deep-link", "deep-link-direct":
			was.Path = "/spabench/deep/link"
		case "visit", "visit-identity", "visit-gzip", "visit-br", "api":
			was.Doc = l.Doc
		case "revisit": // five files that are not in assets/
			was.Rate, was.Slice, was.LeadIn, was.Duration, was.Warmup = 120, 250*time.Millisecond, 25*time.Millisecond,
				250*time.Millisecond, 50*time.Millisecond
		}
		if l != was {
			t.Errorf("%+v, want\n%+v", l, was)
		}
	}
	if usual.App != nil || of(usual, "deep-link").Path != "/books/42" {
		t.Error("the plan that was given has changed")
	}

	files := strange()
	noise := make([]byte, 8<<20) // that does not compress
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x = x*1664525 + 1013904223
		noise[i] = byte(x >> 24)
	}
	files["Größe und Länge.js"] = string(noise)
	large, err := Serve(usual, readFolder(t, files), []string{"/%C3%BCber%20uns", "/orders/42?a=1", "/x"})
	if err != nil {
		t.Fatal(err)
	}
	if asset := of(large, "asset"); asset.Rate != 3 && asset.Rate != 4 || asset.Slice != 800*time.Millisecond ||
		asset.Duration != 3200*time.Millisecond {
		t.Errorf("%+v", asset)
	}
	if page := of(large, "page"); page != of(usual, "page") {
		t.Errorf("%+v", page)
	}
	notes := strings.Join(large.App.Notes, "\n")
	if !slices.Equal(large.App.Routes, []string{"/orders/42?a=1", "/x"}) ||
		of(large, "deep-link").Path != "/orders/42?a=1" ||
		!strings.Contains(notes, "the route /%C3%BCber%20uns is not asked for") {
		t.Errorf("%+v", large.App)
	}
}

// TestCheckTheirs holds that a run is not resumed with another build.
func TestCheckTheirs(t *testing.T) {
	f := readFolder(t, strange())
	same, other := &record.App{Digest: f.Digest}, &record.App{Digest: strings.Repeat("0", 64)}
	if err := errors.Join(checkTheirs(nil, nil), checkTheirs(same, f)); err != nil {
		t.Error(err)
	}
	err := checkTheirs(other, f)
	if !errors.Is(err, record.ErrChanged) || !strings.Contains(err.Error(), "has other files now") {
		t.Errorf("%v", err)
	}
	if checkTheirs(same, nil) == nil || checkTheirs(nil, f) == nil {
		t.Error("an app without a folder, or a folder without an app: no error")
	}
}

// TestBenchTheirs lets all four strategies and the baseline serve a build of somebody's own. What they fail is the same
// for all, and is about the build, so that the run is whole; every file is served byte for byte, and each response
// under load is the build's.
func TestBenchTheirs(t *testing.T) {
	alone.WithEngine(t)
	f := readFolder(t, strange())
	p, err := Serve(withLoads(shortPlan(), "deep-link", "asset", "visit", "visit-br", "revisit"), f, nil)
	if err != nil {
		t.Fatal(err)
	}
	p.Checks = rig.QuickChecks()
	told := &rigtest.Told{}
	run, err := makeRun(t, t.Context(), Options{Root: root, Plan: p, Progress: told, Theirs: f})
	if err != nil {
		t.Error(err)
	}
	if again, err := built.Read(f.Given); err != nil || again.Digest != f.Digest {
		t.Errorf("the folder was changed: %v", err)
	}
	failed := record.FailedByAll(run.Conformance)
	for _, c := range run.Conformance {
		if c.Err != "" || c.Report.Count(spatest.Passed) < 60 {
			t.Errorf("%s: %s, %d checks passed", c.Variant, c.Err, c.Report.Count(spatest.Passed))
		}
		for _, o := range c.Report.Outcomes {
			if !o.OK() && !failed[o.Check] || o.Check == "assets-bytes-exact" && o.Verdict != spatest.Passed {
				t.Errorf("%s: %s %s: %s %v", c.Variant, o.Check, o.Verdict, o.Reason, o.Findings)
			}
		}
	}
	if len(run.Conformance) != 4 || len(run.Trials) != 5 {
		t.Fatalf("%d reports, %d trials", len(run.Conformance), len(run.Trials))
	}
	for _, tr := range run.Trials {
		if tr.Err != "" {
			t.Errorf("%s: %s", tr.Variant, tr.Err)
		}
		for _, l := range tr.Loads {
			noBrotli := l.Load == "visit-br" && tr.Variant == "nginx-three-container"
			if noBrotli != (l.Skipped != "") || !noBrotli && (l.Wrong > 0 || l.Requests == 0) {
				t.Errorf("%s, %s: %d of %d wrong %q, skipped because %q",
					tr.Variant, l.Load, l.Wrong, l.Requests, l.Reasons, l.Skipped)
			}
			if l.Load == "visit" && len(l.Parts) != 5 {
				t.Errorf("%s: a visit has %d requests", tr.Variant, len(l.Parts))
			}
		}
	}
	if said := strings.Join(told.Lines, "\n"); !strings.Contains(said, "left out: hidden files") {
		t.Errorf("said: %s", said)
	}
}
