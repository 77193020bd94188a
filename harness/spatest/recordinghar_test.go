package spatest_test

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

func TestReadHARRefuses(t *testing.T) {
	server := httptest.NewServer(mutant.Reference(mutant.Fixture()))
	defer server.Close()
	changed := func(change func(entries []map[string]any) []map[string]any) string {
		a := visited(t, server.URL)
		a.Log.Entries = change(a.Log.Entries)
		return string(a.text(t))
	}
	for _, test := range []struct{ name, text, says string }{
		{"no JSON", "<html>", "invalid character"},
		{"other JSON", `{"log":{}}`, "it has no requests (log.entries)"},
		{"no log", `[]`, "cannot unmarshal"},
		{"no page", changed(func(e []map[string]any) []map[string]any { return e[1:2] }), "open the developer tools first"},
		{"a page from the cache", changed(func(e []map[string]any) []map[string]any {
			e[0]["_fromCache"] = "disk"
			return e[:1]
		}), "disable the cache"},
		{"a page without its content", changed(func(e []map[string]any) []map[string]any {
			e[0]["response"].(map[string]any)["content"] = map[string]any{"size": 300}
			return e[:1]
		}), "save it with content"},
		{"a wrong encoding", changed(func(e []map[string]any) []map[string]any {
			e[0]["response"].(map[string]any)["content"] = map[string]any{"size": 3, "text": "?", "encoding": "base64"}
			return e
		}), "illegal base64"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := spatest.ReadHAR(strings.NewReader(test.text))
			if !errors.Is(err, spatest.ErrHAR) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v, want one that says %q", err, test.says)
			}
		})
	}
}

// What may be a credential is in no report, and the times and the origins of requests are kept.
func TestReadHAR(t *testing.T) {
	server := httptest.NewServer(mutant.Reference(mutant.Fixture()))
	defer server.Close()
	a := visited(t, server.URL)
	request := a.Log.Entries[0]["request"].(map[string]any)
	request["headers"] = append(request["headers"].([]spatest.Field),
		spatest.Field{Name: "authorization", Value: "Bearer hidden"}, spatest.Field{Name: "Cookie", Value: "sid=hidden"},
		spatest.Field{Name: "X-CSRF-Token", Value: "hidden"}, spatest.Field{Name: ":authority", Value: "x"})
	response := a.Log.Entries[0]["response"].(map[string]any)
	response["headers"] = append(response["headers"].([]spatest.Field),
		spatest.Field{Name: "Set-Cookie", Value: "a=hidden; Path=/\nb=hidden"},
		spatest.Field{Name: "X-Auth-Token", Value: "hidden"},
		spatest.Field{Name: ":status", Value: "200"})
	a.Log.Entries = append(a.Log.Entries, map[string]any{
		"startedDateTime": started.Add(-time.Second),
		"request":         map[string]any{"method": "GET", "url": "https://elsewhere.test/a.js"},
		"response":        map[string]any{"status": 0, "_error": "net::ERR_BLOCKED_BY_CLIENT"},
		"_resourceType":   "script",
	}, map[string]any{
		"request": map[string]any{"method": "GET", "url": "data:text/plain,x"}, "response": map[string]any{},
	})
	a.Log.Entries[len(a.Log.Entries)-1]["startedDateTime"] = started
	a.Log.Entries[1]["response"].(map[string]any)["bodySize"] = -409
	recording := recordingOf(t, a)
	if stored := recording.Requests[2].Stored; stored != "the browser's cache" {
		t.Errorf("a response without a body of its own is of %q", stored)
	}
	shown, err := json.Marshal(recording)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(shown), "hidden") || strings.Contains(string(shown), "authority") {
		t.Errorf("the recording has what nobody should see: %s", shown)
	}
	first, page := recording.Requests[0], recording.Requests[1]
	if first.URL() != "https://elsewhere.test/a.js" || first.Dest != "script" || first.Failed == "" || first.Began != 0 {
		t.Errorf("the first request is %+v", first)
	}
	phases := spatest.Phases{Queued: time.Millisecond, Connecting: 2 * time.Millisecond,
		Waiting: 3500 * time.Microsecond, Receiving: 4 * time.Millisecond}
	if page.Began != time.Second || page.Phases != phases {
		t.Errorf("the page is %+v", page)
	}
	if got := page.Exchange.Response.Header.Values("Set-Cookie"); !slices.Equal(got, []string{"a=…", "b=…"}) {
		t.Errorf("Set-Cookie: %q", got)
	}
	if len(recording.Requests) != len(a.Log.Entries)-1 {
		t.Errorf("%d requests of %d entries", len(recording.Requests), len(a.Log.Entries))
	}
}
