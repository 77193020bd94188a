package main

import (
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	long := strings.Repeat("x", 90)
	for _, tc := range []struct {
		name   string
		column int
		text   string
		want   string
	}{
		{"empty", 10, "", ""},
		{"short", 10, "one line", "one line"},
		{"just fits", 70, "fits ended", "fits ended"},
		{"one too many", 70, "fits endeds", "fits\n" + strings.Repeat(" ", 70) + "endeds"},
		{"characters, not bytes", 70, "fits éndéd", "fits éndéd"},
		{"a long word stays whole", 2, "a " + long + " b", "a\n  " + long + "\n  b"},
		{"lines stay lines", 2, "first\nsecond\n\nthird", "first\n  second\n\n  third"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := wrap(tc.column, tc.text); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}
