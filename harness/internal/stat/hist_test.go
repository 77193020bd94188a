package stat

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// ramp holds 1 µs, 2 µs, … n µs, so that every quantile is known.
func ramp(n int) *hdrhistogram.Histogram {
	h := New()
	for i := 1; i <= n; i++ {
		Record(h, time.Duration(i)*time.Microsecond)
	}
	return h
}

func encode(t *testing.T, h *hdrhistogram.Histogram) string {
	t.Helper()
	s, err := Encode(h)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestQuantile(t *testing.T) {
	encoded := encode(t, ramp(100_000))
	for _, tt := range []struct {
		q    float64
		want time.Duration
	}{{0.5, 50 * time.Millisecond}, {0.99, 99 * time.Millisecond}, {1, 100 * time.Millisecond}} {
		got, ok, err := Quantile(encoded, tt.q)
		if err != nil || !ok {
			t.Fatalf("quantile %v: %v, %v", tt.q, ok, err)
		}
		if off := math.Abs(float64(got-tt.want)) / float64(tt.want); off > 0.001 {
			t.Errorf("quantile %v: got %v, want %v within a thousandth", tt.q, got, tt.want)
		}
	}
	if _, ok, err := Quantile("", 0.5); ok || err != nil {
		t.Errorf("an empty histogram has a quantile: %v, %v", ok, err)
	}
}

// A quantile is read from a packed histogram; it is the same as that of the full one.
func TestQuantileIsThatOfTheFullHistogram(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 7, 500, 20_000} {
		h := New()
		for range n {
			Record(h, time.Duration(1e6*math.Exp(2*random.NormFloat64())))
		}
		encoded := encode(t, h)
		for _, q := range []float64{0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.9999, 1} {
			got, ok, err := Quantile(encoded, q)
			if want := time.Duration(h.ValueAtPercentile(100 * q)); err != nil || !ok || got != want {
				t.Errorf("quantile %v of %d values: %v, %v, %v, want %v", q, n, got, ok, err, want)
			}
		}
	}
}

func TestEncodeDecode(t *testing.T) {
	want := ramp(1000)
	got, err := Decode(encode(t, want))
	if err != nil {
		t.Fatal(err)
	}
	if !got.Equals(want) {
		t.Error("what was decoded differs from what was encoded")
	}
	if s := encode(t, New()); s != "" {
		t.Errorf("an empty histogram is %q, want nothing", s)
	}
	if h, err := Decode(""); err != nil || h.TotalCount() != 0 {
		t.Errorf("nothing decodes to %v values, %v", h.TotalCount(), err)
	}
}

func TestRecordCountsEverything(t *testing.T) {
	h := New()
	for _, d := range []time.Duration{-time.Second, 0, time.Nanosecond, 60 * time.Second, time.Hour} {
		Record(h, d)
	}
	if h.TotalCount() != 5 {
		t.Errorf("%d of 5 recorded", h.TotalCount())
	}
	if max := time.Duration(h.Max()); max < 60*time.Second || max > 61*time.Second {
		t.Errorf("largest is %v, want about 60s", max)
	}
}

func TestMerge(t *testing.T) {
	h, err := Merge(encode(t, ramp(100)), "", encode(t, ramp(300)))
	if err != nil {
		t.Fatal(err)
	}
	if h.TotalCount() != 400 {
		t.Errorf("merged %d values, want 400", h.TotalCount())
	}
	if _, err := Merge("", "!"); err == nil {
		t.Error("merged something that is no histogram")
	}
}

func TestDecodeRefuses(t *testing.T) {
	other := hdrhistogram.New(1, 1000, 2)
	_ = other.RecordValue(5)
	foreign, err := other.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err != nil {
		t.Fatal(err)
	}
	whole := encode(t, ramp(5000))
	tests := map[string]string{
		"not base64":    "no histogram",
		"cut short":     whole[:len(whole)/2],
		"another range": string(foreign),
		"too short":     "AAAA",
	}
	if err := errors.Join(Check(""), Check(whole)); err != nil {
		t.Errorf("the check refuses what can be read: %v", err)
	}
	for name, in := range tests {
		if _, err := Decode(in); err == nil || !strings.HasPrefix(err.Error(), "decode histogram: ") {
			t.Errorf("%s: got %v", name, err)
		}
		if err := Check(in); err == nil || !strings.HasPrefix(err.Error(), "decode histogram: ") {
			t.Errorf("%s: the check got %v", name, err)
		}
		if _, ok, err := Quantile(in, 0.5); ok || err == nil {
			t.Errorf("%s: has a quantile", name)
		}
	}
}
