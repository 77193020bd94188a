package bench

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"spabench/harness/chromium"
	"spabench/harness/internal/alone"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
)

// TestHomePageIsWhatChromiumRequests holds that a first visit requests what Chromium does for the home page, in the
// same waves.
func TestHomePageIsWhatChromiumRequests(t *testing.T) {
	alone.WithEngine(t)
	g := rigtest.Open(t)
	if g.Browser == nil {
		t.Skip(chromium.ErrNotFound)
	}
	waves, err := homePageFiles(g.Dist)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var asked []string
	files := http.FileServerFS(g.Dist.FS)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.Path)
		mu.Unlock()
		if r.URL.Path != "/" {
			w.Header().Set("Cache-Control", "max-age=31536000, immutable")
			time.Sleep(50 * time.Millisecond) // so that a whole wave is requested before any of it is answered
		}
		files.ServeHTTP(w, r)
	}))
	defer srv.Close()
	tab, err := g.Browser.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tab.Close() }()
	if err := tab.Navigate(t.Context(), srv.URL+"/"); err != nil {
		t.Fatal(err)
	}
	if err := tab.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	// The service worker is registered when the page has loaded, which may be before or after its last wave.
	const worker = "/sw.js"
	if i := slices.Index(asked, worker); i < len(waves[0])+len(waves[1]) {
		t.Errorf("Chromium requested %q: the service worker is not after the second wave", asked)
	}
	rest := slices.DeleteFunc(slices.Clone(asked), func(path string) bool { return path == worker })
	for i, wave := range waves {
		var want []string
		for _, name := range wave {
			if target := rig.RequestTarget(name); target != worker {
				want = append(want, target)
			}
		}
		if len(rest) < len(want) {
			t.Fatalf("wave %d: Chromium requested %q in all, which lacks some of %q", i+1, asked, want)
		}
		got := slices.Sorted(slices.Values(rest[:len(want)]))
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("wave %d: Chromium requested %q, a visit requests %q", i+1, got, want)
		}
		rest = rest[len(want):]
	}
	if len(rest) > 0 {
		t.Errorf("Chromium requested more: %q", rest)
	}
}

func TestFresh(t *testing.T) {
	for control, want := range map[string]bool{
		"public, max-age=31536000, immutable": true,
		"max-age=60":                          true,
		"MAX-AGE=60":                          true,
		`max-age="5"`:                         true,
		"":                                    false,
		"no-cache":                            false,
		"max-age=0, must-revalidate":          false,
		"no-cache, max-age=60":                false,
		"no-store":                            false,
		"s-maxage=60":                         false,
		"immutable":                           false,
	} {
		if fresh(control) != want {
			t.Errorf("%q: fresh %t", control, !want)
		}
	}
}

// TestHomePageFiles holds that a build whose home page may load other files is refused.
func TestHomePageFiles(t *testing.T) {
	files := fstest.MapFS{}
	for _, wave := range homePage {
		for _, pattern := range wave {
			files[strings.ReplaceAll(pattern, "*", "x")] = &fstest.MapFile{}
		}
	}
	d := rig.Dist{FS: files}
	if waves, err := homePageFiles(d); err != nil || len(waves) != len(homePage) {
		t.Errorf("%v, %v", waves, err)
	}
	files["assets/vendor-y.js"] = &fstest.MapFile{}
	const refusal = "2 files match assets/vendor-*.js"
	if _, err := homePageFiles(d); err == nil || !strings.Contains(err.Error(), refusal) {
		t.Errorf("error %v", err)
	}
}
