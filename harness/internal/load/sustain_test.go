package load

import (
	"math"
	"net/http/httptest"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// served is what an attack would see of a server that can answer this many requests per second, each of which takes
// some time, on any number of connections.
func served(t *testing.T, s Sustain, capacity float64, takes time.Duration, rate int) record.Loaded {
	t.Helper()
	reached := min(capacity, float64(s.Spec.Connections)/takes.Seconds())
	step := s.stepAt(rate)
	if rate == 0 {
		return record.Loaded{Requests: uint64(reached * step.Seconds()), Elapsed: step}
	}
	lacks := max(0, float64(rate)/capacity-1)
	h := stat.New()
	for part := range 100 {
		stat.Record(h, takes+time.Duration(lacks*float64(step)*float64(part)/100))
	}
	planned, err := stat.Encode(h)
	if err != nil {
		t.Fatal(err)
	}
	requests := uint64(float64(rate) * step.Seconds())
	return record.Loaded{Requests: requests, Sent: step, Planned: record.Histogram(planned)}
}

// Whatever limits a server, the search finds to within a quarter how much it can answer; and asks one that has no
// trouble just once.
func TestSustainFinds(t *testing.T) {
	s := Sustain{Spec: spec("http://h"), Lowest: 10, Highest: 2000}
	s.Spec.Connections, s.Spec.Duration = 16, 300*time.Millisecond
	for _, takes := range []time.Duration{200 * time.Microsecond, 20 * time.Millisecond, 300 * time.Millisecond} {
		for capacity := 12.; capacity < 8000; capacity *= 1.7 {
			attacks, most := 0, 0.
			found, err := s.find(func(rate int) (record.Loaded, error) {
				attacks++
				most = max(most, float64(rate))
				return served(t, s, capacity, takes, rate), nil
			})
			want := min(capacity, float64(s.Highest))
			if got := float64(found.Rate); err != nil || got > 1.12*want || got < math.Floor(0.8*want) {
				t.Errorf("%.0f/s, each in %s: found %+v, %v", capacity, takes, found, err)
			}
			if most > 2.3*capacity {
				t.Errorf("%.0f/s, each in %s: %.0f/s were sent", capacity, takes, most)
			}
			if easily := float64(s.Spec.Connections) / takes.Seconds(); min(easily, capacity) >= 2010 && attacks > 1 {
				t.Errorf("%.0f/s, each in %s: %d attacks", capacity, takes, attacks)
			}
		}
	}
}

// A server whose responses are wrong sustains nothing, and the reason is kept.
func TestSustainsNothingWrong(t *testing.T) {
	s := Sustain{Spec: spec("http://h"), Lowest: 10, Highest: 2000}
	s.Spec.Connections, s.Spec.Duration = 16, 300*time.Millisecond
	found, err := s.find(func(rate int) (record.Loaded, error) {
		l := served(t, s, 5000, time.Millisecond, rate)
		l.Wrong, l.Reasons = 1, []string{"status 502, want 200"}
		return l, nil
	})
	if err != nil || found.Rate != 0 || len(found.Steps) != 1 || found.Steps[0].Reason == "" {
		t.Errorf("%+v, %v", found, err)
	}
}

// However busy the machine is, no more is found than a real server can answer, and a tenth.
func TestFindSustained(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	srv := httptest.NewServer(oneWorker())
	defer srv.Close()
	s := Sustain{Spec: spec(srv.URL), Lowest: 10, Highest: 2000}
	s.Spec.Warmup, s.Spec.Duration = 0, 300*time.Millisecond
	found, err := FindSustained(t.Context(), s)
	if err != nil || found.Rate == 0 || found.Rate > 560 || found.Closed > 520 {
		t.Errorf("%+v, %v of a server that answers at most 500 per second", found, err)
	}
}

func TestParseSustain(t *testing.T) {
	for text, want := range map[string]bool{
		`{`:                         false,
		`{"lowest":0,"highest":9}`:  false,
		`{"lowest":9,"highest":1}`:  false,
		`{"lowest":1,"highest":10}`: false, // no requests
		`{"lowest":1,"highest":9,"spec":{"duration":1,"connections":1,` +
			`"waves":[[{"url":"http://h","want":{"status":200}}]]}}`: true,
	} {
		if _, err := ParseSustain([]byte(text)); (err == nil) != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}
