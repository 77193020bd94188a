package load

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
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

// The SLO capacity of a server with a known maximum is below that, but not far. Other activity on the machine can only
// lower it, so the best of a few attempts counts.
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
	for attempt := range 3 {
		k, err := FindCapacity(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		if k.Rate > 560 || len(k.Steps) > 9+2 {
			t.Fatalf("SLO capacity %+v of a server that answers at most 500 per second", k)
		}
		if !k.Verified || k.GeneratorBound || k.Rate < 150 {
			t.Logf("attempt %d: SLO capacity %+v of a server that answers at most 500 per second", attempt, k)
			continue
		}
		if last := k.Steps[len(k.Steps)-1]; !last.Repeat || !last.Met {
			t.Errorf("the last step is %+v, not a repeat that met it", last)
		}
		return
	}
	t.Error("no attempt came close")
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

func TestNextStep(t *testing.T) {
	s := Search{Lowest: 10, Highest: 1000}
	for _, tc := range []struct{ met, missed, want int }{
		{100, 0, 150}, {900, 0, 1000}, {1000, 0, 0}, {0, 100, 66}, {0, 12, 10}, {0, 10, 0}, {100, 400, 200}, {100, 105, 0},
	} {
		if got := s.next(tc.met, tc.missed); got != tc.want {
			t.Errorf("met %d, missed %d: next %d, want %d", tc.met, tc.missed, got, tc.want)
		}
	}
}
