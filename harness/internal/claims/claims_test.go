package claims

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/claims/bases"
	"spabench/harness/internal/claims/compose"
	"spabench/harness/internal/claims/origin"
	"spabench/harness/internal/inventory"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
)

// Each judgement follows from what was seen, and turns when that does.
func TestJudge(t *testing.T) {
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	seeded := func(change func(*compose.Seeding)) record.Judgement {
		start := compose.SeededStart{SeedStatus: "exited", SeedFinished: began, AppStatus: "running", AppStarted: began.Add(time.Second), Books: 7}
		s := compose.Seeding{First: start, Again: start, BookKept: true, SeedFails: compose.SeededStart{ExitCode: 1, SeedExitCode: 1, AppStatus: "created"}}
		change(&s)
		return compose.JudgeSeeding(s)
	}
	developed := func(pages ...string) record.Judgement {
		d := compose.Development{}
		for i, page := range pages {
			built, command := "B", "BUILD_ID=B docker compose -f dockerfiles/compose/dev.yaml up -d --build"
			if i == 0 {
				built = "A"
			}
			if i == 2 {
				command += " --renew-anon-volumes"
			}
			d.Steps = append(d.Steps, compose.DevelopmentStep{Commands: []string{command}, Built: built, Page: page})
		}
		return compose.JudgeDevelopment(d)
	}
	mounted := func(namedFirst string) record.Judgement {
		return compose.JudgeMounts(compose.Mounts{Steps: []compose.MountsStep{{Pages: map[string]string{
			"anonymous-below-bind": "A", "named-below-bind": "A",
			"bind-then-named": "A", "named-then-bind": namedFirst, "bind-then-anonymous": "A", "anonymous-then-bind": namedFirst,
		}}}})
	}
	saves := func(n int, d time.Duration) (s compose.Saves) {
		for range n {
			s.Seen = append(s.Seen, d)
		}
		return s
	}
	image := func(entry inventory.Entry, found ...inventory.Finding) inventory.Variant {
		return inventory.Variant{Name: "one", Size: &inventory.Size{Unpacked: 11e6, Compressed: 5e6},
			Images:   []inventory.Image{{Files: 3, Entry: entry, Findings: found}},
			Hardened: &inventory.Hardened{Ready: true, Page: true, API: true, Write: true}}
	}
	python := image(inventory.Entry{Interpreter: "/usr/bin/python3.13"})
	python.Images[0].Packages = []inventory.Package{{Manager: inventory.Pip}}
	python.Size.Unpacked = 163e6
	static := image(inventory.Entry{Form: inventory.Static})
	knee := func(rate int) record.Run {
		run := record.Run{Plan: record.Plan{Variants: []string{"one"}, Objective: &record.Objective{Quantile: 0.99, Within: 20 * time.Millisecond}}}
		for range 3 {
			run.Trials = append(run.Trials, record.Trial{Variant: "one", Round: len(run.Trials), Knee: &record.Knee{Rate: rate, Verified: true, GeneratorBound: true}})
		}
		// What a disturbed trial found does not count where it was made again.
		disturbed := record.Trial{Variant: "one", Round: 9, Knee: &record.Knee{Rate: 1, Verified: true}, Sentinel: &record.Sentinel{Disturbed: "stolen"}}
		for range 6 {
			run.Trials = append(run.Trials, disturbed)
		}
		run.Trials = append(run.Trials, record.Trial{Variant: "one", Round: 9, Knee: &record.Knee{Rate: rate, Verified: true}},
			record.Trial{Variant: "one", Round: 10, Knee: &record.Knee{}})
		return run
	}
	origins := func(preflights int, console string) record.Judgement {
		s := origin.CrossOriginSeen{Refused: origin.OriginVisit{Console: []string{console}}}
		for range preflights {
			s.Cross.API = append(s.Cross.API, origin.Passed{Kind: "preflight", Target: "/api/books", CORS: 100})
		}
		return origin.JudgeOrigins(s)
	}
	base := func(server, name string, isStatic, works bool) bases.RuntimeBase {
		return bases.RuntimeBase{Server: server, Name: name, Static: isStatic, Works: works}
	}
	answer := func(one, three int, same bool) split {
		return split{one: "one", answers: []comparedAnswer{{target: "/", status: [2]int{one, three}, same: same}}}
	}
	arguments := func(kept bool) record.Judgement {
		return bases.JudgeArguments(bases.ArgumentsSeen{
			Scopes:     []bases.ArgumentScope{{Before: "unset", After: "production", OnBase: true}},
			Production: bases.AppBuild{Bytes: 1, Usual: true}, Development: bases.AppBuild{Bytes: 2, Warnings: true},
			EarlyProduction: bases.EarlyBuild{Built: true}, Secret: bases.SecretArgument{StageHistory: kept},
		})
	}
	one, three := parts{name: "one", containers: []string{"app"}}, parts{name: "three", containers: []string{"a", "b", "proxy"}, networks: 1, proxies: 1, config: 9}
	threeByCORS := three
	threeByCORS.cors = 2

	for _, c := range []struct {
		name string
		got  record.Judgement
		want record.Verdict
		says string
	}{
		{"seeded", seeded(func(*compose.Seeding) {}), record.Holds, "started 1000 ms after"},
		{"seeder not waited for", seeded(func(s *compose.Seeding) { s.First.AppStarted = began.Add(-1) }), record.Partly, "did not wait"},
		{"book lost", seeded(func(s *compose.Seeding) { s.BookKept = false }), record.Partly, "lost"},
		{"started unseeded", seeded(func(s *compose.Seeding) { s.SeedFails.AppStarted = began }), record.Partly, "does not keep"},

		{"volume kept", developed("A", "A", "B"), record.Partly, "the new build came with “docker compose up -d --build --renew-anon-volumes”"},
		{"volume renewed", developed("A", "B", "B"), record.Holds, "brings the new build"},
		{"volume hidden", developed("host", "A", "B"), record.Refuted, "hidden"},

		{"last mount counts", mounted("host"), record.Partly, "the entry that stands last"},
		{"volume counts", mounted("A"), record.Holds, "in either order"},

		{"hot", compose.JudgeReloading(compose.Reloading{FastAPI: saves(compose.HotSaves, time.Second), GoDev: saves(compose.HotSaves, 3*time.Millisecond), GoEmbedded: saves(3, 5*time.Second)}), record.Holds, "after 3.0 ms with DEV=true and after 1000 ms"},
		{"cold", compose.JudgeReloading(compose.Reloading{GoDev: saves(compose.HotSaves, time.Millisecond), GoEmbedded: saves(3, 5*time.Second)}), record.Partly, "not seen"},
		{"seen unbuilt", compose.JudgeReloading(compose.Reloading{FastAPI: saves(compose.HotSaves, 1), GoDev: saves(compose.HotSaves, 1), Unbuilt: compose.Unbuilt{Seen: true}}), record.Partly, "without a build"},

		{"clean", judgeLeftovers([]inventory.Variant{static, python}), record.Holds, "none of it is among the 6 files"},
		{"npm left", judgeLeftovers([]inventory.Variant{static, image(inventory.Entry{}, inventory.Finding{Kind: inventory.NodeManager, Path: "/usr/bin/npm"})}), record.Partly, "/usr/bin/npm"},
		{"npm left everywhere", judgeLeftovers([]inventory.Variant{image(inventory.Entry{}, inventory.Finding{Kind: inventory.NodeManager, Path: "/usr/bin/npm"})}), record.Refuted, "npm"},

		{"sizes", judgeSizes([]inventory.Variant{static, python}, make([]inventory.Layers, 2)), record.Holds, "one 11.0 MB (5.0 to pull), one 163.0 MB"},
		{"size beyond", judgeSizes([]inventory.Variant{{Name: "one", Size: &inventory.Size{Unpacked: 80e6}, Images: static.Images}, python}, make([]inventory.Layers, 2)), record.Partly, "80.0 MB"},

		{"static and needy", judgeRuntime([]inventory.Variant{static, python}), record.Holds, "0 system and 1 Python packages"},
		{"dynamic", judgeRuntime([]inventory.Variant{image(inventory.Entry{Form: inventory.Dynamic, Libraries: []string{"/lib/libc.so.6"}}), python}), record.Partly, "linked with 1 shared libraries"},

		{"far", judgeKneesOf(knee(5000), "2026-01-02-run"), record.Partly, "one at least 5000/s"},
		{"near", judgeKneesOf(knee(20), "2026-01-02-run"), record.Holds, "stays below"},
		{"no knee", judgeKneesOf(record.Run{Plan: record.Plan{Objective: &record.Objective{}}}, "x"), record.NotTested, "none of its trials"},

		{"cross", origins(1, "… has been blocked by CORS policy …"), record.Holds, "1 preflight more and 100 bytes"},
		{"free", origins(0, "…has been blocked by CORS policy…"), record.Partly, "0 preflight"},
		{"not blocked", origins(0, ""), record.Refuted, "worked all the same"},

		{"static everywhere", bases.JudgeBases(bases.BasesSeen{[]bases.RuntimeBase{base("embedded-go", "scratch", true, true)}}), record.Holds, "static and runs on scratch"},
		{"cgo", bases.JudgeBases(bases.BasesSeen{[]bases.RuntimeBase{base("embedded-go", "scratch", true, true), base("embedded-go-cgo", "scratch", false, false)}}), record.Partly, "does not start on scratch"},

		{"split", judgeSplits([]split{answer(200, 200, true)}), record.Holds, "1 of 1 answers"},
		{"split, other page", judgeSplits([]split{answer(200, 200, false)}), record.Refuted, "0 of 1"},
		{"split, other 404", judgeSplits([]split{answer(404, 404, false)}), record.Partly, "0 of 1"},

		{"arguments", arguments(false), record.Holds, "unset in a stage until"},
		{"arguments kept", arguments(true), record.Partly, "unset in a stage until"},

		{"fronts", judgeFronts([]servedFront{{name: "a", passed: 80}, {name: "b", passed: 70}}), record.Holds, "each of 2 builds is served by the same program, and passes all checks that apply, 70 or more"},
		{"a front fails", judgeFronts([]servedFront{{name: "a", passed: 80}, {name: "b", failed: 2, first: "routing-root"}}), record.Partly, "b fails 2, such as routing-root"},

		{"parts, no CORS", judgeParts([]parts{one, three}), record.Partly, "CORS tells them apart in no way"},
		{"parts, CORS", judgeParts([]parts{one, threeByCORS}), record.Holds, "by several: yes"},
		{"parts, alone", judgeParts([]parts{one}), record.NotTested, "nothing to compare"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.got.Verdict != c.want || !strings.Contains(c.got.Why, c.says) {
				t.Errorf("%s: %s\nwant %s, and “%s”", c.got.Verdict, c.got.Why, c.want, c.says)
			}
			if strings.HasSuffix(c.got.Why, ".") {
				t.Errorf("%q ends with a dot, which the page adds", c.got.Why)
			}
		})
	}
}

func TestCompareAnswers(t *testing.T) {
	a := rawhttp.Response{Status: 200, Body: []byte("x"), Header: http.Header{"Etag": {`"1"`}, "Date": {"now"}, "Vary": {"Accept"}}}
	b := rawhttp.Response{Status: 200, Body: []byte("x"), Header: http.Header{"Etag": {`"2"`}, "Date": {"then"}, "Allow": {"GET"}}}
	c := compareAnswers("/", a, b)
	if got := strings.Join(c.fields, " "); !c.same || got != "Allow Etag Vary" {
		t.Errorf("same %t, fields %s", c.same, got)
	}
	b.Body = []byte("y")
	if compareAnswers("/", a, b).same {
		t.Error("bodies differ, and the answers are called the same")
	}
}

func TestConfigurationOf(t *testing.T) {
	text := "FROM x\nCOPY variants/nginx/proxy.conf /etc/nginx/nginx.conf\nCOPY variants/django/gunicorn.conf.py /app/\nCOPY variants/books.sql /\n"
	if got := strings.Join(configurationOf(text), " "); got != "variants/nginx/proxy.conf variants/django/gunicorn.conf.py" {
		t.Error(got)
	}
	if n := significantLines("# a\n\n  b;\n c # d\n"); n != 2 {
		t.Errorf("%d significant lines, want 2", n)
	}
}

// Ids are unique and kebab-case, and claims say what they claim and how that is tested.
func TestClaimsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range All() {
		if seen[c.ID] || c.ID != strings.ToLower(c.ID) || strings.ContainsAny(c.ID, " _") {
			t.Errorf("id %q", c.ID)
		}
		seen[c.ID] = true
		if !strings.HasSuffix(c.Words, ".") || len(c.Test) < 20 || c.Run == nil {
			t.Errorf("%s: %q, %q", c.ID, c.Words, c.Test)
		}
	}
	if _, err := selectClaims([]string{"split-latr"}); err == nil || !strings.Contains(err.Error(), `"split-later"`) {
		t.Errorf("a mistyped id: %v", err)
	}
}
