package origin

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A tap forwards messages unchanged, keeps one connection to be one, and counts bytes.
func TestTap(t *testing.T) {
	var got []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.Method+" "+r.Host+" "+string(body))
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		w.Header().Set("Vary", "Accept-Encoding, Origin")
		_, _ = io.WriteString(w, strings.Repeat("x", 100_000)) // in chunks
	}))
	defer srv.Close()
	tap, err := openTap("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := tap.close(); err != nil {
			t.Error(err)
		}
	}()
	if err := tap.direct(srv.URL); err != nil {
		t.Fatal(err)
	}
	send := func(method, content string, header http.Header) {
		t.Helper()
		req, err := http.NewRequest(method, tap.origin+"/x?y", strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = header
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil || len(body) != 100_000 || res.Body.Close() != nil {
			t.Errorf("%s: %d bytes, %v", method, len(body), err)
		}
	}
	send("POST", "content", http.Header{"Sec-Fetch-Dest": {"empty"}, "Origin": {"http://a.test"}})
	send("OPTIONS", "", http.Header{
		"Sec-Fetch-Dest": {"empty"}, "Origin": {"http://a.test"}, "Access-Control-Request-Method": {"POST"},
	})
	send("GET", "", http.Header{"Sec-Fetch-Dest": {"document"}})
	passed, connections := tap.taken()
	host := strings.TrimPrefix(tap.origin, "http://")
	if len(passed) != 3 || connections != 1 || len(got) != 3 || got[0] != "POST "+host+" content" {
		t.Fatalf("%d connections, passed %+v, received %q", connections, passed, got)
	}
	for i, kind := range []string{"fetch", "preflight", "document"} {
		p := passed[i]
		if p.Kind != kind || p.Status != 200 || p.Target != "/x?y" || p.Received < 100_000 || p.Received > 101_000 {
			t.Errorf("%+v, want %s", p, kind)
		}
	}
	// Host, User-Agent, Content-Length, Accept-Encoding are Go's own.
	request := "POST /x?y HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: 7\r\n" +
		"Origin: http://a.test\r\nSec-Fetch-Dest: empty\r\nAccept-Encoding: gzip\r\n\r\ncontent"
	cors := "Origin: http://a.test\r\nAccess-Control-Allow-Origin: http://a.test\r\nVary: Accept-Encoding, Origin\r\n"
	if p := passed[0]; p.Sent != len(request) || p.CORS != len(cors) {
		t.Errorf("sent %d bytes, %d of CORS; want %d, %d", p.Sent, p.CORS, len(request), len(cors))
	}
	if err := tap.direct(srv.URL); err != nil {
		t.Fatal(err)
	}
	if passed, connections := tap.taken(); len(passed)+connections > 0 {
		t.Errorf("%d, %+v", connections, passed)
	}
}
