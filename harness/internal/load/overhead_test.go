package load

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"spabench/harness/internal/stat"
)

// answered returns the n-th result of an attack as vegeta reports it.
func answered(n uint64, began time.Time, body []byte) *vegeta.Result {
	return &vegeta.Result{
		Seq: n, Code: 200, Timestamp: began.Add(time.Duration(n) * time.Millisecond),
		Latency: time.Duration(n%977) * time.Microsecond,
		Body:    body, Headers: map[string][]string{},
	}
}

// BenchmarkRecord measures what it costs to record a request: its time, latency, lag and bytes. Compare it with the CPU
// time per request of the generator's container in a recorded run.
func BenchmarkRecord(b *testing.B) {
	t, began, body := newTally(spec("http://h")), time.Now(), []byte(page)
	t.begin()
	for n := uint64(0); b.Loop(); n++ {
		t.count(answered(n, began, body))
	}
}

// BenchmarkVerify measures what it costs to verify a request: status, coding and length, and the bytes of one in 64.
func BenchmarkVerify(b *testing.B) {
	t, began, body := newTally(spec("http://h")), time.Now(), []byte(page)
	for n := uint64(0); b.Loop(); n++ {
		if why := t.verify(answered(n, began, body), n%hashEvery == 0); why != "" {
			b.Fatal(why)
		}
	}
}

// BenchmarkSlice measures what a slice costs besides its hits: it has one, which is due at once. Six arms take turns.
// Their counters are the kernel's own files, where there are any.
func BenchmarkSlice(b *testing.B) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(page))
	}))
	defer srv.Close()
	var arms takers
	for n := range 6 {
		a := Arm{Name: fmt.Sprint(n), Spec: spec(srv.URL)}
		a.Spec.Rate, a.Spec.Connections = 1e6, 16
		for _, file := range []string{"/sys/fs/cgroup/cpuacct/cpuacct.usage", "/sys/fs/cgroup/cpu.stat"} {
			if _, err := os.Stat(file); err == nil {
				a.Counters = append(a.Counters, file)
			}
		}
		arms = append(arms, newTaker(a))
		defer arms[n].gun.close()
	}
	for turn := 1; b.Loop(); turn++ {
		if turn%len(arms) == 0 {
			runtime.GC()
		}
		if err := arms.slice(b.Context(), arms[turn%len(arms)], turn, 0, time.Microsecond); err != nil {
			b.Fatal(err)
		}
		arms.settle(turn)
	}
}

// Ten million requests take no more memory than ten thousand: each one only adds to the counts of three histograms.
func TestTenMillionRequests(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	tally, began, body := newTally(spec("http://h")), time.Now(), []byte(page)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	const few, many = 10_000, 10_000_000
	var after uint64
	tally.begin()
	for n := uint64(0); n < many; n++ {
		if n == few {
			after = heap()
		}
		tally.add(answered(n, began, body))
	}
	if grown := int64(heap()) - int64(after); grown > 1<<20 {
		t.Errorf("the heap grew by %d bytes from request %d to %d", grown, few, many)
	}
	tally.keep()
	got, err := tally.loaded()
	if err != nil || got.Requests != many || got.Wrong > 0 || got.Hashed != (many+hashEvery-1)/hashEvery {
		t.Errorf("%d requests, %d wrong, %d hashed, %v", got.Requests, got.Wrong, got.Hashed, err)
	}
	if size := len(got.Latency) + len(got.Planned) + len(got.Lag); size > 64<<10 {
		t.Errorf("the histograms take %d bytes in the record", size)
	}
	if h, err := stat.Decode(string(got.Latency)); err != nil || h.TotalCount() != many {
		t.Errorf("the histogram does not contain all requests: %v", err)
	}
	if peak := resident(t); peak > 300<<20 {
		t.Errorf("%d MB resident", peak>>20)
	}
}

// resident returns the peak resident memory of this process in bytes, or 0 if it is not known.
func resident(t *testing.T) int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
			var kb int64
			for _, digit := range fields[1] {
				kb = 10*kb + int64(digit-'0')
			}
			return kb << 10
		}
	}
	t.Error("no VmHWM in /proc/self/status")
	return 0
}
