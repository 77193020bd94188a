package nearest

import "testing"

func TestName(t *testing.T) {
	names := []string{"embedded-go", "disk-go", "fastapi", "null", "slow", "routing", "routing-deep-link"}
	for typed, want := range map[string]string{
		"embeded-go": "embedded-go", "fastpi": "fastapi", "FASTAPI": "fastapi", "null": "null",
		"slwo": "slow", "rooting": "routing", "disk": "disk-go", "deep-link": "routing-deep-link",
		"routing-deep": "routing-deep-link",
		// What is far off is no suggestion, though some candidate is always the nearest.
		"": "", "x": "", "go": "", "flask": "", "django": "", "caddy": "", "shop": "", "everything": "",
	} {
		if got := Name(typed, names); got != want {
			t.Errorf("Name(%q) = %q, want %q", typed, got, want)
		}
	}
	if got := Name("x", nil); got != "" {
		t.Errorf("Name of no candidates = %q", got)
	}
}

func TestSuggestion(t *testing.T) {
	for typed, want := range map[string]string{"nul": `; did you mean "null"?`, "everything": ""} {
		if got := Suggestion(typed, []string{"null"}); got != want {
			t.Errorf("Suggestion(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2},
		{"slwo", "slow", 1}, {"bnech", "bench", 1}, {"ab", "ba", 1}, {"abc", "cba", 2}, {"ngnix", "nginx", 1},
	} {
		if got := distance(tc.a, tc.b); got != tc.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tc.a, tc.b, got, tc.want)
		}
		if got := distance(tc.b, tc.a); got != tc.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tc.b, tc.a, got, tc.want)
		}
	}
}
