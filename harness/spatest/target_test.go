package spatest_test

import (
	"errors"
	"net"
	"strings"
	"testing"
	"testing/fstest"

	"spabench/harness/spatest"
)

func TestUnusableTargets(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	const url = "http://127.0.0.1:1"
	for _, test := range []struct {
		name   string
		target spatest.Target
		is     error
		says   string
	}{
		{"no URL", spatest.Target{}, spatest.ErrTarget, "http://127.0.0.1:8080"},
		{"no scheme", spatest.Target{URL: "localhost:8080"}, spatest.ErrTarget, `"localhost:8080"`},
		{"a query", spatest.Target{URL: url + "/app?a=1"}, spatest.ErrTarget, "leave out what follows " + url + "/app"},
		{"bad endpoint", spatest.Target{URL: url, APIEvents: "events"}, spatest.ErrTarget, `"events"`},
		{"endpoint that cannot be asked to fail",
			spatest.Target{URL: url, APIFail: "/api/fail"}, spatest.ErrTarget, "{status}"},
		{"credentials", spatest.Target{URL: "http://u:secret@127.0.0.1"}, spatest.ErrTarget, "header"},
		{"no answer", spatest.Target{URL: "http://" + closed.Addr().String()}, spatest.ErrNoAnswer,
			closed.Addr().String()},
		{"not a build",
			spatest.Target{URL: url, Dist: fstest.MapFS{"main.go": {}}}, spatest.ErrNotABuild, "index.html"},
		{"unknown check", spatest.Target{URL: url, Only: []string{"routing-depe-link"}}, spatest.ErrUnknown,
			`"routing-deep-link"`},
		{"unknown group", spatest.Target{URL: url, Only: []string{"cachin"}}, spatest.ErrUnknown, `"caching"`},
		{"unknown waiver", spatest.Target{URL: url, Waive: map[string]string{"conditional-30": "x"}},
			spatest.ErrUnknown, `"conditional-304"`},
		{"waiver without reason", spatest.Target{URL: url, Waive: map[string]string{"conditional-304": " "}},
			spatest.ErrTarget, "reason"},
		{"bad API", spatest.Target{URL: url, API: "api/"}, spatest.ErrTarget, `"api/"`},
		{"bad route", spatest.Target{URL: url, Routes: []string{"a b"}}, spatest.ErrTarget, `"a b"`},
		{"empty canary", spatest.Target{URL: url, Canaries: []string{""}}, spatest.ErrTarget, "canaries"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := spatest.Inspect(t.Context(), test.target)
			if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want %v that says %s", err, test.is, test.says)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error shows a password: %v", err)
			}
		})
	}
}
