package cause

import (
	"net/http"
	"reflect"
	"testing"

	"spabench/harness/spatest"
)

// failing is a failure of a check that got this response.
func failing(check string, level spatest.Level, status int, contentType string) spatest.Outcome {
	return spatest.Outcome{Check: check, Level: level, Verdict: spatest.Failed, Findings: []spatest.Finding{{
		Check: check, Message: check + " is broken",
		Exchange: &spatest.Exchange{
			Request:  spatest.Request{Target: "/x"},
			Response: &spatest.Response{Status: status, Header: http.Header{"Content-Type": {contentType}}},
		},
	}}}
}

const html, text = "text/html; charset=utf-8", "text/plain"

func TestOf(t *testing.T) {
	needless := spatest.Outcome{Check: "assets-js-mime", Verdict: spatest.Failed,
		Findings: []spatest.Finding{{Message: "the check is waived, but the server passes it"}}}
	waived := failing("assets-missing-404", spatest.Must, 200, html)
	waived.Waived = "a reason"
	for _, tc := range []struct {
		name     string
		outcomes []spatest.Outcome
		want     [][]string // name of each group, then what fails in it
	}{
		{"nothing", nil, nil},
		{"one cause", []spatest.Outcome{
			failing("assets-missing-root-file-404", spatest.Should, 200, html),
			failing("assets-missing-404", spatest.Must, 200, html),
		}, [][]string{{"missing-gets-page", "assets-missing-404", "assets-missing-root-file-404"}}},
		{"alone in its cause", []spatest.Outcome{failing("assets-missing-404", spatest.Must, 200, html)},
			[][]string{{"assets-missing-404", "assets-missing-404"}}},
		{"another response", []spatest.Outcome{
			failing("assets-missing-root-file-404", spatest.Should, 200, text),
			failing("assets-missing-404", spatest.Must, 200, html),
		}, [][]string{{"assets-missing-404", "assets-missing-404"},
			{"assets-missing-root-file-404", "assets-missing-root-file-404"}}},
		{"worst first, then the larger", []spatest.Outcome{
			failing("api-streaming", spatest.Should, 200, text),
			failing("routing-root", spatest.May, 200, text),
			failing("security-baseline-headers", spatest.Should, 200, html),
			failing("security-headers-consistent", spatest.Should, 200, html),
			failing("conditional-single-fields", spatest.Must, 200, html),
		}, [][]string{{"conditional-single-fields", "conditional-single-fields"},
			{"security-headers", "security-baseline-headers", "security-headers-consistent"},
			{"api-streaming", "api-streaming"}, {"routing-root", "routing-root"}}},
		{"waived", []spatest.Outcome{waived}, nil},
		{"a waiver that is not needed is no cause", []spatest.Outcome{
			needless, failing("assets-type-map", spatest.Should, 200, text)},
			[][]string{{"assets-js-mime", "assets-js-mime"}, {"assets-type-map", "assets-type-map"}}},
	} {
		var got [][]string
		for _, g := range Of(tc.outcomes) {
			group := []string{g.Name}
			for _, o := range g.Failed {
				group = append(group, o.Check)
			}
			got = append(got, group)
		}
		if !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestReasons(t *testing.T) {
	outcomes := []spatest.Outcome{
		failing("api-unknown-404", spatest.Must, 200, html),
		{Check: "a", Verdict: spatest.Blocked, Reason: "api-unknown-404 did not pass"},
		{Check: "b", Verdict: spatest.Blocked, Reason: "a did not pass"},
		{Check: "c", Verdict: spatest.Blocked, Reason: "not-selected did not pass"},
		{Check: "d", Verdict: spatest.Skipped, Reason: "needs an API: none"},
		{Check: "e", Verdict: spatest.Skipped, Reason: "nothing is compressed"},
		{Check: "f", Verdict: spatest.Skipped, Reason: "e was skipped: nothing is compressed"},
		{Check: "g", Verdict: spatest.Skipped, Reason: "f was skipped: e was skipped: nothing is compressed"},
		{Check: "h", Verdict: spatest.Errored, Reason: "timeout"},
		{Check: "i", Verdict: spatest.Failed, Waived: "next release"},
		{Check: "j", Verdict: spatest.Errored, Waived: "next release"},
	}
	for name, tc := range map[string]struct{ got, want []Same }{
		"blocked": {Blocked(outcomes), []Same{
			{"api-unknown-404", []string{"a", "b"}}, {"not-selected", []string{"c"}}}},
		"skipped": {Skips(outcomes), []Same{
			{"nothing is compressed", []string{"e", "f", "g"}}, {"needs an API: none", []string{"d"}}}},
		"undecided": {Undecided(outcomes), []Same{{"timeout", []string{"h"}}}},
		"waived":    {Waived(outcomes), []Same{{"next release", []string{"i", "j"}}}},
	} {
		if !reflect.DeepEqual(tc.got, tc.want) {
			t.Errorf("%s: %v, want %v", name, tc.got, tc.want)
		}
	}
	if g := Of(outcomes)[0]; len(g.Blocked) != 2 {
		t.Errorf("%d checks wait for %s, want 2", len(g.Blocked), g.Name)
	}
}

// TestRefused: a file that is refused is named once; a folder is no file.
func TestRefused(t *testing.T) {
	o := failing("assets-bytes-exact", spatest.Must, 403, html)
	for target, status := range map[string]int{"/x?v=1": 403, "/images/": 403, "/y": 404} {
		f := failing("assets-bytes-exact", spatest.Must, status, html).Findings[0]
		f.Exchange.Request.Target = target
		o.Findings = append(o.Findings, f)
	}
	if got := Of([]spatest.Outcome{o})[0].Refused(); !reflect.DeepEqual(got, []string{"/x"}) {
		t.Errorf("%v, want /x", got)
	}
}
