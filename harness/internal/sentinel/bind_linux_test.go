package sentinel

import (
	"runtime"
	"sync"
	"testing"
	"time"
)

// TestTimeWakeUps holds that two threads on CPUs of their own take a microsecond or more to wake each other, and far
// less than a second.
func TestTimeWakeUps(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("needs two CPUs of this machine")
	}
	var took time.Duration
	var wg sync.WaitGroup
	wg.Go(func() {
		if bind(0) == nil {
			took = timeWakeUps(1)
		}
	})
	wg.Wait()
	if took < roundTrips*time.Microsecond || took > time.Second {
		t.Errorf("%d round trips took %s", roundTrips, took)
	}
}
