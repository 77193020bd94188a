package witness

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
	"spabench/variants"
)

func page(change func(*record.Load)) record.Load {
	l := record.Load{
		Name: "page", Path: "/", Coding: "gzip", Rate: 1000, Connections: 16,
		LeadIn: 100 * time.Millisecond, Duration: time.Second,
	}
	if change != nil {
		change(&l)
	}
	return l
}

// The clients of h2load together send at the load's rate, one after the other, until the slice is over.
func TestInvocation(t *testing.T) {
	header := http.Header{"Accept-Encoding": {"gzip"}, "Accept": {"text/html"}}
	for _, tc := range []struct {
		name string
		load record.Load
		long time.Duration
		want string
	}{
		{
			"the plan's load", page(nil), 1100 * time.Millisecond,
			"env LIBEV_FLAGS=1 h2load --h1 --clients=16 --requests=1104 --rps=62.5 --rate=1 --rate-period=1ms",
		},
		{
			"a lower rate", page(func(l *record.Load) { l.Rate, l.Connections = 100, 4 }), time.Second,
			"env LIBEV_FLAGS=1 h2load --h1 --clients=4 --requests=100 --rps=25 --rate=1 --rate-period=10ms",
		},
		{
			"more than one request in a millisecond", page(func(l *record.Load) { l.Rate, l.Connections = 4000, 40 }),
			time.Second,
			"env LIBEV_FLAGS=1 h2load --h1 --clients=40 --requests=4000 --rps=100 --rate=4 --rate-period=1ms",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			want := append(strings.Fields(tc.want), "--header=Accept: text/html", "--header=Accept-Encoding: gzip")
			if got := invocation(tc.load, header, tc.long); !slices.Equal(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestParseLog(t *testing.T) {
	got, err := parseLog("1795937252905994\t200\t143\n1795937252903421\t-1\t2000000\tone column more\n")
	want := []request{
		{time.UnixMicro(1795937252903421), -1, 2 * time.Second},
		{time.UnixMicro(1795937252905994), 200, 143 * time.Microsecond},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	for name, text := range map[string]string{
		"empty": "", "two columns": "1\t200\n", "no time": "now\t200\t143\n", "no status": "1\tOK\t143\n",
		"a fraction": "1\t200\t14.3\n", "a line of the summary": "finished in 1.00s, 1000.00 req/s\n",
	} {
		if _, err := parseLog(text); err == nil || !strings.HasPrefix(err.Error(), "read h2load's log: ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// A slice has what was sent after the lead-in and before the end, and the lag of that behind an even schedule.
func TestSlice(t *testing.T) {
	l := page(func(l *record.Load) { l.LeadIn, l.Duration = 2*time.Millisecond, 4*time.Millisecond })
	began := time.UnixMicro(1795937252000000)
	var requests []request
	for i := range 10 {
		sent, took := began.Add(time.Duration(i)*time.Millisecond), time.Duration(100+i)*time.Microsecond
		requests = append(requests, request{sent, 200, took})
	}
	requests[4].sent = requests[4].sent.Add(300 * time.Microsecond)
	got, err := slice(requests, l)
	if err != nil {
		t.Fatal(err)
	}
	if got.Requests != 4 || !got.Began.Equal(began.Add(l.LeadIn)) || got.Over != l.Duration {
		t.Errorf("%d requests from %s, over %s", got.Requests, got.Began.Sub(began), got.Over)
	}
	if want := 300 * time.Microsecond; got.LagP99 < want || got.LagP99 > want+want/100 {
		t.Errorf("lag %s, want %s", got.LagP99, want)
	}
	for q, want := range map[float64]time.Duration{0.25: 102 * time.Microsecond, 1: 105 * time.Microsecond} {
		if d, ok, err := stat.Quantile(string(got.Latency), q); !ok || err != nil || d.Round(time.Microsecond) != want {
			t.Errorf("quantile %g is %s, %v, want %s", q, d, err, want)
		}
	}
}

func TestVerify(t *testing.T) {
	const summary = "status codes: 2 2xx, 0 3xx, 0 4xx, 0 5xx\n" +
		"traffic: 1.34KB (1368) total, 212B (212) headers (space savings 0.00%), 1.10KB (1126) data\n"
	right := []request{{status: 200}, {status: 200}}
	for _, tc := range []struct {
		name     string
		requests []request
		said     string
		wrong    uint64
		reason   string
	}{
		{"right", right, summary, 0, ""},
		{"another status", []request{{status: 200}, {status: 404}}, summary, 1, "status 404, want 200"},
		{"no response", []request{{status: -1}, {status: -1}}, summary, 2, "status -1, want 200"},
		{"shorter bodies", right, strings.Replace(summary, "(1126)", "(1125)", 1), 2,
			"bodies of 1125 bytes together, want 1126"},
		{"no summary", right, "", 2, "does not say"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			wrong, reasons := verify(tc.requests, tc.said, load.Want{Status: 200, Length: 563})
			why := strings.Join(reasons, "; ")
			if wrong != tc.wrong || !strings.Contains(why, tc.reason) || (wrong == 0) != (why == "") {
				t.Errorf("%d wrong, %q", wrong, reasons)
			}
		})
	}
}

// Readings outside of the period do not count; without two in it there is no CPU time.
func TestWithin(t *testing.T) {
	began := time.UnixMicro(1795937252000000)
	at := func(ms int, cpu time.Duration) reading {
		return reading{began.Add(time.Duration(ms) * time.Millisecond), cpu}
	}
	readings := []reading{at(-50, 5), at(0, 10), at(50, 16), at(100, 30), at(150, 100)}
	for _, tc := range []struct {
		until     int
		cpu, over time.Duration
	}{
		{120, 20, 100 * time.Millisecond}, {50, 6, 50 * time.Millisecond}, {40, 0, 0},
	} {
		cpu, over := within(readings, began, began.Add(time.Duration(tc.until)*time.Millisecond))
		if cpu != tc.cpu || over != tc.over {
			t.Errorf("until %d ms: %d ns in %s, want %d ns in %s", tc.until, cpu, over, tc.cpu, tc.over)
		}
	}
	if cpu, over := within(nil, began, began); cpu != 0 || over != 0 {
		t.Errorf("without readings: %d ns in %s", cpu, over)
	}
}

func TestOptionsRefused(t *testing.T) {
	good := func() Options {
		return Options{Rounds: 1, Turns: 1, Variants: make([]variants.Variant, 1), Load: page(nil)}
	}
	if err := good().check(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*Options){
		"0 rounds of 1 turns":              func(o *Options) { o.Rounds = 0 },
		"1 rounds of 0 turns":              func(o *Options) { o.Turns = 0 },
		"no variants":                      func(o *Options) { o.Variants = nil },
		"does not ask for the page alone":  func(o *Options) { o.Load.Visit = record.FirstVisit },
		"must be positive":                 func(o *Options) { o.Load.LeadIn = 0 },
		"on 10 connections or more, not 9": func(o *Options) { o.Load.Connections = 9 },
	} {
		o := good()
		change(&o)
		if err := o.check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
