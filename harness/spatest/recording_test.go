package spatest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

// archive is a HAR as Chromium saves it.
type archive struct {
	Log struct {
		Version string           `json:"version"`
		Entries []map[string]any `json:"entries"`
	} `json:"log"`
}

// text is the archive as a file.
func (a archive) text(t *testing.T) []byte {
	t.Helper()
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// started is when the first request of an archive began.
var started = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// visited is what a browser would record of a server: the page, its parts, a reload at a route, and a call.
func visited(t *testing.T, address string) archive {
	t.Helper()
	asker, err := spatest.NewAsker(spatest.Target{URL: address})
	if err != nil {
		t.Fatal(err)
	}
	var a archive
	a.Log.Version = "1.2"
	request := func(dest, target string) {
		header := append(spatest.Subresource(dest),
			spatest.Field{Name: "Accept-Encoding", Value: "gzip, deflate, br, zstd"})
		x, err := asker.Ask(t.Context(), spatest.Request{Target: target, Header: header})
		if err != nil {
			return // a browser would record that nothing came
		}
		content, err := asker.Content(x)
		if err != nil {
			content = nil
		}
		var fields []spatest.Field
		for name, values := range x.Response.Header {
			fields = append(fields, spatest.Field{Name: name, Value: strings.Join(values, "\n")})
		}
		a.Log.Entries = append(a.Log.Entries, map[string]any{
			"startedDateTime": started.Add(time.Duration(len(a.Log.Entries)) * 10 * time.Millisecond),
			"timings": map[string]float64{
				"blocked": 1, "dns": -1, "connect": 2, "ssl": -1, "send": 0.5, "wait": 3, "receive": 4},
			"request": map[string]any{"method": "GET", "url": address + target, "headers": header},
			"response": map[string]any{
				"status": x.Response.Status, "httpVersion": "http/1.1", "headers": fields, "bodySize": x.Response.Size,
				"content": map[string]any{"size": len(content), "text": string(content),
					"mimeType": x.Response.Header.Get("Content-Type")},
			},
		})
	}
	request("document", "/")
	files, err := asker.Files(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		request(f.Dest, f.Target)
	}
	request("document", "/users/42/edit")
	request("empty", "/api/health")
	return a
}

// recordingOf reads an archive.
func recordingOf(t *testing.T, a archive) *spatest.Recording {
	t.Helper()
	r, err := spatest.ReadHAR(bytes.NewReader(a.text(t)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// decided is the number of checks that a recording can decide.
const decided = 14

// The recording of the reference passes all that a recording can decide, and nothing is sent to the server.
func TestRecordingOfReference(t *testing.T) {
	server := httptest.NewServer(mutant.Reference(mutant.Fixture()))
	recording := recordingOf(t, visited(t, server.URL))
	server.Close()
	report, err := spatest.Inspect(t.Context(), spatest.Target{Recording: recording})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range report.Outcomes {
		switch {
		case o.Verdict != spatest.Passed && o.Verdict != spatest.Skipped:
			t.Errorf("%s: %s %s %v", o.Check, o.Verdict, o.Reason, o.Findings)
		case o.Verdict == spatest.Skipped && o.Reason == "":
			t.Errorf("%s is skipped without a reason", o.Check)
		}
	}
	if n := report.Count(spatest.Passed); n != decided {
		t.Errorf("%d checks pass, want %d", n, decided)
	}
	if report.Target != server.URL+"/" {
		t.Errorf("the report is of %s", report.Target)
	}
}

// unseen are checks whose mutants need a real browser, which requests what no page refers to. TestRecordingFinds has
// what such a browser records.
var unseen = []string{"browser-parts-load"}

// A recording of a server that breaks a rule fails the check of that rule, as the server itself does.
func TestRecordingOfMutants(t *testing.T) {
	server := httptest.NewServer(mutant.Reference(mutant.Fixture()))
	report, err := spatest.Inspect(t.Context(), spatest.Target{Recording: recordingOf(t, visited(t, server.URL))})
	server.Close()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, m := range mutant.All() {
		if o, _ := report.Outcome(m.Check); o.Verdict != spatest.Passed || m.Under != "" || m.Wire != nil {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			server := httptest.NewServer(m.Handler())
			defer server.Close()
			read, err := spatest.ReadHAR(bytes.NewReader(visited(t, server.URL).text(t)))
			if err != nil {
				t.Skip(err) // without a page there is nothing to decide
			}
			report, err := spatest.Inspect(t.Context(), spatest.Target{Recording: read})
			if err != nil {
				t.Fatal(err)
			}
			o, _ := report.Outcome(m.Check)
			if o.Verdict == spatest.Failed {
				found[m.Check]++
			} else {
				t.Logf("%s: %s %s", m.Check, o.Verdict, o.Reason)
			}
			for _, other := range report.Outcomes {
				// The parts of another build's page are not there, which is what a visit shows of that.
				expected := other.Check == m.Check || slices.Contains(m.Also, other.Check) ||
					m.Name == "page-of-other-build" && other.Check == "browser-parts-load"
				if other.Verdict == spatest.Failed && !expected {
					t.Errorf("%s fails, too: %v", other.Check, other.Findings)
				}
			}
		})
	}
	for _, o := range report.Outcomes {
		if o.Verdict == spatest.Passed && found[o.Check] == 0 && !slices.Contains(unseen, o.Check) {
			t.Errorf("no recording of a mutant fails %s", o.Check)
		}
	}
}

// A recording of a server that does what a check must accept does not fail that check.
func TestRecordingOfOddities(t *testing.T) {
	for _, m := range mutant.Oddities() {
		if m.Under != "" || m.Wire != nil {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			server := httptest.NewServer(m.Handler())
			defer server.Close()
			report, err := spatest.Inspect(t.Context(), spatest.Target{Recording: recordingOf(t, visited(t, server.URL))})
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range report.Outcomes {
				if o.Verdict == spatest.Failed && o.Level != spatest.May && !slices.Contains(m.Also, o.Check) {
					t.Errorf("%s: %v", o.Check, o.Findings)
				}
			}
		})
	}
}

// A part that did not load, a call that got the page and a route that got none are found, and named.
func TestRecordingFinds(t *testing.T) {
	server := httptest.NewServer(mutant.Reference(mutant.Fixture()))
	defer server.Close()
	a := visited(t, server.URL)
	page := a.Log.Entries[0]["response"]
	redirect := map[string]any{
		"startedDateTime": started.Add(-time.Millisecond),
		"request": map[string]any{"method": "GET", "url": server.URL + "/old",
			"headers": spatest.Subresource("document")},
		"response": map[string]any{"status": 302, "content": map[string]any{"size": 9, "text": "<a>Found"},
			"headers": []spatest.Field{{Name: "Content-Type", Value: "text/html"}, {Name: "Location", Value: "/"}}},
	}
	a.Log.Entries = append(a.Log.Entries, redirect)
	for _, e := range a.Log.Entries {
		request, response := e["request"].(map[string]any), e["response"].(map[string]any)
		switch address := request["url"].(string); {
		case strings.HasSuffix(address, "/api/health"):
			e["response"] = page
		case strings.HasSuffix(address, "/users/42/edit"):
			response["status"] = http.StatusNotFound
		case strings.HasSuffix(address, ".css"):
			e["response"] = map[string]any{"status": 0, "_error": "net::ERR_CONNECTION_RESET"}
		}
	}
	report, err := spatest.Inspect(t.Context(), spatest.Target{Recording: recordingOf(t, a)})
	if err != nil {
		t.Fatal(err)
	}
	for check, says := range map[string]string{
		"api-reached": "a call of the app gets the page", "routing-deep-link": "a client route does not get the page",
		"browser-parts-load": "a part of the page does not load",
	} {
		o, _ := report.Outcome(check)
		if o.Verdict != spatest.Failed || len(o.Findings) != 1 || !strings.Contains(o.Findings[0].Message, says) {
			t.Errorf("%s: %s %s %v", check, o.Verdict, o.Reason, o.Findings)
		}
	}
}

// A page at another path stands for that of "/", and the report says so.
func TestRecordingOfAnotherPath(t *testing.T) {
	server := httptest.NewServer(mutant.Reference(mutant.Fixture()))
	defer server.Close()
	a := visited(t, server.URL)
	a.Log.Entries = slices.DeleteFunc(a.Log.Entries, func(e map[string]any) bool {
		return e["request"].(map[string]any)["url"] == server.URL+"/"
	})
	report, err := spatest.Inspect(t.Context(), spatest.Target{Recording: recordingOf(t, a)})
	if err != nil {
		t.Fatal(err)
	}
	if o, _ := report.Outcome("routing-root"); o.Verdict != spatest.Passed ||
		!strings.Contains(o.Reason, "/users/42/edit stands for it") {
		t.Errorf("routing-root: %s %s", o.Verdict, o.Reason)
	}
	if o, _ := report.Outcome("routing-deep-link"); o.Verdict != spatest.Skipped {
		t.Errorf("routing-deep-link: %s", o.Verdict)
	}
}
