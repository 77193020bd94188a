package load

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"spabench/harness/internal/stat"
)

const page = "<!doctype html><title>the page</title>"

func spec(url string) Spec {
	sum := sha256.Sum256([]byte(page))
	return Spec{
		Load: "page", Rate: 200, Warmup: 100 * time.Millisecond, Duration: 500 * time.Millisecond, Connections: 4,
		Waves: [][]Request{{{
			URL: url, Header: http.Header{"Accept-Encoding": {"gzip"}},
			Want: Want{Status: 200, Length: len(page), SHA256: hex.EncodeToString(sum[:])},
		}}},
	}
}

// Every response is verified: even what vegeta counts as a success is wrong here unless it is the wanted response.
func TestAttackVerifies(t *testing.T) {
	answer := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	for _, tc := range []struct {
		name   string
		h      http.HandlerFunc
		wrong  bool
		reason string
	}{
		{"correct", answer(page), false, ""},
		{"another 2xx", status(204), true, "status 204, want 200"},
		{"redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/x", http.StatusFound)
		}, true, "status 302, want 200"},
		{"server error", status(500), true, "status 500, want 200"},
		{"short", answer(page[1:]), true, "body of 37 bytes, want 38"},
		{"other bytes", answer(strings.ToUpper(page)), true, "other bytes"},
		{"coding that was not accepted", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			_, _ = w.Write([]byte(page))
		}, true, `content coding "br"`},
		{"no response", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, true, "no response"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			srv := httptest.NewServer(tc.h)
			defer srv.Close()
			got, err := Attack(t.Context(), spec(srv.URL))
			if err != nil {
				t.Fatal(err)
			}
			// All are sent, however late on a busy machine.
			if got.Requests != 100 {
				t.Errorf("%d requests in 0.5 s at 200/s", got.Requests)
			}
			if got.WarmUp != 20 {
				t.Errorf("%d requests of warm-up in 0.1 s at 200/s", got.WarmUp)
			}
			if (got.Wrong > 0) != tc.wrong {
				t.Errorf("wrong = %d of %d; reasons %q", got.Wrong, got.Requests, got.Reasons)
			}
			if tc.reason != "" && !strings.Contains(strings.Join(got.Reasons, "\n"), tc.reason) {
				t.Errorf("reasons %q lack %q", got.Reasons, tc.reason)
			}
		})
	}
}

// A stall shows in the latency, from the planned send time, of the requests after it, because the schedule goes on.
func TestAttackSendsOnSchedule(t *testing.T) {
	var n atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if n.Add(1) == 2 {
			time.Sleep(200 * time.Millisecond)
		}
		_, _ = w.Write([]byte(page))
	}))
	defer srv.Close()
	s := spec(srv.URL)
	s.Warmup, s.Rate, s.Connections = 0, 50, 1
	got, err := Attack(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	h, err := stat.Decode(string(got.Planned))
	if err != nil {
		t.Fatal(err)
	}
	if int64(h.TotalCount()) != int64(got.Requests) {
		t.Errorf("%d latencies of %d requests", h.TotalCount(), got.Requests)
	}
	if top := time.Duration(h.Max()); top < 190*time.Millisecond {
		t.Errorf("slowest planned-time latency %s; the stall of 200 ms is not in it", top)
	}
	if got.BodyBytes != got.Requests*uint64(len(page)) {
		t.Errorf("%d body bytes of %d requests", got.BodyBytes, got.Requests)
	}
	if got.Hashed == 0 {
		t.Error("no body was hashed")
	}
}

func TestAttackStopsWithContext(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(page))
	}))
	defer srv.Close()
	s := spec(srv.URL)
	s.Duration = time.Minute
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	if _, err := Attack(ctx, s); err == nil {
		t.Error("no error from a cancelled attack")
	}
	if d := time.Since(began); d > 20*time.Second {
		t.Errorf("took %s to stop", d)
	}
}

func TestParseSpec(t *testing.T) {
	good := spec("http://h")
	arg, err := json.Marshal(good)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseSpec(string(arg))
	if err != nil || got.Rate != good.Rate || got.Waves[0][0].Want != good.Waves[0][0].Want {
		t.Errorf("ParseSpec = %+v, %v", got, err)
	}
	for _, bad := range []string{
		"", "{}", `{"rate":-1}`, "nonsense", `{"rate":1,"duration":1,"connections":1}`,
		`{"rate":1,"duration":1,"connections":1,"waves":[[]]}`,
		`{"rate":1,"duration":1,"connections":1,"max_connections":-1,` +
			`"waves":[[{"url":"http://h","want":{"status":200}}]]}`,
	} {
		if _, err := ParseSpec(bad); err == nil {
			t.Errorf("ParseSpec(%q): no error", bad)
		}
	}
}
