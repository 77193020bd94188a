package bench

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"spabench/harness/internal/record"
	"spabench/variants"
)

// TestUnknownSpecs holds that a server whose build is not known gets the very requests, and must give the very
// responses, that follow from the build where it is known; and that loads for which the build is needed say why they
// are not made.
func TestUnknownSpecs(t *testing.T) {
	d := homePageBuild(t)
	addr := serve(t, d)
	const base = "http://generator.test:8080"
	for _, l := range loads(turns{page: 1, request: 1, visit: 1, once: 1}) {
		if l.Visit != "" {
			continue // TestOpenedSpecs
		}
		got, err := unknownSpec(t.Context(), variants.App{}, l, record.Opened{}, base, addr)
		if unfit := (notForIt{}); strings.HasPrefix(l.Name, "api") {
			if !errors.As(err, &unfit) {
				t.Errorf("%s: %v, want that it is not for a server of which little is known", l.Name, err)
			}
			continue
		}
		want, wantErr := specOf(t.Context(), d, l, base, addr)
		if err == nil {
			if host := got.Waves[0][0].Header.Get("Host"); host != addr {
				t.Errorf("%s: the host is %q; the response was observed with %q", l.Name, host, addr)
			}
			got.Waves[0][0].Header.Del("Host")
		}
		if err != nil || wantErr != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v\nwant %+v, %v", l.Name, got, err, want, wantErr)
		}
	}
}

// TestUnfit holds why a load is not made against a server that does not do what the load is about.
func TestUnfit(t *testing.T) {
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/":
			_, _ = w.Write([]byte(`<script src="https://cdn.test/a.js"></script>` +
				`<script defer src='app.js?v=1&amp;w=2'></script>`))
		case "/books/42":
			w.WriteHeader(http.StatusNotFound)
		case "/app.js":
			n++
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write([]byte(strings.Repeat("x", n)))
		default:
			_, _ = w.Write([]byte("the page"))
		}
	}))
	defer server.Close()
	addr := strings.TrimPrefix(server.URL, "http://")
	why := map[string]string{}
	for _, l := range loads(turns{page: 1, request: 1, visit: 1, once: 1}) {
		spec, err := unknownSpec(t.Context(), variants.App{}, l, record.Opened{}, "http://generator.test", addr)
		unfit := notForIt{}
		if err != nil && !errors.As(err, &unfit) {
			t.Errorf("%s: %v", l.Name, err)
		}
		why[l.Name] = unfit.why
		if l.Name == "asset" && spec.Waves[0][0].URL != "http://generator.test/app.js?v=1&w=2" {
			t.Errorf("the script is %s", spec.Waves[0][0].URL)
		}
	}
	for load, want := range map[string]string{
		"page": "", "deep-link": "it has no page at /books/42", "asset": "it responds otherwise each time",
		"absent": "is not 404", "api": "its API is not known",
	} {
		if got := why[load]; (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", load, got, want)
		}
	}
}

// TestUnfitServers holds that a server which gives nobody its page says why, as far as it can be seen.
func TestUnfitServers(t *testing.T) {
	for want, respond := range map[string]http.HandlerFunc{
		"it has no page at / (it redirects to https, which": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://"+r.Host+r.URL.Path, http.StatusPermanentRedirect)
		},
		"it has no page at / (it redirects to /login)": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/login", http.StatusSeeOther)
		},
		"it has no page at / (it asks for credentials": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
		},
		"it has no page at / (it refuses the request, perhaps for its Host name)": func(
			w http.ResponseWriter, _ *http.Request,
		) {
			w.WriteHeader(http.StatusMisdirectedRequest)
		},
		"it has no page at / (it refuses the request, for want of credentials or for its Host name)": func(
			w http.ResponseWriter, _ *http.Request,
		) {
			w.WriteHeader(http.StatusForbidden)
		},
	} {
		server := httptest.NewServer(respond)
		addr := strings.TrimPrefix(server.URL, "http://")
		l := loads(turns{page: 1, request: 1, visit: 1, once: 1})[0]
		_, err := unknownSpec(t.Context(), variants.App{}, l, record.Opened{}, "http://generator.test", addr)
		if unfit := (notForIt{}); !errors.As(err, &unfit) || !strings.HasPrefix(unfit.why, want) {
			t.Errorf("%s: %v, want %s", l.Name, err, want)
		}
		server.Close()
	}
}

// TestKnownPaths holds that what a project says of its app decides which paths are asked.
func TestKnownPaths(t *testing.T) {
	types := map[string]string{"/orders": "text/html", "/rest/up": "application/json"}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", types[r.URL.Path])
	}))
	defer server.Close()
	a := variants.App{Routes: []string{"/orders", "/about"}, APIGet: "/rest/up"}
	asked := map[string]string{}
	p := Plan{Loads: loads(turns{page: 1, request: 1, visit: 1, once: 1})}
	p = Give(p, []Given{{Name: "page", Path: "/orders"}})
	for _, l := range p.Loads {
		addr := strings.TrimPrefix(server.URL, "http://")
		spec, err := unknownSpec(t.Context(), a, l, record.Opened{}, "http://generator.test", addr)
		if err == nil {
			asked[l.Name] = spec.Waves[0][0].URL
		}
	}
	for load, want := range map[string]string{"page": "/orders", "deep-link": "/orders", "api": "/rest/up"} {
		if asked[load] != "http://generator.test"+want {
			t.Errorf("%s asks %s, want %s", load, asked[load], want)
		}
	}
}

// TestScriptOf holds which script of a page is loaded: of those that it names the first that a browser requests, if one
// has opened it.
func TestScriptOf(t *testing.T) {
	page := `<link rel="modulepreload" href="/app/c.js"><script>import("./app/a.js"); import("./app/b.js")</script>`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(page))
	}))
	defer server.Close()
	opened := func(targets ...string) (o record.Opened) {
		for _, target := range targets {
			header := map[string]string{"Sec-Fetch-Dest": "script"}
			o.Waves = append(o.Waves, []record.Asked{
				{Target: "/x.css", Header: map[string]string{"Sec-Fetch-Dest": "style"}},
				{Target: target, Header: header},
			})
		}
		return o
	}
	unseen := opened("/app/c.js")
	unseen.Browser = "none was found"
	for want, o := range map[string]record.Opened{
		"/app/a.js": unseen, "/app/b.js": opened("/app/c.js", "/app/b.js"), "/app/late.js": opened("/app/late.js"),
	} {
		got, err := scriptOf(t.Context(), strings.TrimPrefix(server.URL, "http://"), o)
		if err != nil || got != want {
			t.Errorf("%+v: %s, %v, want %s", o, got, err, want)
		}
	}
	page = "<p>no script"
	_, err := scriptOf(t.Context(), strings.TrimPrefix(server.URL, "http://"), record.Opened{})
	if unfit := (notForIt{}); !errors.As(err, &unfit) {
		t.Errorf("a page without a script: %v", err)
	}
}
