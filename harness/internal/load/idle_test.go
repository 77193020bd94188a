package load

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"spabench/harness/internal/cgroup"
)

// meter is a file with CPU time, in the kernel's format.
type meter struct {
	file string
	mu   sync.Mutex
	used time.Duration
}

func newMeter(t *testing.T) *meter {
	m := &meter{file: filepath.Join(t.TempDir(), cgroup.FileV1)}
	m.use(t, time.Second)
	return m
}

func (m *meter) use(t *testing.T, d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.used += d
	if err := os.WriteFile(m.file, fmt.Append(nil, int64(m.used), "\n"), 0o644); err != nil {
		t.Error(err)
	}
}

// What a container uses in its own slices belongs to the request; what it uses in those of others, it uses while idle.
// Two arms of one name are the same containers, which are not idle while the other one has its turn.
func TestIdle(t *testing.T) {
	busy, proxy, quiet := newMeter(t), newMeter(t), newMeter(t)
	s := &stage{then: map[string]func(int) string{
		"quiet": func(int) string { // meanwhile the busy one burns CPU time
			busy.use(t, 3*time.Millisecond)
			quiet.use(t, time.Millisecond)
			return page
		},
		"busy": func(int) string {
			busy.use(t, 2*time.Millisecond)
			proxy.use(t, 5*time.Millisecond)
			return page
		},
	}}
	direct := s.arm(t, "busy", busy.file, proxy.file)
	direct.Spec.Load = "page-direct"
	got := interleave(t, interleaved(3,
		s.arm(t, "quiet", quiet.file), s.arm(t, "busy", busy.file, proxy.file), direct, s.arm(t, "unknown")))
	const hits = turns * sliceHits
	ofBusy := []time.Duration{sliceHits * 2 * time.Millisecond, sliceHits * 5 * time.Millisecond}
	for n, want := range []struct {
		idle time.Duration
		cpu  []time.Duration // of a slice
	}{
		{0, []time.Duration{sliceHits * time.Millisecond}},
		{hits * 3 * time.Millisecond, ofBusy},
		{hits * 3 * time.Millisecond, ofBusy},
		{0, nil},
	} {
		checkSlices(t, got[n])
		if got[n].Idle != want.idle {
			t.Errorf("arm %d: used %s while idle, want %s", n, got[n].Idle, want.idle)
		}
		for _, s := range got[n].Slices {
			if !slices.Equal(s.CPU, want.cpu) {
				t.Errorf("arm %d: used %s in a slice, want %s", n, s.CPU, want.cpu)
			}
		}
	}
	quietSent, busySent, unknownSent := got[0].Elapsed, got[1].Elapsed+got[2].Elapsed, got[3].Elapsed
	if over := got[0].IdleOver; over < busySent+unknownSent {
		t.Errorf("the quiet one was idle for %s, the others sent for %s", over, busySent+unknownSent)
	}
	if over := got[1].IdleOver; over < quietSent+unknownSent || over != got[2].IdleOver {
		t.Errorf("the busy one was idle for %s and %s, the others sent for %s",
			over, got[2].IdleOver, quietSent+unknownSent)
	}
	if got[3].IdleOver != 0 {
		t.Errorf("idle for %s, but its CPU time is unknown", got[3].IdleOver)
	}
}

// Counters that vanish are those of a container that has exited. At the beginning, they are a mistake.
func TestCountersVanish(t *testing.T) {
	m := newMeter(t)
	s := &stage{then: map[string]func(int) string{"exits": func(n int) string {
		if n == warmUpHits+2*(leadInHits+sliceHits) {
			_ = os.Remove(m.file)
		}
		return page
	}}}
	i := interleaved(1, s.arm(t, "exits", m.file), s.arm(t, "stays"))
	got := interleave(t, i)
	for _, s := range got[0].Slices {
		if known := len(s.CPU) > 0; known != (s.Turn < 2) {
			t.Errorf("turn %d used %s, and the counters vanished in the second", s.Turn, s.CPU)
		}
	}
	checkSlices(t, got[0])
	if _, err := Interleave(t.Context(), i); err == nil || !strings.Contains(err.Error(), "counters of exits") {
		t.Errorf("error %v where there are no counters from the beginning", err)
	}
}
