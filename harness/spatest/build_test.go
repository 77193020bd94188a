package spatest_test

import (
	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
	"strings"
	"testing"
)

// TestFixtureIsRecognised: every asset of the fixture counts as hashed, and
// nothing else does.
func TestFixtureIsRecognised(t *testing.T) {
	files, err := spatest.BuildFiles(mutant.Fixture())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Hashed != strings.HasPrefix(f.Name, "assets/") {
			t.Errorf("%s: hashed is %t", f.Name, f.Hashed)
		}
	}
	if dir := spatest.AssetDir(files); dir != "/assets" {
		t.Errorf("assets are in %q", dir)
	}
}
