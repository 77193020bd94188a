package sentinel

import (
	"context"
	"errors"
	"runtime"
	"testing"
)

// TestMeasureNoise holds that the quantiles are multiples of the shortest time, in order, and that it ends with ctx.
func TestMeasureNoise(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("threads are bound to CPUs on Linux only")
	}
	n, err := MeasureNoise(t.Context(), "0", 0)
	if err != nil {
		t.Fatal(err)
	}
	if n.Pieces != 10 || n.Took <= 0 || n.Median < 1 || n.P95 < n.Median || n.Max < n.P95 ||
		n.Steal < 0 || n.Steal > 1 {
		t.Errorf("%+v", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := MeasureNoise(ctx, "0", 0); !errors.Is(err, context.Canceled) {
		t.Errorf("after its context ended: %v", err)
	}
	if _, err := MeasureNoise(t.Context(), "none", 0); err == nil {
		t.Error("a cpuset that is none: no error")
	}
}

func TestQuantile(t *testing.T) {
	sorted := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	for q, want := range map[float64]float64{0: 1, 0.1: 1, 0.5: 5, 0.95: 10, 1: 10} {
		if got := quantile(sorted, q); got != want {
			t.Errorf("quantile %v: %v, want %v", q, got, want)
		}
	}
}
