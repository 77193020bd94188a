package rig_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
	"spabench/harness/spatest"
	"spabench/variants"
)

// TestHost does everything that checks may do with servers, to every variant in its containers, and observes it through
// HTTP alone.
func TestHost(t *testing.T) {
	g := rigtest.Open(t)
	all := []spatest.Feature{spatest.FeatureFolder, spatest.FeatureEmpty, spatest.FeatureUpstream}
	for name, offers := range map[string][]spatest.Feature{
		"embedded-go":           {spatest.FeatureEmpty},
		"embedded-go-cgo":       {spatest.FeatureEmpty},
		"disk-go":               {spatest.FeatureFolder, spatest.FeatureEmpty},
		"fastapi":               {spatest.FeatureFolder, spatest.FeatureEmpty},
		"django":                {spatest.FeatureFolder, spatest.FeatureEmpty},
		"nginx-three-container": all,
		"nginx-fastapi":         all,
	} {
		t.Run(name, func(t *testing.T) {
			v, _ := variants.Find(name)
			built, img := rig.BuildVariant(t.Context(), g.Lab, v)
			if built.Err != "" {
				t.Fatalf("%s\n%s", built.Err, built.Log)
			}
			began := time.Now()
			h, err := g.NewHost(t.Context(), v, img.Refs)
			if err != nil {
				t.Fatal(rigtest.Describe(err))
			}
			t.Logf("the other editions took %s", time.Since(began))
			for _, f := range all {
				if h.Offers(f) != slices.Contains(offers, f) {
					t.Errorf("Offers(%s) = %t", f, h.Offers(f))
				}
			}
			if name != "disk-go" && name != "nginx-three-container" {
				return // it does the same as these two, and TestConformance exercises it
			}
			ht := hostTest{h, g.Dist, g.Next}
			t.Run("life", ht.life)
			t.Run("forgotten", ht.forgotten)
			if h.Offers(spatest.FeatureFolder) {
				t.Run("folder", ht.folder)
			}
			if h.Offers(spatest.FeatureEmpty) {
				t.Run("empty", ht.empty)
			}
			if h.Offers(spatest.FeatureUpstream) {
				t.Run("upstream", ht.upstream)
			}
			rigtest.NothingLeft(t)
		})
	}
}

type hostTest struct {
	host       *rig.Host
	dist, next rig.Dist
}

func (ht hostTest) start(t *testing.T, b spatest.Build) spatest.Server {
	t.Helper()
	began := time.Now()
	s, err := ht.host.Start(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("started in %s", time.Since(began))
	t.Cleanup(func() {
		if err := s.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return s
}

// life starts a server, deploys the next build and the current one, and stops the server during a request.
func (ht hostTest) life(t *testing.T) {
	s := ht.start(t, spatest.Current)
	page(t, s, ht.dist)
	if status, _, err := ask(s, "/api/health"); status != http.StatusOK {
		t.Errorf("API: status %d, %v", status, err)
	}
	for _, to := range []struct {
		build    spatest.Build
		has, had rig.Dist
	}{{spatest.Next, ht.next, ht.dist}, {spatest.Current, ht.dist, ht.next}} {
		began := time.Now()
		if err := s.Deploy(t.Context(), to.build); err != nil {
			t.Fatal(err)
		}
		t.Logf("deployed in %s", time.Since(began))
		page(t, s, to.has)
		serves(t, s, to.has, to.has.Script)
		if status, _, err := ask(s, "/"+to.had.Script); status != http.StatusNotFound {
			t.Errorf("the script of the previous build: status %d, %v", status, err)
		}
	}
	slow := make(chan error, 1)
	go func() {
		status, body, err := ask(s, "/api/slow?ms=1500")
		if err == nil && (status != http.StatusOK || !strings.Contains(body, "1500")) {
			err = fmt.Errorf("status %d: %s", status, body)
		}
		slow <- err
	}()
	time.Sleep(500 * time.Millisecond)
	exit, err := s.Stop(t.Context())
	if err != nil || exit != (spatest.Exit{}) {
		t.Errorf("Stop() = %+v, %v", exit, err)
	}
	if err := <-slow; err != nil {
		t.Errorf("the request in flight: %v", err)
	}
	if status, _, err := ask(s, "/"); err == nil {
		t.Errorf("the stopped server responds with status %d", status)
	}
}

// forgotten leaves a server open, as a check does whose time is over, and interrupts a start.
func (ht hostTest) forgotten(t *testing.T) {
	if _, err := ht.host.Start(t.Context(), spatest.Current); err != nil {
		t.Fatal(err)
	}
	if err := ht.host.Close(t.Context()); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if s, err := ht.host.Start(ctx, spatest.Current); err == nil {
		t.Error("a start was not interrupted")
		_ = s.Close(ctx)
	}
	rigtest.NothingLeft(t)
}

// folder changes the files of a running server.
func (ht hostTest) folder(t *testing.T) {
	s := ht.start(t, spatest.Current)
	page(t, s, ht.dist)
	do := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	do("write", s.Write(t.Context(), "index.html", ht.next.Page))
	page(t, s, ht.next)
	do("write back", s.Write(t.Context(), "index.html", ht.dist.Page))
	page(t, s, ht.dist)
	// The fixture of the app has a name with a space.
	do("write a strange name", s.Write(t.Context(), "with space.txt", []byte("new\n")))
	if status, body, err := ask(s, "/with%20space.txt"); body != "new\n" {
		t.Errorf("written: status %d, %.40q, %v", status, body, err)
	}
	do("write into a new folder", s.Write(t.Context(), "a/b/c.txt", []byte("new\n")))

	do("forbid", s.Forbid(t.Context(), "with space.txt"))
	if status, body, err := ask(s, "/with%20space.txt"); err != nil || status < 400 {
		t.Errorf("forbidden: status %d, %.40q, %v", status, body, err)
	}
	do("remove", s.Remove(t.Context(), ht.dist.Script))
	if status, _, err := ask(s, "/"+ht.dist.Script); status != http.StatusNotFound {
		t.Errorf("removed: status %d, %v", status, err)
	}
	page(t, s, ht.dist)
	if err := s.Remove(t.Context(), ht.dist.Script); err == nil {
		t.Error("removed twice")
	}
	do("link", s.Link(t.Context(), "assets/link.txt"))
	// A server may follow it or not: that is for a check to judge. A test of package lab reads the link itself.
	switch status, body, err := ask(s, "/assets/link.txt"); {
	case status == http.StatusOK && body == rig.Canary:
		t.Log("the server follows links out of the folder")
	case err != nil || status < 400:
		t.Errorf("link: status %d, %.40q, %v", status, body, err)
	}
}

// empty starts the variant without a build: it exits, or responds with anything but a page.
func (ht hostTest) empty(t *testing.T) {
	s, err := ht.host.Start(t.Context(), spatest.None)
	if errors.Is(err, spatest.ErrEnded) {
		t.Log(err)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	status, _, err := ask(s, "/")
	if err != nil || status == http.StatusOK {
		t.Errorf("status %d, %v", status, err)
	}
	t.Logf("status %d", status)
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// upstream stops the API behind a proxy that keeps running.
func (ht hostTest) upstream(t *testing.T) {
	s := ht.start(t, spatest.Current)
	if err := s.StopAPI(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status, _, err := ask(s, "/api/health"); status < 502 || status > 504 {
		t.Errorf("API: status %d, %v", status, err)
	}
	page(t, s, ht.dist)
}

func page(t *testing.T, s spatest.Server, d rig.Dist) {
	t.Helper()
	for _, target := range []string{"/", "/books/42"} {
		if status, body, err := ask(s, target); status != http.StatusOK || body != string(d.Page) {
			t.Errorf("%s: status %d, %d bytes, %v; want the page, %d bytes",
				target, status, len(body), err, len(d.Page))
		}
	}
}

func serves(t *testing.T, s spatest.Server, d rig.Dist, name string) {
	t.Helper()
	want, err := fs.ReadFile(d.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	if status, body, err := ask(s, "/"+name); status != http.StatusOK || body != string(want) {
		t.Errorf("/%s: status %d, %d bytes, %v; want %d bytes", name, status, len(body), err, len(want))
	}
}

// ask makes a request on a new connection.
func ask(s spatest.Server, target string) (int, string, error) {
	transport := &http.Transport{DisableKeepAlives: true, DisableCompression: true}
	client := http.Client{Timeout: 10 * time.Second, Transport: transport}
	req, err := http.NewRequest(http.MethodGet, s.URL()+target, nil)
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Accept", "text/html,*/*;q=0.8")
	res, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	return res.StatusCode, string(body), err
}
