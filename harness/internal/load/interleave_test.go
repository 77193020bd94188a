package load

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// The hits of the tests' arms, which are sent at 400 per second.
const (
	warmUpHits = 4
	leadInHits = 2
	sliceHits  = 3
	turns      = 5
)

// stage has the servers of several arms. It notes whose turn each request was.
type stage struct {
	mu    sync.Mutex
	heard []string
	then  map[string]func(n int) (body string) // of some arms: what is answered to request n, from 1
	count map[string]int
}

// arm starts a server of that name, and returns it as an arm.
func (s *stage) arm(t *testing.T, name string, counters ...string) Arm {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		s.heard = append(s.heard, name)
		if s.count == nil {
			s.count = map[string]int{}
		}
		s.count[name]++
		body, n := page, s.count[name]
		s.mu.Unlock()
		if then := s.then[name]; then != nil {
			body = then(n)
		}
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(srv.Close)
	a := Arm{Name: name, Counters: counters, Spec: spec(srv.URL)}
	a.Spec.Rate, a.Spec.Warmup, a.Spec.Duration = 400, 10*time.Millisecond, turns*7500*time.Microsecond
	return a
}

func interleaved(seed uint64, arms ...Arm) Interleaved {
	return Interleaved{Arms: arms, Slice: 7500 * time.Microsecond, LeadIn: 5 * time.Millisecond, Seed: seed}
}

func interleave(t *testing.T, i Interleaved) []record.Loaded {
	t.Helper()
	got, err := Interleave(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(i.Arms) {
		t.Fatalf("%d loads of %d arms", len(got), len(i.Arms))
	}
	return got
}

// Every arm has one slice in each turn, and the same number of hits in all. The seed decides on the order within turns.
func TestTurns(t *testing.T) {
	var orders []string
	for _, seed := range []uint64{1, 1, 2} {
		s := &stage{}
		got := interleave(t, interleaved(seed, s.arm(t, "a"), s.arm(t, "b"), s.arm(t, "c")))
		heard := s.heard
		for _, name := range []string{"a", "b", "c"} {
			for range warmUpHits {
				if heard[0] != name {
					t.Fatalf("warm-up of %s where that of %s should be", heard[0], name)
				}
				heard = heard[1:]
			}
		}
		order := ""
		for hits := range slices.Chunk(heard, leadInHits+sliceHits) {
			if one := slices.Compact(slices.Clone(hits)); len(one) != 1 || len(hits) != leadInHits+sliceHits {
				t.Fatalf("the hits of one slice went to %q", hits)
			}
			order += hits[0]
		}
		if len(order) != 3*turns {
			t.Fatalf("%d slices: %s", len(order), order)
		}
		for turn := 1; turn <= turns; turn++ {
			of := []byte(order[3*turn-3 : 3*turn])
			if slices.Sort(of); string(of) != "abc" {
				t.Errorf("turn %d went to %s", turn, of)
			}
		}
		orders = append(orders, order)
		for n, l := range got {
			if l.WarmUp != warmUpHits+turns*leadInHits || l.Requests != turns*sliceHits || l.Wrong > 0 {
				t.Errorf("arm %d: %d requests to warm up, %d recorded, %d wrong: %q",
					n, l.WarmUp, l.Requests, l.Wrong, l.Reasons)
			}
			checkSlices(t, l)
		}
	}
	if first := orders[0]; first == strings.Repeat(first[:3], turns) {
		t.Errorf("the order %s is the same in every turn", first)
	}
	if orders[0] != orders[1] || orders[0] == orders[2] {
		t.Errorf("orders %q of the seeds 1, 1 and 2", orders)
	}
}

// checkSlices holds what is true of every load, however busy the machine is.
func checkSlices(t *testing.T, l record.Loaded) {
	t.Helper()
	if len(l.Slices) != turns {
		t.Fatalf("%d slices, want %d", len(l.Slices), turns)
	}
	var sum, kept uint64
	for n, s := range l.Slices {
		if s.Turn != n+1 || s.Requests != sliceHits || count(t, s.Planned) != s.Requests {
			t.Errorf("slice %d: %+v", n+1, s)
		}
		if n > 0 && !s.Began.After(l.Slices[n-1].Began) {
			t.Errorf("slice %d began at %s, the one before at %s", n+1, s.Began, l.Slices[n-1].Began)
		}
		if s.LagP99 > record.KeptLag && !s.Late {
			t.Errorf("slice %d is not late: %+v", n+1, s)
		}
		sum += s.Requests
		if !s.Late {
			kept += s.Requests
		}
	}
	if sum != l.Requests || l.BodyBytes != sum*uint64(len(page)) {
		t.Errorf("%d requests in slices, %d in all, with %d bytes", sum, l.Requests, l.BodyBytes)
	}
	for name, h := range map[string]record.Histogram{"latency": l.Latency, "planned": l.Planned, "lag": l.Lag} {
		if got := count(t, h); got != kept {
			t.Errorf("%d values of %s in slices that are not late, which had %d requests", got, name, kept)
		}
	}
	if l.Elapsed < l.Sent || l.Sent < turns*7*time.Millisecond {
		t.Errorf("sent for %s, elapsed %s", l.Sent, l.Elapsed)
	}
}

func count(t *testing.T, h record.Histogram) uint64 {
	t.Helper()
	got, err := stat.Decode(string(h))
	if err != nil {
		t.Fatal(err)
	}
	return uint64(got.TotalCount())
}

// A wrong answer counts wherever it is, in a slice or before it.
func TestWrongInTurns(t *testing.T) {
	every := leadInHits + sliceHits
	s := &stage{then: map[string]func(int) string{
		"leads in": func(n int) string {
			if n -= warmUpHits; n > 0 && n%every == 1 {
				return "wrong at first"
			}
			return page
		},
		"slice": func(n int) string {
			if n -= warmUpHits; n > 0 && n%every == 0 {
				return "wrong at the end"
			}
			return page
		},
	}}
	got := interleave(t, interleaved(1, s.arm(t, "right"), s.arm(t, "leads in"), s.arm(t, "slice")))
	for n, want := range []struct {
		wrong uint64
		why   string
	}{{0, ""}, {turns, "body of 14 bytes, want 38"}, {turns, "body of 16 bytes, want 38"}} {
		if why := strings.Join(got[n].Reasons, "; "); got[n].Wrong != want.wrong || why != want.why {
			t.Errorf("arm %d: %d wrong (%q), want %d (%q)", n, got[n].Wrong, why, want.wrong, want.why)
		}
		if got[n].Requests != turns*sliceHits {
			t.Errorf("arm %d: %d requests", n, got[n].Requests)
		}
	}
}

// An arm whose server stops answering is wrong, and gets no more turns. The others do.
func TestServerDies(t *testing.T) {
	s := &stage{then: map[string]func(int) string{"dies": func(n int) string {
		if n > warmUpHits+2*(leadInHits+sliceHits) {
			time.Sleep(patience)
			panic(http.ErrAbortHandler)
		}
		return page
	}}}
	got := interleave(t, interleaved(1, s.arm(t, "dies"), s.arm(t, "lives")))
	dead := got[0]
	if len(dead.Slices) != 2 || dead.Wrong != leadInHits || !strings.Contains(dead.Reasons[0], "no response") {
		t.Errorf("%d slices and %d wrong answers (%q) of a server that dies after two slices",
			len(dead.Slices), dead.Wrong, dead.Reasons)
	}
	checkSlices(t, got[1])
}

func TestInterleaveStopsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := &stage{then: map[string]func(int) string{"b": func(n int) string {
		if n == warmUpHits+2 {
			cancel()
		}
		return page
	}}}
	if got, err := Interleave(ctx, interleaved(1, s.arm(t, "a"), s.arm(t, "b"))); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v from a load that is cancelled", got, err)
	}
	if n := s.count["b"]; n > warmUpHits+leadInHits {
		t.Errorf("%d requests, although it was cancelled by the second after the warm-up", n)
	}
}

func TestParseInterleaved(t *testing.T) {
	arm := func(change func(*Arm)) Arm {
		a := Arm{Name: "b", Spec: spec("http://h")}
		change(&a)
		return a
	}
	good := arm(func(a *Arm) { a.Name = "a" })
	for _, tc := range []struct {
		i    Interleaved
		want string // in the error; "" for none
	}{
		{Interleaved{Arms: []Arm{good, arm(func(*Arm) {})}}, ""},
		{Interleaved{Arms: []Arm{good}, Slice: time.Second}, "slices of 1s"},
		{Interleaved{Arms: []Arm{good}, LeadIn: -1}, "lead-in of -1ns"},
		{Interleaved{}, "no arms"},
		{Interleaved{Arms: []Arm{good, arm(func(a *Arm) { a.Spec.Rate = 0 })}}, "arm 2 (b): its rate is 0"},
		{Interleaved{Arms: []Arm{good, arm(func(a *Arm) { a.Spec.Duration++ })}}, "arm 2 (b): its duration"},
		{Interleaved{Arms: []Arm{good, arm(func(a *Arm) { a.Spec.Connections = 0 })}}, "arm 2 (b): read load spec"},
		{Interleaved{Arms: []Arm{good, arm(func(a *Arm) { a.Name = "" })}}, "arm 2 (): it has no name"},
	} {
		text, err := json.Marshal(tc.i)
		if err != nil {
			t.Fatal(err)
		}
		_, err = ParseInterleaved(text)
		if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
			t.Errorf("error %v, want %q", err, tc.want)
		}
	}
	if _, err := ParseInterleaved([]byte("nonsense")); err == nil {
		t.Error("no error of nonsense")
	}
}
