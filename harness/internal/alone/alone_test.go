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

// TestReserve holds that one seat is taken while tests with containers run, and soon afterwards none.
func TestReserve(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	with := func(t *testing.T) { // as WithEngine does, except for skipping the test under -short
		t.Helper()
		reserve(t)
		t.Cleanup(release)
	}
	t.Run("outer", func(t *testing.T) {
		with(t)
		t.Run("inner", func(t *testing.T) {
			with(t)
			if got := free(t); got != seats-1 {
				t.Errorf("%d seats are free during a test", got)
			}
		})
		if got := free(t); got != seats-1 {
			t.Errorf("%d seats are free when one of two tests is over", got)
		}
	})
	for began := time.Now(); free(t) < seats; time.Sleep(pause / 10) {
		if time.Since(began) > time.Minute {
			t.Fatal("a seat is taken when the tests are over")
		}
	}
}

// TestTake holds that there are as many seats as there should be, and that whoever finds none gets the first that is
// given up.
func TestTake(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var taken []*flock.Flock
	for range seats {
		f, err := take()
		if err != nil {
			t.Fatal(err)
		}
		taken = append(taken, f)
	}
	got := make(chan *flock.Flock)
	go func() {
		f, err := take()
		if err != nil {
			t.Error(err)
		}
		got <- f
	}()
	select {
	case <-got:
		t.Fatal("there is one seat more")
	case <-time.After(2 * pause / 5):
	}
	last := taken[seats-1]
	_ = last.Close()
	if f := <-got; f.Path() != last.Path() {
		t.Errorf("got %s, and %s was given up", f.Path(), last.Path())
	} else {
		taken[seats-1] = f
	}
	for _, f := range taken {
		_ = f.Close()
	}
}
