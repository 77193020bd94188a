package record

import "testing"

// A generator is trusted up to 80% of what it sustains, and in older records up to half of its ceiling.
func TestTrusted(t *testing.T) {
	for _, tc := range []struct {
		name string
		c    Calibration
		want float64
	}{
		{"sustained", Calibration{Ceiling: 20_000, Sustained: Schedule{Rate: 5_000}}, 4_000},
		{"no rate was kept", Calibration{Ceiling: 20_000}, 0},
		{"not calibrated", Calibration{Err: "no answer"}, 0},
		{"older", Calibration{Ceiling: 20_000, Half: Schedule{Rate: 10_000, Sent: 8_000}}, 10_000},
	} {
		if got := tc.c.Trusted(); got != tc.want {
			t.Errorf("%s: trusted up to %v/s, want %v/s", tc.name, got, tc.want)
		}
	}
}
