package load

import (
	"testing"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"spabench/harness/internal/record"
)

// turn gives an arm a slice of ten hits, one of which is sent that late. Each is answered after a time.
func (t *taker) turn(tt *testing.T, turn int, lag, latency time.Duration) {
	tt.Helper()
	t.begin()
	for n := range uint64(10) {
		due := t.began.Add(time.Duration(n+1) * t.interval)
		if n == 5 {
			due = due.Add(lag)
		}
		t.count(&vegeta.Result{Seq: n, Code: 200, Timestamp: due, Latency: latency})
	}
	t.end()
	s, err := t.recorded(turn)
	if err != nil {
		tt.Fatal(err)
	}
	t.out.Slices = append(t.out.Slices, s)
}

// A turn in which the generator was late is left out for all arms alike. A server that is slow makes nothing late.
func TestLateTurns(t *testing.T) {
	const quick, slow = time.Millisecond, 80 * time.Millisecond
	arms := takers{newTaker(Arm{Name: "a", Spec: spec("http://a")}), newTaker(Arm{Name: "b", Spec: spec("http://b")})}
	const little = 100 * time.Microsecond
	for n, lags := range [][2]time.Duration{
		{0, 0}, {0, record.KeptLag + little}, {record.KeptLag - little, 0}, {20 * time.Millisecond, 0},
	} {
		arms[0].turn(t, n+1, lags[0], quick)
		arms[1].turn(t, n+1, lags[1], slow)
		arms.settle(n + 1)
	}
	arms[0].turn(t, 5, 0, quick) // the server of b is gone
	arms.settle(5)
	got, err := arms.loaded()
	if err != nil {
		t.Fatal(err)
	}
	late := []bool{false, true, false, true, false}
	for n, l := range got {
		for k, s := range l.Slices {
			if s.Late != late[k] || s.Turn != k+1 || count(t, s.Planned) != 10 {
				t.Errorf("arm %d, slice %d: %+v, late %t", n, k+1, s, late[k])
			}
		}
		kept := uint64(10 * (len(l.Slices) - 2))
		for _, h := range []record.Histogram{l.Latency, l.Planned, l.Lag} {
			if c := count(t, h); c != kept {
				t.Errorf("arm %d: %d values, want the %d of the turns that are not late", n, c, kept)
			}
		}
		if l.Requests != 10*uint64(len(l.Slices)) {
			t.Errorf("arm %d: %d requests in %d slices", n, l.Requests, len(l.Slices))
		}
	}
	if most := quantile(t, got[0].Lag, 1); most > record.KeptLag {
		t.Errorf("a lag of %s was kept", most)
	}
}

// Where every turn is late, nothing is left to compare.
func TestAllTurnsLate(t *testing.T) {
	arms := takers{newTaker(Arm{Name: "a", Spec: spec("http://a")})}
	arms[0].turn(t, 1, time.Second, 0)
	arms.settle(1)
	got, err := arms.loaded()
	if err != nil || got[0].Latency != "" || got[0].Planned != "" || got[0].Lag != "" || !got[0].Slices[0].Late {
		t.Errorf("%+v, %v of a load that was late all the time", got, err)
	}
}
