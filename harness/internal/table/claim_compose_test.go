package table

import (
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// saysOfClaim fails unless what is said of a claim contains words, and is the part of a sentence that the page makes.
func saysOfClaim(t *testing.T, name string, text claimText, words string) {
	t.Helper()
	if !strings.Contains(text.why, words) {
		t.Errorf("%s: “%s” does not say “%s”", name, text.why, words)
	}
	if text.why == "" || strings.HasSuffix(text.why, ".") {
		t.Errorf("%s: “%s” is empty or ends with a full stop, which the page adds", name, text.why)
	}
	for _, line := range text.evidence {
		if !strings.HasSuffix(line, ".") {
			t.Errorf("%s: “%s” ends without a full stop", name, line)
		}
	}
	for _, s := range text.sheets {
		for _, row := range s.rows {
			if len(row) != len(s.head) {
				t.Errorf("%s: a row of “%s” has %d cells for %d columns", name, s.title, len(row), len(s.head))
			}
		}
	}
}

func TestSeedText(t *testing.T) {
	seedEnds := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	started := record.SeededStart{
		SeedStatus: "exited", SeedFinished: seedEnds,
		AppStatus: "running", AppStarted: seedEnds.Add(time.Second), Books: 7,
	}
	for words, change := range map[string]func(*record.SeedObserved){
		"started 1000 ms after": func(*record.SeedObserved) {},
		"did not wait":          func(o *record.SeedObserved) { o.First.AppStarted = seedEnds.Add(-1) },
		"is lost":               func(o *record.SeedObserved) { o.BookKept = false },
		"does not keep":         func(o *record.SeedObserved) { o.Failing.AppStarted = seedEnds },
	} {
		o := record.SeedObserved{
			First: started, Again: started, BookKept: true,
			Failing: record.SeededStart{ExitCode: 1, SeedExitCode: 1, AppStatus: "created"},
		}
		change(&o)
		saysOfClaim(t, words, seedText(record.Observed{Seed: &o}), words)
	}
}

func TestAnonymousVolumeText(t *testing.T) {
	const up = "BUILD_ID=B docker compose -f dockerfiles/compose/dev.yaml up -d --build"
	for words, pages := range map[string][]string{
		"the new build came with “docker compose up -d --build --renew-anon-volumes”": {"A", "A", "B"},
		"brings the new build": {"A", "B", "B"},
		"hidden":               {"host", "A", "B"},
	} {
		o := record.AnonymousVolumeObserved{Steps: []record.VolumeStep{
			{Commands: []string{up}, Built: "A", Page: pages[0]},
			{Commands: []string{up}, Built: "B", Page: pages[1], Advised: true},
			{Commands: []string{up + " --renew-anon-volumes"}, Built: "B", Page: pages[2]},
		}}
		saysOfClaim(t, words, anonymousVolumeText(record.Observed{AnonymousVolume: &o}), words)
	}
}

func TestMountsText(t *testing.T) {
	for volumeBeforeBind, words := range map[string]string{
		"A": "in either order", "host": "the last one in the file wins", "404": "depends on more",
	} {
		pages := map[string]string{
			"anonymous-below-bind": "A", "named-below-bind": "A", "bind-then-named": "A", "bind-then-anonymous": "A",
			"named-then-bind": volumeBeforeBind, "anonymous-then-bind": volumeBeforeBind,
		}
		o := record.MountsObserved{Steps: []record.MountsStep{{Pages: pages}}}
		saysOfClaim(t, volumeBeforeBind, mountsText(record.Observed{Mounts: &o}), words)
	}
}

func TestReloadText(t *testing.T) {
	saves := func(n int, d time.Duration) record.Saves {
		s := record.Saves{File: "file", Saved: n}
		for range n {
			s.Seen = append(s.Seen, d)
		}
		return s
	}
	hot := record.ReloadObserved{
		FastAPI: saves(5, time.Second), GoDev: saves(5, 3*time.Millisecond), GoEmbedded: saves(3, 5*time.Second),
	}
	saysOfClaim(t, "hot", reloadText(record.Observed{Reload: &hot}), "after 3.0 ms with DEV=true and after 1000 ms")
	saysOfClaim(t, "hot", reloadText(record.Observed{Reload: &hot}), "5.0 s from save to response")
	cold := hot
	cold.FastAPI = record.Saves{Saved: 1}
	saysOfClaim(t, "cold", reloadText(record.Observed{Reload: &cold}), "not seen")
	unbuilt := hot
	unbuilt.Unbuilt.Seen = true
	saysOfClaim(t, "unbuilt", reloadText(record.Observed{Reload: &unbuilt}), "without a build")
}

func TestLastStageText(t *testing.T) {
	o := record.LastStageObserved{Untargeted: "/server", Runtime: "/server", Seed: "/seed"}
	saysOfClaim(t, "last", lastStageText(record.Observed{LastStage: &o}), "starts /server, as the last stage does")
	o.Untargeted = "/seed"
	text := lastStageText(record.Observed{LastStage: &o})
	saysOfClaim(t, "first", text, "starts /seed, and the last stage starts /server")
}
