package remedy

import (
	"os"
	"strings"
	"testing"
	"unicode"
)

// beyond are remedies that are not in the recipe, which has no API.
var beyond = map[string]bool{"api-unknown-404": true}

// TestRemediesOfSirvAreInItsRecipe: what is proposed is what the careful recipe does, which passes all checks in its
// container (spabench matrix --only sirv-careful). Lines may be broken elsewhere.
func TestRemediesOfSirvAreInItsRecipe(t *testing.T) {
	text, err := os.ReadFile("../../../variants/recipes/sirv-careful/server.js")
	if err != nil {
		t.Fatal(err)
	}
	recipe := dense(string(text))
	s, err := Find("sirv")
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, check := range s.Checks() {
		if s.Remedy(check) == s.Remedy("api-unknown-404") && beyond["api-unknown-404"] {
			continue
		}
		for _, part := range parts(s.Remedy(check)) {
			compared++
			if !strings.Contains(recipe, dense(part)) {
				t.Errorf("%s: the recipe does not have\n%s", check, part)
			}
		}
	}
	if compared < 20 {
		t.Errorf("%d parts were compared", compared)
	}
}

// parts are the lines of code between comments.
func parts(remedy string) []string {
	all := []string{""}
	for line := range strings.Lines(remedy) {
		if strings.HasPrefix(line, "//") {
			all = append(all, "")
			continue
		}
		all[len(all)-1] += line
	}
	var kept []string
	for _, part := range all {
		if strings.TrimSpace(part) != "" {
			kept = append(kept, part)
		}
	}
	return kept
}

// dense is code without white space and without comments that follow it.
func dense(code string) string {
	var b strings.Builder
	for line := range strings.Lines(code) {
		line, _, _ = strings.Cut(line, " // ")
		b.WriteString(line)
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, b.String())
}
