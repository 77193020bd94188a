package rigtest

import (
	"errors"
	"sync"
	"testing"
	"time"

	"spabench/harness/internal/contract"
	"spabench/harness/internal/rig"
	"spabench/harness/spatest"
	"spabench/variants"
)

// building is held while a variant is built: many begin with the same layers, which the next one finds in the cache.
var building sync.Mutex

// Conform checks each of these variants in a subtest of its name, several at a time: it builds the variant, runs the
// rig's checks on it in its containers, and checks whether its API keeps the contract. If more is not nil, it is called
// with the running variant.
func Conform(
	t *testing.T, g rig.Rig, vs []variants.Variant, more func(*testing.T, variants.Variant, spatest.Target),
) {
	t.Helper()
	for _, v := range vs {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			conform(t, g, v, more)
		})
	}
}

func conform(t *testing.T, g rig.Rig, v variants.Variant, more func(*testing.T, variants.Variant, spatest.Target)) {
	t.Helper()
	ctx, cancel := untilLate(t, t.Context())
	defer cancel()
	building.Lock()
	built, img := rig.BuildVariant(ctx, g.Lab, v)
	building.Unlock()
	if built.Err != "" {
		t.Fatalf("%v\n%s", orLate(ctx, errors.New(built.Err)), built.Log)
	}
	progress("%s: built in %s; checking it", v.Name, built.Took.Round(100*time.Millisecond))
	var log string
	began := time.Now()
	err := g.WithRunning(ctx, v, img.Refs, func(target spatest.Target) error {
		browser := target.Browser
		target.Browser = nil
		if len(target.Only) == 0 {
			target.Only = withoutBrowser()
		}
		spatest.Run(t, target)
		t.Run("api-contract", func(t *testing.T) { contract.Check(t, target.URL) })
		target.Only, target.Browser = []string{"browser"}, browser
		if len(g.Checks) == 0 {
			spatest.Run(t, target)
		}
		if more != nil {
			more(t, v, target)
		}
		return nil
	}, &log)
	if err != nil {
		t.Fatalf("%v\n%s", orLate(ctx, err), log)
	}
	progress("%s: checked in %s", v.Name, time.Since(began).Round(100*time.Millisecond))
}

// withoutBrowser names the checks that need no browser.
func withoutBrowser() (names []string) {
	for _, c := range spatest.Checks() {
		if !c.NeedsAny(spatest.FeatureBrowser) {
			names = append(names, c.Name)
		}
	}
	return names
}
