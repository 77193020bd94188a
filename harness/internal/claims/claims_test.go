package claims

import (
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/claims/compose"
	"spabench/harness/internal/claims/origin"
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
	origins := func(preflights int, console string) record.Judgement {
		s := origin.CrossOriginSeen{Refused: origin.OriginVisit{Console: []string{console}}}
		for range preflights {
			s.Cross.API = append(s.Cross.API, origin.Passed{Kind: "preflight", Target: "/api/books", CORS: 100})
		}
		return origin.JudgeOrigins(s)
	}
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

		{"cross", origins(1, "… has been blocked by CORS policy …"), record.Holds, "1 preflight more and 100 bytes"},
		{"free", origins(0, "…has been blocked by CORS policy…"), record.Partly, "0 preflight"},
		{"not blocked", origins(0, ""), record.Refuted, "worked all the same"},
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
