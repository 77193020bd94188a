package spatest_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"spabench/harness/spatest"
)

func TestChecksAreWellFormed(t *testing.T) {
	name := regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)+$`)
	seen := []string{}
	for _, c := range spatest.Checks() {
		if !name.MatchString(c.Name) || !strings.HasPrefix(c.Name, c.Group+"-") || slices.Contains(seen, c.Name) {
			t.Errorf("%q of group %q: want a unique kebab-case name that begins with its group", c.Name, c.Group)
		}
		if c.Requirement() == "" || c.Rationale() == "" || strings.HasSuffix(c.Requirement(), ".") ||
			!strings.HasPrefix(c.Doc, c.Requirement()+"\n\n") {
			t.Errorf("%s: Doc is a requirement in one line, a blank line, a rationale", c.Name)
		}
		if !strings.HasPrefix(c.Spec, "https://") || c.Run == nil {
			t.Errorf("%s: Spec or Run is missing", c.Name)
		}
		for _, on := range c.DependsOn {
			if !slices.Contains(seen, on) { // earlier: so there is no circle
				t.Errorf("%s depends on %s, which does not come before it", c.Name, on)
			}
		}
		if len(c.DependsOn) == 0 && c.Name != "routing-root" {
			t.Errorf("%s does not depend on routing-root", c.Name)
		}
		seen = append(seen, c.Name)
	}
}

func TestLevelText(t *testing.T) {
	for level, want := range map[spatest.Level]string{spatest.Must: "MUST",
		spatest.Should: "SHOULD", spatest.May: "MAY"} {
		text, err := level.MarshalText()
		if err != nil || string(text) != want || level.String() != want {
			t.Errorf("%d: %s, %v, want %s", level, text, err, want)
		}
		var back spatest.Level
		if err := back.UnmarshalText(text); err != nil || back != level {
			t.Errorf("%s reads as %v, %v", text, back, err)
		}
	}
	var l spatest.Level
	if err := l.UnmarshalText([]byte("must")); err == nil {
		t.Error("an unknown level is read")
	}
}
