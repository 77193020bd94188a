package load

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// A generator that keeps every rate up to a limit is found to sustain at least four fifths of it, in few attacks.
func TestSustained(t *testing.T) {
	const ceiling = 20_000
	for limit := ceiling / 15; limit <= ceiling*5/4; limit = limit * 21 / 20 {
		attacks := 0
		got, err := sustained(ceiling, func(rate int) (record.Schedule, bool, error) {
			attacks++
			return record.Schedule{Rate: rate, Sent: float64(attacks)}, rate <= limit, nil
		})
		most := min(limit, ceiling)
		if err != nil || got.Rate > most || got.Rate < most*4/5 {
			t.Errorf("sustains %+v, %v; the limit is %d", got, err, limit)
		}
		if got.Sent != float64(attacks) {
			t.Errorf("limit %d: the schedule is of attack %v, and the last is %d", limit, got.Sent, attacks)
		}
		if attacks > 8 {
			t.Errorf("limit %d: %d attacks", limit, attacks)
		}
	}
}

// A disturbance of up to three attacks in a row can only lower what is found, and never below a third of the limit.
func TestSustainedDisturbed(t *testing.T) {
	const ceiling, limit = 20_000, 9_000
	for first := range 10 {
		for long := range 4 {
			attacks := 0
			got, err := sustained(ceiling, func(rate int) (record.Schedule, bool, error) {
				attacks++
				disturbed := attacks > first && attacks <= first+long
				return record.Schedule{Rate: rate}, rate <= limit && !disturbed, nil
			})
			if err != nil || got.Rate > limit || got.Rate < limit/3 || attacks > 10 {
				t.Errorf("attacks %d to %d disturbed: sustains %d of %d after %d, %v",
					first+1, first+long, got.Rate, limit, attacks, err)
			}
		}
	}
}

func TestSustainsNothing(t *testing.T) {
	none := func(rate int) (record.Schedule, bool, error) { return record.Schedule{Rate: rate}, false, nil }
	once := map[int]bool{}
	onlyOnce := func(rate int) (record.Schedule, bool, error) {
		first := len(once) == 0
		once[rate] = true
		return record.Schedule{Rate: rate}, first, nil
	}
	broken := func(int) (record.Schedule, bool, error) { return record.Schedule{}, false, errors.New("broken") }
	for name, tc := range map[string]struct {
		ceiling int
		try     func(int) (record.Schedule, bool, error)
		fails   bool
	}{
		"no rate": {1000, none, false}, "kept only once": {1000, onlyOnce, false}, "no ceiling": {0, broken, false},
		"cannot attack": {1000, broken, true},
	} {
		if got, err := sustained(tc.ceiling, tc.try); got != (record.Schedule{}) || (err != nil) != tc.fails {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// A schedule is kept if all is sent, nearly all on time, and answered.
func TestSchedule(t *testing.T) {
	lags := func(late int, by time.Duration) record.Histogram {
		h := stat.New()
		for n := range 1000 {
			if n < late {
				stat.Record(h, by)
			} else {
				stat.Record(h, 80*time.Microsecond)
			}
		}
		s, err := stat.Encode(h)
		if err != nil {
			t.Fatal(err)
		}
		return record.Histogram(s)
	}
	for _, tc := range []struct {
		name string
		l    record.Loaded
		kept bool
	}{
		{"kept", record.Loaded{Requests: 1000, Lag: lags(10, time.Second)}, true},
		{"late", record.Loaded{Requests: 1000, Lag: lags(20, 1100*time.Microsecond)}, false},
		{"at the bound", record.Loaded{Requests: 1000, Lag: lags(20, 999*time.Microsecond)}, true},
		{"behind", record.Loaded{Requests: 990, Lag: lags(0, 0)}, false},
		{"wrong", record.Loaded{Requests: 1000, Wrong: 1, Lag: lags(0, 0)}, false},
		{"nothing measured", record.Loaded{Requests: 1000}, false},
	} {
		tc.l.Sent = time.Second
		s, kept, err := schedule(tc.l, 1000)
		if err != nil || kept != tc.kept || s.Rate != 1000 || s.Sent != float64(tc.l.Requests) {
			t.Errorf("%s: %+v, kept %t, %v", tc.name, s, kept, err)
		}
	}
}

func TestCalibrate(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(5 * time.Millisecond)
		_, _ = w.Write([]byte(page))
	}))
	defer srv.Close()
	s := spec(srv.URL)
	s.Connections, s.Duration, s.Warmup = 2, 200*time.Millisecond, 20*time.Millisecond
	c, err := Calibrate(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	// Two connections with answers after 5 ms allow at most 400 requests per second, and fewer on a busy machine. What
	// is sustained there is not for a test to say.
	if c.Wrong > 0 || c.Ceiling <= 0 || c.Ceiling > 400 || c.Sustained.Rate > int(c.Ceiling) {
		t.Errorf("calibration %+v", c)
	}
	if s := c.Sustained; s.Rate > 0 && (s.LagP99 > record.KeptLag || s.Sent < 0.995*float64(s.Rate)) {
		t.Errorf("sustained %+v", s)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Calibrate(ctx, s); err == nil {
		t.Error("no error from a cancelled calibration")
	}
	srv.Config.Handler = http.NotFoundHandler()
	c, err = Calibrate(t.Context(), s)
	if err != nil || c.Wrong == 0 || len(c.Reasons) == 0 || c.Sustained.Rate != 0 {
		t.Errorf("calibration with wrong answers: %+v, %v", c, err)
	}
}
