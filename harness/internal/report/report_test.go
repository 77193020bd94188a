package report_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"spabench/harness/internal/report"
	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

var began = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// hostile is text that means something in every format, and must be text in all of them.
const hostile = "<script>alert(1)</script> & \"q\" | a\\|b `tick` ``` ]]> \x00\x1b[31m @everyone #1\n" +
	"| x | y |\n# heading\r\n```\n<!-- "

// documents asks servers once for all tests.
func documents(t *testing.T) map[string]report.Document {
	t.Helper()
	shared.Do(func() { made = makeDocuments(t) })
	return made
}

var (
	shared sync.Once
	made   map[string]report.Document
)

// makeDocuments makes reports of all kinds: of real servers, and what no server of the fixture gives.
func makeDocuments(t *testing.T) map[string]report.Document {
	t.Helper()
	mend := func(spatest.Outcome) []report.Remedy {
		return []report.Remedy{{Server: "nginx", Text: "location / {\n    try_files $uri /index.html;\n}"}}
	}
	reports := map[string]spatest.Report{"empty": {Target: "http://127.0.0.1:1"}}
	all := append(mutant.All(), mutant.Oddities()...)
	for _, name := range []string{"deep-link-404", "asset-one-hour", "missing-asset-page", "early-hints"} {
		i := slices.IndexFunc(all, func(m mutant.Mutant) bool { return m.Name == name })
		r, err := all[i].Inspect(t.Context(), mutant.Whole)
		if err != nil {
			t.Fatal(err)
		}
		reports[name] = r
	}
	exchange := &spatest.Exchange{
		Origin: "http://127.0.0.1:1",
		Request: spatest.Request{Method: "POST", Target: "/" + hostile,
			Header: []spatest.Field{{Name: "X", Value: hostile}}, Body: hostile},
		Response: &spatest.Response{Proto: "HTTP/1.1", Status: 200, Header: map[string][]string{"X": {hostile}},
			Excerpt: hostile, Broken: hostile, Extra: 3},
	}
	finding := spatest.Finding{Check: "routing-root",
		Message: hostile, Expected: hostile, Got: hostile, Exchange: exchange}
	none := *exchange
	none.Response = nil
	reports["every state"] = spatest.Report{Target: "http://127.0.0.1:1", Outcomes: []spatest.Outcome{
		{Check: "routing-root", Verdict: spatest.Passed},
		{Check: "routing-deep-link", Verdict: spatest.Failed,
			Findings: []spatest.Finding{finding, {Check: "x", Message: "no response", Exchange: &none}}},
		{Check: "routing-trailing-slash", Level: spatest.Should, Verdict: spatest.Failed,
			Findings: []spatest.Finding{finding}, Waived: hostile},
		{Check: "routing-dot-in-route", Level: spatest.Should, Verdict: spatest.Blocked,
			Reason: "routing-deep-link did not pass"},
		{Check: "api-unknown-404", Verdict: spatest.Skipped, Reason: hostile},
		{Check: "api-unknown-json", Level: spatest.Should, Verdict: spatest.Errored, Reason: hostile},
		{Check: "assets-js-mime", Level: spatest.May, Verdict: spatest.Failed, Findings: []spatest.Finding{finding}},
		{Check: "assets-type-map", Level: spatest.May, Verdict: spatest.Blocked, Reason: "x", Waived: "y"},
		{Check: "a-check-of-the-future", Level: spatest.Must, Verdict: spatest.Passed, Reason: "partly"},
	}}
	ds := map[string]report.Document{}
	for name, r := range reports {
		ds[name] = report.New(r, began, 1234*time.Millisecond, mend)
	}
	return ds
}
