package origin

import (
	"testing"

	"spabench/harness/internal/record"
)

func TestJudge(t *testing.T) {
	for name, c := range map[string]struct {
		preflights int
		console    string // without the header fields
		shown      string // on two origins
		want       record.Verdict
	}{
		"costs":             {1, "… has been blocked by CORS policy …", "", record.Holds},
		"no preflight":      {0, "… has been blocked by CORS policy …", "", record.Partly},
		"another page":      {1, "… has been blocked by CORS policy …", "error", record.Partly},
		"not blocked":       {1, "", "", record.Partly},
		"neither":           {0, "", "", record.Refuted},
		"another complaint": {0, "Failed to load resource", "", record.Refuted},
	} {
		o := record.OriginObserved{
			Same:    record.OriginVisit{Shown: []string{""}},
			Cross:   record.OriginVisit{Shown: []string{c.shown}},
			Refused: record.OriginVisit{Console: []string{c.console}},
		}
		for range c.preflights {
			o.Cross.API = append(o.Cross.API, record.OriginRequest{Kind: "preflight", Target: "/api/books", CORS: 100})
		}
		if got := judge(o); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
