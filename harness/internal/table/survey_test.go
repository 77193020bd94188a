package table

import (
	"strings"
	"testing"

	"spabench/harness/internal/record"
)

// The page of a run says what the visits of added servers are, what they leave out, and which rates are not as planned.
func TestSurveyOnPage(t *testing.T) {
	run := fixture(t, 3)
	l := run.Plan.Loads[0]
	l.Rate, l.Theirs = 37, "/orders"
	given := run.Plan.Loads[1]
	given.Given = true
	run.Survey = &record.Survey{
		Opened: []record.Opened{
			{
				Variant: "shop", Path: "/",
				Waves:   [][]record.Asked{{{Target: "/"}}, {{Target: "/a.js"}, {Target: "/b.js"}}},
				LeftOut: []record.LeftOut{{URL: "/api/now", Why: "its response is different each time"}},
			},
			{Variant: "old", Path: "/", Waves: [][]record.Asked{{{Target: "/"}}}, Browser: "no Chromium\nis here"},
			{Variant: "broken", Path: "/", Err: "its status is 502"},
		},
		Rates: []record.Rate{
			{Load: l, Planned: 1000, Sustained: []record.Sustained{
				{Variant: "shop", Rate: 75}, {Variant: "fastapi", Rate: 2000}, {Variant: "old"},
				{Variant: "gone", Err: "it exited"},
			}},
			{Load: given, Planned: given.Rate, Sustained: []record.Sustained{{Variant: "shop", Rate: given.Rate - 1}}},
		},
	}
	page, err := Page(run, "surveyed")
	if err != nil {
		t.Fatal(err)
	}
	page = strings.ReplaceAll(page, `\`, "")
	for _, want := range []string{
		"a first visit to / of shop makes 3 requests in 2 waves, as Chromium made them when the run began; left out: " +
			"/api/now (its response is different each time)",
		"a first visit to / of old makes 1 request: the page, and what it refers to, because no browser could be " +
			"asked (no Chromium",
		"broken has none, because its status is 502",
		"37/s for all, and not 1000/s as planned, because shop keeps up with no more than 75/s, and half of that " +
			"leaves it headroom; it is not known what gone keeps up with (it exited); old kept up with no rate that was tried",
		" as given, though shop keeps up with no more than ",
		", of added servers /orders, 37/s for ",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if t.Failed() {
		_, after, _ := strings.Cut(page, "## Measured")
		t.Log(after)
	}
}
