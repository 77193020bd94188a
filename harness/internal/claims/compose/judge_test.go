package compose

import (
	"testing"
	"time"

	"spabench/harness/internal/record"
)

func TestJudgeSeed(t *testing.T) {
	seedEnds := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	started := record.SeededStart{
		SeedStatus: "exited", SeedFinished: seedEnds,
		AppStatus: "running", AppStarted: seedEnds.Add(time.Second), Books: 7,
	}
	seeded := record.SeedObserved{
		First: started, Again: started, BookKept: true,
		Failing: record.SeededStart{ExitCode: 1, SeedExitCode: 1, AppStatus: "created"},
	}
	for name, c := range map[string]struct {
		change func(*record.SeedObserved)
		want   record.Verdict
	}{
		"seeded": {func(*record.SeedObserved) {}, record.Holds},
		"seeder not waited for": {func(o *record.SeedObserved) { o.First.AppStarted = seedEnds.Add(-1) },
			record.Partly},
		"no books":         {func(o *record.SeedObserved) { o.First.Books = 0 }, record.Partly},
		"book lost":        {func(o *record.SeedObserved) { o.BookKept = false }, record.Partly},
		"started unseeded": {func(o *record.SeedObserved) { o.Failing.AppStarted = seedEnds }, record.Partly},
		"nothing as claimed": {func(o *record.SeedObserved) {
			*o = record.SeedObserved{Failing: record.SeededStart{AppStarted: seedEnds}}
		}, record.Refuted},
	} {
		o := seeded
		c.change(&o)
		if got := judgeSeed(o); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestJudgeVolume(t *testing.T) {
	for name, c := range map[string]struct {
		pages []string // after the first build, after the advised commands, and after others
		want  record.Verdict
	}{
		"volume kept":    {[]string{"A", "A", "B"}, record.Partly},
		"volume renewed": {[]string{"A", "B", "B"}, record.Holds},
		"build hidden":   {[]string{"host", "A", "B"}, record.Refuted},
	} {
		o := record.AnonymousVolumeObserved{}
		for i, page := range c.pages {
			o.Steps = append(o.Steps, record.VolumeStep{Built: "B", Page: page, Advised: i == 1})
		}
		o.Steps[0].Built = "A"
		if got := judgeVolume(o); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestJudgeMounts(t *testing.T) {
	for volumeBeforeBind, want := range map[string]record.Verdict{"A": record.Holds, "host": record.Partly} {
		pages := map[string]string{
			"anonymous-below-bind": "A", "named-below-bind": "A", "bind-then-named": "A", "bind-then-anonymous": "A",
			"named-then-bind": volumeBeforeBind, "anonymous-then-bind": volumeBeforeBind,
		}
		if got := judgeMounts(record.MountsObserved{Steps: []record.MountsStep{{Pages: pages}}}); got != want {
			t.Errorf("%s where the bind mount stands last: %s, want %s", volumeBeforeBind, got, want)
		}
	}
}

func TestJudgeReload(t *testing.T) {
	saves := func(saved, seen int) record.Saves {
		return record.Saves{Saved: saved, Seen: make([]time.Duration, seen)}
	}
	for name, c := range map[string]struct {
		change func(*record.ReloadObserved)
		want   record.Verdict
	}{
		"hot":             {func(*record.ReloadObserved) {}, record.Holds},
		"cold":            {func(o *record.ReloadObserved) { o.FastAPI = saves(1, 0) }, record.Partly},
		"seen unbuilt":    {func(o *record.ReloadObserved) { o.Unbuilt.Seen = true }, record.Partly},
		"seen by restart": {func(o *record.ReloadObserved) { o.Unbuilt.SeenByRestart = true }, record.Partly},
		"not even built":  {func(o *record.ReloadObserved) { o.GoEmbedded = saves(1, 0) }, record.Partly},
		"neither":         {func(o *record.ReloadObserved) { *o = record.ReloadObserved{} }, record.Refuted},
	} {
		o := record.ReloadObserved{FastAPI: saves(5, 5), GoDev: saves(5, 5), GoEmbedded: saves(3, 3)}
		c.change(&o)
		if got := judgeReload(o); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
