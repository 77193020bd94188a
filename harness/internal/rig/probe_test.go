package rig

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"spabench/harness/internal/rawhttp"
)

// wantOK accepts any response with status 200.
func wantOK(res rawhttp.Response) error {
	if res.Status != http.StatusOK {
		return errors.New(http.StatusText(res.Status))
	}
	return nil
}

// TestProbe holds that a probe goes on until a response is correct, and tells when the first one and the correct one
// came.
func TestProbe(t *testing.T) {
	var requests atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := requests.Add(1); n < 3 || r.URL.Path != "/page" || r.Header.Get("Accept") != "text/html" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer srv.Close()
	p := Probe{Addr: srv.Listener.Addr().String(), Target: "/page", Header: http.Header{"Accept": {"text/html"}}}
	p.Correct, p.Every = wantOK, time.Millisecond
	a, err := p.Await(t.Context())
	if err != nil || requests.Load() != 3 || a.first.IsZero() || !a.first.Before(a.correct) {
		t.Errorf("%d requests, %+v, %v", requests.Load(), a, err)
	}
}

// TestProbeGivesUp holds that the error says what was wrong with the last response.
func TestProbeGivesUp(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	defer srv.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p := Probe{Addr: srv.Listener.Addr().String(), Target: "/"}
	p.Correct = func(res rawhttp.Response) error {
		cancel()
		return wantOK(res)
	}
	a, err := p.Await(ctx)
	const want = "no correct response to GET /: Not Found"
	if err == nil || err.Error() != want || a.first.IsZero() || !a.correct.IsZero() {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestProbeWithoutResponse holds that the error says why connections failed, if there was no response at all, and not
// that the time was over.
func TestProbeWithoutResponse(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { // closes connections without a response
		for n := 1; ; n++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if n == 3 {
				cancel()
			}
			_ = conn.Close()
		}
	}()
	a, err := Probe{Addr: listener.Addr().String(), Target: "/", Correct: wantOK}.Await(ctx)
	if !errors.Is(err, rawhttp.ErrClosed) || !a.first.IsZero() {
		t.Errorf("%+v, %v; want %v", a, err, rawhttp.ErrClosed)
	}
}

// TestCleanUp holds that a clean-up runs after its context has ended, and that its error does not hide the first one.
func TestCleanUp(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	first, second := errors.New("first"), errors.New("second")
	err := first
	CleanUp(ended, &err, func(ctx context.Context) error {
		if ctx.Err() != nil {
			t.Error("the clean-up has no time")
		}
		return second
	})
	if !errors.Is(err, first) || !errors.Is(err, second) {
		t.Errorf("error %v, want both", err)
	}
	err = nil
	if CleanUp(ended, &err, func(context.Context) error { return nil }); err != nil {
		t.Errorf("error %v, want none", err)
	}
}

// TestCorrectAPI holds that only the first page of the list of books is correct.
func TestCorrectAPI(t *testing.T) {
	items := strings.TrimSuffix(strings.Repeat(`{"id":1,"title":"Emma"},`, 20), ",")
	list := `{"items":[` + items + `],"total":1404}`
	short := `{"items":[{"id":1,"title":"Emma"}],"total":1404}`
	for _, tc := range []struct {
		name string
		res  rawhttp.Response
		want string
	}{
		{"the list", rawhttp.Response{Status: 200, Body: []byte(list)}, ""},
		{"an error", rawhttp.Response{Status: 500, Body: []byte(list)}, "status 500"},
		{"a short list", rawhttp.Response{Status: 200, Body: []byte(short)}, "1 books"},
		{"few books", rawhttp.Response{Status: 200, Body: []byte(strings.Replace(list, "1404", "20", 1))}, "of 20"},
		{"the page", rawhttp.Response{Status: 200, Body: []byte("<!doctype html>")}, "not JSON"},
		{"not gzip", rawhttp.Response{Status: 200, Coding: "gzip", Body: []byte(list)}, "gzip"},
	} {
		err := CorrectAPI(tc.res)
		if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q", tc.name, err, tc.want)
		}
	}
}
