package bench

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// TestOpenedSpecs holds that a visit which a browser was seen to make is the visit that follows from the build where
// that is known: in the same waves, first and repeated, in every content coding.
func TestOpenedSpecs(t *testing.T) {
	d := homePageBuild(t)
	addr := serve(t, d)
	const base = "http://generator.test:8080"
	names, err := homePageFiles(d)
	if err != nil {
		t.Fatal(err)
	}
	o := record.Opened{Path: "/"}
	for _, wave := range names {
		var asked []record.Asked
		for _, name := range wave {
			a := record.Asked{Target: rig.RequestTarget(name), Header: map[string]string{}}
			for _, f := range browser.Fields(browser.Destination(name)) {
				a.Header[f.Name] = f.Value
			}
			asked = append(asked, a)
		}
		o.Waves = append(o.Waves, asked)
	}
	visits := 0
	for _, l := range loads(turns{page: 1, request: 1, visit: 1, once: 1}) {
		if l.Visit == "" {
			continue
		}
		visits++
		want, wantErr := specOf(t.Context(), d, l, base, addr)
		got, err := openedSpec(t.Context(), o, l, base, addr)
		if fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Errorf("%s: %v, want %v", l.Name, err, wantErr)
		}
		for _, wave := range got.Waves {
			for _, r := range wave {
				if r.Header.Get("Host") != addr && err == nil {
					t.Errorf("%s: %s has the host %q", l.Name, r.URL, r.Header.Get("Host"))
				}
				r.Header.Del("Host")
			}
		}
		if err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v\nwant %+v", l.Name, got, want)
		}
	}
	if visits != 5 {
		t.Errorf("%d loads are visits", visits)
	}
}

// TestOpenPage holds what of a page is left out of its visits without a browser, and why there are none at all.
func TestOpenPage(t *testing.T) {
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(`<script src=/a.js></script><script src=/n.js></script>` +
				`<script src=/down.js></script><link rel=stylesheet href=/gone.css>`))
		case "/n.js", "/n":
			_, _ = fmt.Fprint(w, n)
		case "/down.js":
			w.WriteHeader(http.StatusBadGateway)
		case "/gone.css":
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	addr := strings.TrimPrefix(server.URL, "http://")
	none := fmt.Errorf("no browser")
	o := openPage(t.Context(), nil, none, addr, "/")
	var targets []string
	for _, wave := range o.Waves {
		for _, a := range wave {
			targets = append(targets, a.Target)
		}
	}
	want := []string{"/", "/a.js", "/gone.css"}
	if !slices.Equal(targets, want) || o.Browser != "no browser" || o.Err != "" {
		t.Errorf("%q, want %q: %+v", targets, want, o)
	}
	left := fmt.Sprint(o.LeftOut)
	for _, want := range []string{"/n.js its response is different each time", "/down.js its status is 502"} {
		if !strings.Contains(left, want) {
			t.Errorf("left out are %s, without %q", left, want)
		}
	}
	for _, path := range []string{"/n", "/down.js"} {
		if o := openPage(t.Context(), nil, none, addr, path); o.Err == "" || len(o.Waves) > 0 {
			t.Errorf("%s: %+v", path, o)
		}
	}
	l := record.Load{Name: "visit", Path: "/", Visit: record.FirstVisit, Coding: browserCodings}
	only := func(path string) record.Opened {
		return record.Opened{Path: path, Waves: [][]record.Asked{{{Target: path}}}}
	}
	for _, tc := range []struct {
		o    record.Opened
		want string
	}{
		{record.Opened{Err: "status 502"}, "its page could not be opened: status 502"},
		{only("/a.js"), "it has no page at /a.js"},
		{only("/n"), "/n cannot be verified: its response is different each time"},
	} {
		_, err := openedSpec(t.Context(), tc.o, l, "http://g", addr)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%+v: %v, want %q", tc.o, err, tc.want)
		}
	}
}

func TestVisited(t *testing.T) {
	p := Plan{Loads: loads(turns{page: 1, request: 1, visit: 1, once: 1})}
	if got := visited(p.Loads); !slices.Equal(got, []string{"/"}) {
		t.Errorf("%q", got)
	}
	p = Give(p, []Given{{Name: "revisit", Path: "/shop"}})
	if got := visited(p.Loads); !slices.Equal(got, []string{"/", "/shop"}) {
		t.Errorf("%q", got)
	}
}
