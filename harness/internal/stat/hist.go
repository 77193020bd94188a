package stat

import (
	"fmt"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Range and precision of every latency histogram: nanoseconds, to three significant digits.
const (
	lowest  = int64(time.Microsecond)
	highest = int64(60 * time.Second)
	digits  = 3
)

// New is an empty histogram of nanoseconds, from 1 µs to 60 s.
func New() *hdrhistogram.Histogram { return hdrhistogram.New(lowest, highest, digits) }

// Record adds one duration. What is above 60 s counts as 60 s and what is below 0 as 0, so that every request is
// counted.
func Record(h *hdrhistogram.Histogram, d time.Duration) {
	_ = h.RecordValue(min(max(int64(d), 0), highest)) // in range, so never refused
}

// Encode is the histogram in the HdrHistogram V2 compressed form, base64; "" when it is empty.
// Any HdrHistogram implementation reads it.
func Encode(h *hdrhistogram.Histogram) (string, error) {
	if h.TotalCount() == 0 {
		return "", nil
	}
	b, err := h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err != nil {
		return "", fmt.Errorf("encode histogram: %w", err)
	}
	return string(b), nil
}

// Decode reads what Encode wrote. It refuses a histogram of another range or precision.
func Decode(s string) (*hdrhistogram.Histogram, error) {
	if s == "" {
		return New(), nil
	}
	h, err := hdrhistogram.Decode([]byte(s))
	if err != nil {
		return nil, fmt.Errorf("decode histogram: %w", err)
	}
	return h, sameShape(h)
}

// decodePacked is Decode into the few hundred counts that are not 0. A quantile needs no more, and allocating and
// clearing the 140 kB of the full range for each one takes most of the time that rendering a run takes.
func decodePacked(s string) (*hdrhistogram.PackedHistogram, error) {
	h, err := hdrhistogram.DecodePacked([]byte(s))
	if err != nil {
		return nil, fmt.Errorf("decode histogram: %w", err)
	}
	return h, sameShape(h)
}

// sameShape returns an error unless the histogram has the range and the precision of New.
func sameShape(h interface {
	LowestTrackableValue() int64
	HighestTrackableValue() int64
	SignificantFigures() int64
}) error {
	if h.LowestTrackableValue() != lowest || h.HighestTrackableValue() != highest || h.SignificantFigures() != digits {
		return fmt.Errorf("decode histogram: it covers %v to %v with %d digits, not %v to %v with %d",
			time.Duration(h.LowestTrackableValue()), time.Duration(h.HighestTrackableValue()), h.SignificantFigures(),
			time.Duration(lowest), time.Duration(highest), digits)
	}
	return nil
}

// Check returns an error unless Decode can read the histogram.
func Check(encoded string) error {
	if encoded == "" {
		return nil
	}
	_, err := decodePacked(encoded)
	return err
}

// Merge is one histogram of all that the encoded ones hold.
func Merge(encoded ...string) (*hdrhistogram.Histogram, error) {
	sum := New()
	for _, s := range encoded {
		h, err := Decode(s)
		if err != nil {
			return nil, err
		}
		sum.Merge(h)
	}
	return sum, nil
}

// Quantile is the latency that the fraction q (0 to 1) of the values in the encoded histogram does not exceed.
// It reports false when the histogram is empty.
func Quantile(encoded string, q float64) (time.Duration, bool, error) {
	if encoded == "" {
		return 0, false, nil
	}
	h, err := decodePacked(encoded)
	if err != nil || h.TotalCount() == 0 {
		return 0, false, err
	}
	return time.Duration(h.ValueAtPercentile(100 * q)), true, nil
}
