package claims

import (
	"net/http"
	"slices"
	"testing"

	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
	"spabench/variants"
)

// What ran in one container runs in three without a change: the image of each server that has files and API serves as
// the backend behind nginx, and the app is the same build.
func TestSplit(t *testing.T) {
	g := rigtest.Open(t)
	g.Checks = rig.QuickChecks()
	var all []variants.Variant
	for _, name := range []string{"embedded-go", "disk-go", "fastapi"} {
		one, _ := variants.Find(name)
		all = append(all, splitInto(one))
	}
	rigtest.Conform(t, g, all, nil)
}

func TestCompareResponses(t *testing.T) {
	a := rawhttp.Response{Status: 200, Body: []byte("x"),
		Header: http.Header{"Etag": {`"1"`}, "Date": {"now"}, "Vary": {"Accept"}}}
	b := rawhttp.Response{Status: 200, Body: []byte("x"),
		Header: http.Header{"Etag": {`"2"`}, "Date": {"then"}, "Allow": {"GET"}}}
	c := compareResponses("/", a, b)
	if !c.Same || !slices.Equal(c.Fields, []string{"Allow", "Etag", "Vary"}) {
		t.Errorf("%+v", c)
	}
	if len(a.Header) != 3 || len(b.Header) != 3 {
		t.Errorf("comparing changed the header: %v, %v", a.Header, b.Header)
	}
	b.Body = []byte("y")
	if compareResponses("/", a, b).Same {
		t.Error("bodies differ, and the responses are called the same")
	}
}

func TestJudgeSplit(t *testing.T) {
	type responses = []record.ComparedResponse
	response := func(status int, same bool, alone, split string) record.ComparedResponse {
		return record.ComparedResponse{Status: [2]int{status, status}, Same: same, Coding: [2]string{alone, split}}
	}
	for _, c := range []struct {
		name      string
		responses responses
		want      record.Verdict
	}{
		{"the same", responses{response(200, true, "br", "br"), response(404, true, "", "")}, record.Holds},
		{"another page", responses{response(200, false, "", ""), response(404, true, "", "")}, record.Refuted},
		{"another 404", responses{response(200, true, "", ""), response(404, false, "", "")}, record.Partly},
		{"another coding", responses{response(200, true, "br", "gzip")}, record.Partly},
	} {
		t.Run(c.name, func(t *testing.T) {
			seen := record.SplitObserved{Servers: []record.SplitServer{{Variant: "one", Responses: c.responses}}}
			if got := judgeSplit(seen); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
