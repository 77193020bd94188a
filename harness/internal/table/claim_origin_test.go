package table

import (
	"testing"

	"spabench/harness/internal/record"
)

func TestOriginText(t *testing.T) {
	for _, c := range []struct {
		preflights            int
		console, shown, words string
	}{
		{1, "… has been blocked by CORS policy …", "Books",
			"1 preflight more, and 100 bytes of CORS fields instead of 0"},
		{0, "… has been blocked by CORS policy …", "Books", "0 preflights more"},
		{1, "… has been blocked by CORS policy …", "error", "does not show the same"},
		{0, "", "Books", "works even without"},
	} {
		o := record.OriginObserved{
			Same:    record.OriginVisit{Shown: []string{"Books"}},
			Cross:   record.OriginVisit{Shown: []string{c.shown}},
			Refused: record.OriginVisit{Console: []string{c.console}},
			Posts:   []record.PostsPreflighted{{Posts: 10}},
		}
		for range c.preflights {
			o.Cross.API = append(o.Cross.API, record.OriginRequest{Kind: "preflight", Target: "/api/books", CORS: 100})
		}
		saysOfClaim(t, c.words, originText(record.Observed{Origin: &o}), c.words)
	}
}
