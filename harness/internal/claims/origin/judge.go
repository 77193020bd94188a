package origin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"spabench/harness/chromium"
	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

func NoCORS() claim.Claim {
	return claim.Claim{
		ID:    "no-cors",
		Words: "The same front end on another origin than its API needs CORS, which costs preflights and header fields.",
		Test:  "Make the same visit in Chromium with the API on the page's origin and on another: open the list, open a book, add one, search; count what passes between the browser and the containers. Then without the header fields, and ten additions in a row with other times for which a preflight is remembered",
		Run: func(ctx context.Context, b *claim.Bench) (_ record.Judgement, err error) {
			browser, err := chromium.Start(ctx)
			if errors.Is(err, chromium.ErrNotFound) {
				return record.Judgement{Verdict: record.NotTested, Why: "no Chromium is installed; make browser installs it where that is easy"}, nil
			}
			if err != nil {
				return record.Judgement{}, err
			}
			defer rig.CleanUp(ctx, &err, func(context.Context) error { return browser.Close() })
			s, err := crossOrigin(ctx, b.Lab, browser)
			if err != nil {
				return record.Judgement{Transcripts: claim.Transcript("", s.Transcript)}, err
			}
			return JudgeOrigins(s), nil
		},
	}
}

func JudgeOrigins(s CrossOriginSeen) record.Judgement {
	visits := record.Sheet{Name: "origins", Title: "One visit", Doc: "What passed between the browser and the containers, heads included, both ways. On one origin, nginx hands the API's requests on, and adds fields of its own to the answers. CORS fields: their bytes in requests to the API and its answers.",
		Head: []string{"the visit", "one origin", "two origins"}}
	bytes := func(v OriginVisit) (all, cors int) {
		for _, p := range slices.Concat(v.Page, v.API) {
			all += p.Sent + p.Received
			if strings.HasPrefix(p.Target, "/api/") {
				cors += p.CORS
			}
		}
		return all, cors
	}
	sameBytes, sameCORS := bytes(s.Same)
	crossBytes, crossCORS := bytes(s.Cross)
	same, cross := s.Same.Count("preflight"), s.Cross.Count("preflight")
	for _, row := range []struct {
		what string
		one  int
		two  int
	}{
		{"requests", s.Same.Count(""), s.Cross.Count("")},
		{"preflights", same, cross},
		{"bytes", sameBytes, crossBytes},
		{"bytes of CORS fields", sameCORS, crossCORS},
	} {
		visits.Rows = append(visits.Rows, []string{row.what, fmt.Sprint(row.one), fmt.Sprint(row.two)})
	}
	posts := record.Sheet{Name: "preflights", Title: "Ten additions in a row", Doc: "POST of JSON, one after another, from one page on another origin than the API.",
		Head: []string{"Access-Control-Max-Age, s", "additions", "preflights", "bytes of those"}}
	for _, p := range s.Posts {
		age := p.MaxAge
		if age == "" {
			age = "not sent"
		}
		posts.Rows = append(posts.Rows, []string{age, fmt.Sprint(p.Posts), fmt.Sprint(p.Preflights), fmt.Sprint(p.Bytes)})
	}
	works := slices.Equal(s.Same.Shown, s.Cross.Shown)
	blocked := slices.ContainsFunc(s.Refused.Console, func(line string) bool { return strings.Contains(line, "blocked by CORS policy") })
	costs := same == 0 && cross > 0 && crossCORS > sameCORS
	j := record.Judgement{Verdict: claim.VerdictOf(blocked, works && costs), Tables: []record.Sheet{visits, posts}, Transcripts: claim.Transcript("", s.Transcript)}
	if blocked {
		j.Why = fmt.Sprintf("without the header fields Chromium blocks it; with them the same visit takes %d preflight more and %d bytes of CORS fields instead of %d, of %d in all", cross-same, crossCORS, sameCORS, crossBytes)
	} else {
		j.Why = "without the header fields the visit worked all the same"
	}
	if !works {
		j.Why += "; with them the page does not show the same"
	}
	for _, line := range s.Refused.Console {
		j.Evidence = append(j.Evidence, "Without them, Chromium's console: "+line+".")
	}
	j.Evidence = append(j.Evidence, "The header of a book that is not there, on another origin: “"+s.Missing+"”: an error's answer needs the fields as well.")
	return j
}
