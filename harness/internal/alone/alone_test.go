package alone

import (
	"testing"
	"time"

	"github.com/gofrs/flock"
)

// free counts the seats that another process could take.
func free(t *testing.T) (n int) {
	t.Helper()
	for i := range seats {
		f := seat(i)
		locked, err := f.TryLock()
		if err != nil {
			t.Fatal(err)
		}
		if locked {
			n++
		}
		_ = f.Close()
	}
	return n
}

// TestReserve holds that a seat is kept while tests with containers run, and soon afterwards no longer, and that a second
// package finds one, and a third none.
func TestReserve(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, wanted := range []int{1, seats} {
		with := func(t *testing.T) { // as WithEngine does, except for skipping the test under -short
			t.Helper()
			reserve(t, wanted)
			t.Cleanup(release)
		}
		t.Run("outer", func(t *testing.T) {
			with(t)
			t.Run("inner", func(t *testing.T) {
				with(t)
				if got := free(t); got != seats-wanted {
					t.Errorf("%d seats are free during a test that has %d", got, wanted)
				}
			})
			if got := free(t); got != seats-wanted {
				t.Errorf("%d seats are free when one of two tests is over that have %d", got, wanted)
			}
		})
		for began := time.Now(); free(t) < seats; time.Sleep(pause / 10) {
			if time.Since(began) > time.Minute {
				t.Fatal("seats are taken when the tests are over")
			}
		}
	}
}

// TestTakeWaits holds that whoever finds every seat taken gets the first that is given up, and that all seats are got
// when the last one is.
func TestTakeWaits(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, wanted := range []int{1, seats} {
		all, err := take(seats)
		if err != nil {
			t.Fatal(err)
		}
		got := make(chan []*flock.Flock)
		go func() {
			taken, err := take(wanted)
			if err != nil {
				t.Error(err)
			}
			got <- taken
		}()
		for i, f := range all {
			select {
			case <-got:
				t.Fatalf("%d seats were got when %d of %d were free", wanted, i, seats)
			case <-time.After(2 * pause / 5):
			}
			_ = f.Close()
			if i+1 == wanted {
				break
			}
		}
		for _, f := range <-got {
			_ = f.Close()
		}
		for _, f := range all {
			_ = f.Close()
		}
	}
}
