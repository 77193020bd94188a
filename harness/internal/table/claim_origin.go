package table

import (
	"fmt"

	"spabench/harness/internal/record"
)

func originText(o record.Observed) claimText {
	s := o.Origin
	text := claimText{sheets: []claimSheet{visitsByOrigin(*s), preflightsByAge(s.Posts)}}
	if s.Blocked() {
		text.why = fmt.Sprintf("without the header fields Chromium blocks it; with them the same visit takes %s more, "+
			"and %d bytes of CORS fields instead of %d, of %d bytes in all",
			plural(s.Cross.Preflights()-s.Same.Preflights(), "preflight"),
			s.Cross.CORSBytes(), s.Same.CORSBytes(), s.Cross.Bytes())
	} else {
		text.why = "the visit works even without the header fields"
	}
	if !s.Works() {
		text.why += "; with them the page does not show the same"
	}
	for _, line := range s.Refused.Console {
		text.evidence = append(text.evidence, "Chromium's console without them: "+line+".")
	}
	text.evidence = append(text.evidence, fmt.Sprintf("The page of a book that does not exist is headed “%s” "+
		"with the API on another origin: error responses need the header fields, too.", s.Missing))
	return text
}

func visitsByOrigin(o record.OriginObserved) claimSheet {
	t := claimSheet{
		title: "One visit",
		doc: "What passed between the browser and the containers in both directions, message heads included. On one " +
			"origin, nginx forwards the API's requests, and adds header fields of its own to the responses. " +
			"CORS fields: their bytes in requests to the API and in its responses.",
		sheet: sheet{head: []string{"the visit", "one origin", "two origins"}},
	}
	for _, row := range []struct {
		name string
		of   func(record.OriginVisit) int
	}{
		{"requests", func(v record.OriginVisit) int { return len(v.Requests()) }},
		{"preflights", record.OriginVisit.Preflights},
		{"bytes", record.OriginVisit.Bytes},
		{"bytes of CORS fields", record.OriginVisit.CORSBytes},
	} {
		t.rows = append(t.rows, []string{row.name, fmt.Sprint(row.of(o.Same)), fmt.Sprint(row.of(o.Cross))})
	}
	return t
}

func preflightsByAge(posts []record.PostsPreflighted) claimSheet {
	t := claimSheet{
		title: "Ten additions in a row",
		doc:   "JSON sent by POST, one request after another, from one page whose API is on another origin.",
		sheet: sheet{head: []string{"Access-Control-Max-Age, s", "additions", "preflights", "bytes of preflights"}},
	}
	for _, p := range posts {
		t.rows = append(t.rows, []string{
			orElse(p.MaxAge, "not sent"), fmt.Sprint(p.Posts), fmt.Sprint(p.Preflights), fmt.Sprint(p.Bytes),
		})
	}
	return t
}
