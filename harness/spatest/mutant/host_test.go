package mutant_test

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"testing"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	request, _ := http.NewRequest(http.MethodGet, url, nil)
	request.Header.Set("Accept", "text/html")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func start(t *testing.T, m mutant.Mutant, b spatest.Build) spatest.Server {
	t.Helper()
	server, err := m.Host().Start(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
	return server
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestHostDeploys: whatever the way of deploying, the new page is served, and the
// assets of the build before stay unless they are dropped.
func TestHostDeploys(t *testing.T) {
	scripts, _ := fs.Glob(mutant.Fixture(), "assets/index-*.js")
	for name, life := range map[string]mutant.Life{
		"process": {}, "folder": {InFolder: true}, "port": {Moves: true},
		"process drops": {Drops: true}, "folder drops": {InFolder: true, Drops: true},
	} {
		t.Run(name, func(t *testing.T) {
			server := start(t, mutant.Mutant{Life: life}, spatest.Current)
			for _, b := range []spatest.Build{spatest.Next, spatest.Current, spatest.Next} {
				must(t, server.Deploy(t.Context(), b))
				want := map[spatest.Build]string{spatest.Current: `content="A"`, spatest.Next: `content="B"`}[b]
				if _, page := get(t, server.URL()+"/users"); !strings.Contains(page, want) {
					t.Errorf("after the deploy of %s the page lacks %s", b, want)
				}
			}
			want := http.StatusOK
			if life.Drops {
				want = http.StatusNotFound
			}
			if status, _ := get(t, server.URL()+"/"+scripts[0]); status != want {
				t.Errorf("/%s: %d, want %d", scripts[0], status, want)
			}
		})
	}
}

func TestHostFolder(t *testing.T) {
	server := start(t, mutant.Mutant{}, spatest.Current)
	must(t, server.Write(t.Context(), "new/a.txt", []byte("new")))
	if status, body := get(t, server.URL()+"/new/a.txt"); status != http.StatusOK || body != "new" {
		t.Errorf("a written file: %d %q", status, body)
	}
	must(t, server.Forbid(t.Context(), "new/a.txt"))
	if status, body := get(t, server.URL()+"/new/a.txt"); status != http.StatusInternalServerError {
		t.Errorf("a forbidden file: %d %q", status, body)
	}
	must(t, server.Remove(t.Context(), "images/cover.png"))
	if status, _ := get(t, server.URL()+"/images/cover.png"); status != http.StatusOK {
		t.Errorf("a removed file, opened as a route: %d", status)
	}
	must(t, server.Link(t.Context(), "link.txt"))
	if _, body := get(t, server.URL()+"/link.txt"); strings.Contains(body, mutant.Canary) {
		t.Error("the reference follows a link out of its folder")
	}
}

func TestHostEnds(t *testing.T) {
	server := start(t, mutant.Mutant{}, spatest.Current)
	must(t, server.StopAPI(t.Context()))
	if status, body := get(t, server.URL()+"/api/health"); status != http.StatusBadGateway ||
		!strings.HasPrefix(body, "{") {
		t.Errorf("a dead API: %d %s", status, body)
	}
	exit, err := server.Stop(t.Context())
	if err != nil || exit != (spatest.Exit{}) {
		t.Errorf("stop: %+v, %v", exit, err)
	}
	if _, err := http.Get(server.URL()); err == nil {
		t.Error("a server answers after its end")
	}
	if status, _ := get(t, start(t, mutant.Mutant{}, spatest.None).URL()); status != http.StatusInternalServerError {
		t.Errorf("without a build: %d", status)
	}
	refuses := mutant.Mutant{Life: mutant.Life{Start: func(spatest.Build) error { return errors.New("no build") }}}
	if _, err := refuses.Host().Start(t.Context(), spatest.None); !errors.Is(err, spatest.ErrEnded) {
		t.Errorf("a server that does not start: %v", err)
	}
}
