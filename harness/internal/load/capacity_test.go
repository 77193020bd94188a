package load

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// oneWorker is a server with one worker, whose requests take 2 ms: it can answer 500 per second.
func oneWorker() http.Handler {
	worker := make(chan struct{}, 1)
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		worker <- struct{}{}
		time.Sleep(2 * time.Millisecond)
		<-worker
		_, _ = w.Write([]byte(page))
	})
}

// However busy the machine is, no more is found than the server can answer. A queue that grows for half a second above
// its capacity of 500 per second exceeds the objective from 560 on.
func TestFindCapacity(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	srv := httptest.NewServer(oneWorker())
	defer srv.Close()
	s := Search{
		Spec: spec(srv.URL), Quantile: 0.9, Within: 50 * time.Millisecond,
		Start: 100, Lowest: 20, Highest: 2000, Steps: 9,
	}
	s.Spec.Warmup = 0
	k, err := FindCapacity(t.Context(), s)
	if err != nil || k.Rate > 560 || len(k.Steps) == 0 || len(k.Steps) > s.Steps+repeats {
		t.Errorf("SLO capacity %+v, %v of a server that answers at most 500 per second", k, err)
	}
}

// What the steps say decides: the highest rate that was met and met again, and whether the generator was the limit.
func TestFind(t *testing.T) {
	const highest = 1000
	for _, tc := range []struct {
		name           string
		met            func(rate int, repeat bool) bool
		late           bool
		lowest, most   int
		generatorBound bool
	}{
		{"a limit", func(rate int, _ bool) bool { return rate <= 300 }, false, 280, 300, false},
		{"the generator's limit", func(rate int, _ bool) bool { return rate <= 300 }, true, 280, 300, true},
		{"every rate", func(int, bool) bool { return true }, false, highest, highest, true},
		{"no rate", func(int, bool) bool { return false }, false, 0, 0, false},
		{"less when repeated", func(rate int, repeat bool) bool { return rate <= 265 || rate <= 300 && !repeat },
			false, 240, 265, false},
		{"nothing when repeated", func(rate int, repeat bool) bool { return rate <= 300 && !repeat },
			false, 0, 0, false},
	} {
		s := Search{Spec: spec("http://h"), Start: 100, Lowest: 20, Highest: highest, Steps: 9}
		k, err := s.find(func(rate int, repeat bool) (record.Step, error) {
			met := tc.met(rate, repeat)
			return record.Step{Rate: rate, Met: met, Late: tc.late && !met}, nil
		})
		if err != nil || k.Rate < tc.lowest || k.Rate > tc.most || k.Verified != (k.Rate > 0) ||
			k.GeneratorBound != tc.generatorBound {
			t.Errorf("%s: %+v, %v", tc.name, k, err)
		}
		if last := k.Steps[len(k.Steps)-1]; k.Verified && (!last.Repeat || !last.Met || last.Rate != k.Rate) {
			t.Errorf("%s: the last step is %+v, not a repeat that met %d", tc.name, last, k.Rate)
		}
		steps := slices.DeleteFunc(slices.Clone(k.Steps), func(s record.Step) bool { return s.Repeat })
		if len(steps) > s.Steps || len(k.Steps)-len(steps) > repeats {
			t.Errorf("%s: %d steps, %d of them repeats", tc.name, len(k.Steps), len(k.Steps)-len(steps))
		}
	}
}

// A search that reaches its highest rate is generator-bound; a server that meets no rate has no SLO capacity.
func TestFindCapacityAtTheEnds(t *testing.T) {
	quick := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(page))
	}))
	defer quick.Close()
	s := Search{ // every answer at all is in time
		Spec: spec(quick.URL), Quantile: 0.5, Within: requestTimeout,
		Start: 100, Lowest: 20, Highest: 200, Steps: 9,
	}
	s.Spec.Warmup, s.Spec.Duration = 0, 200*time.Millisecond
	k, err := FindCapacity(t.Context(), s)
	if err != nil || k.Rate != 200 || !k.GeneratorBound || !k.Verified {
		t.Errorf("SLO capacity %+v, %v", k, err)
	}
	wrong := httptest.NewServer(http.NotFoundHandler())
	defer wrong.Close()
	s.Spec.Waves[0][0].URL = wrong.URL
	k, err = FindCapacity(t.Context(), s)
	if err != nil || k.Rate != 0 || k.Verified || k.Steps[0].Wrong == 0 || k.Steps[0].Reason == "" {
		t.Errorf("SLO capacity %+v, %v of a server whose answers are wrong", k, err)
	}
}
