package harness

import (
	"runtime"
	"sync"
	"testing"
	"time"
)

// Two threads on CPUs of their own wake each other: that takes a microsecond or more, and far less than a second.
func TestWakes(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("needs two CPUs of this machine")
	}
	var took time.Duration
	var wg sync.WaitGroup
	wg.Go(func() {
		if bind(0) == nil {
			took = wakes(1)
		}
	})
	wg.Wait()
	if took < trips*time.Microsecond || took > time.Second {
		t.Errorf("%d wake-ups and back took %s", trips, took)
	}
}
