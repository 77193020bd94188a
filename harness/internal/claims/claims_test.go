package claims

import (
	"strings"
	"testing"

	"spabench/harness/internal/record"
)

// Ids are unique and kebab-case, and claims say what they claim and how that is tested.
func TestClaimsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range All() {
		if seen[c.ID] || c.ID != strings.ToLower(c.ID) || strings.ContainsAny(c.ID, " _") {
			t.Errorf("id %q", c.ID)
		}
		seen[c.ID] = true
		if !strings.HasSuffix(c.Words, ".") || len(c.Test) < 20 || c.Run == nil {
			t.Errorf("%s: %q, %q", c.ID, c.Words, c.Test)
		}
	}
	if _, err := selectClaims([]string{"split-latr"}); err == nil || !strings.Contains(err.Error(), `"split-later"`) {
		t.Errorf("a mistyped id: %v", err)
	}
}

func TestJudgeLastStage(t *testing.T) {
	for _, c := range []struct {
		starts [3]string // without a target, and with the last stage and the seed stage as the target
		want   record.Verdict
	}{
		{[3]string{"/server", "/server", "/seed"}, record.Holds},
		{[3]string{"/seed", "/server", "/seed"}, record.Refuted},
		{[3]string{"/server", "/server", "/server"}, record.Refuted},
	} {
		o := record.LastStageObserved{Untargeted: c.starts[0], Runtime: c.starts[1], Seed: c.starts[2]}
		if got := judgeLastStage(o); got != c.want {
			t.Errorf("%q: %s, want %s", c.starts, got, c.want)
		}
	}
}
