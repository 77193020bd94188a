package load

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// The bytes on the wire are counted with header sections and without the warm-up.
func TestWire(t *testing.T) {
	const response = "HTTP/1.1 200 OK\r\nContent-Length: 38\r\n\r\n" + page
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				buf := make([]byte, 4096)
				for {
					if _, err := conn.Read(buf); err != nil {
						return
					}
					_, _ = conn.Write([]byte(response))
				}
			}()
		}
	}()
	got, err := Attack(t.Context(), spec("http://"+ln.Addr().String()+"/"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Wrong > 0 || got.WarmUp == 0 || got.WireIn != got.Requests*uint64(len(response)) {
		t.Errorf("%d bytes in %d responses of %d bytes; %d wrong: %q",
			got.WireIn, got.Requests, len(response), got.Wrong, got.Reasons)
	}
	if got.WireOut < got.Requests*60 || got.WireOut > got.Requests*300 {
		t.Errorf("%d bytes out in %d requests", got.WireOut, got.Requests)
	}
}

// A response whose bytes vary is verified by a part of it.
func TestContent(t *testing.T) {
	ids := 0
	var mu sync.Mutex
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
		mu.Lock()
		ids++
		odd := ids%2 == 0
		mu.Unlock()
		if r.Method != http.MethodPost || string(body) != `{"title":"Emma"}` || odd {
			w.WriteHeader(http.StatusCreated)
			return
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(append([]byte(`{"id":1,`), body[1:]...))
	}))
	defer srv.Close()
	s := spec(srv.URL)
	s.Warmup = 0
	s.Waves[0][0] = Request{
		Method: http.MethodPost, URL: srv.URL, Content: `{"title":"Emma"}`,
		Want: Want{Status: 201, Contains: `"title":"Emma"`},
	}
	got, err := Attack(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if got.Wrong != got.Requests/2 || got.Wrong == 0 {
		t.Errorf("%d of %d wrong (%q), want half", got.Wrong, got.Requests, got.Reasons)
	}
}
