package nearest

import "testing"

func TestName(t *testing.T) {
	names := []string{"embedded-go", "disk-go", "fastapi", "null"}
	for typed, want := range map[string]string{
		"embeded-go": "embedded-go", "fastpi": "fastapi", "disk": "disk-go", "FASTAPI": "fastapi", "": "null", "null": "null",
	} {
		if got := Name(typed, names); got != want {
			t.Errorf("Name(%q) = %q, want %q", typed, got, want)
		}
	}
	if got := Name("x", nil); got != "" {
		t.Errorf("Name of no candidates = %q", got)
	}
}

func TestDistance(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}} {
		if got := distance(tc.a, tc.b); got != tc.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tc.a, tc.b, got, tc.want)
		}
	}
}
