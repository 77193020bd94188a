package chromium_test

import (
	"net/http"
	"slices"
	"testing"

	"spabench/harness/chromium"
	"spabench/harness/chromium/chromiumtest"
	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

// atOnce is how many servers are looked at in a browser at once.
const atOnce = 4

// inBrowser lists the mutants of checks that need a browser.
func inBrowser(list []mutant.Mutant) []mutant.Mutant {
	var names []string
	for _, c := range spatest.Checks() {
		if c.NeedsAny(spatest.FeatureBrowser) {
			names = append(names, c.Name)
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(m mutant.Mutant) bool { return !slices.Contains(names, m.Check) })
}

func TestReference(t *testing.T) {
	judge(
		t,
		chromiumtest.Start(t),
		[]mutant.Mutant{{Name: "reference", Doc: "behaves",
			Wrap: func(next http.Handler) http.Handler { return next }}},
		true,
	)
}

func TestMutants(t *testing.T) { judge(t, chromiumtest.Start(t), inBrowser(mutant.All()), false) }

func TestOddities(t *testing.T) {
	judge(t, chromiumtest.Start(t), inBrowser(mutant.Oddities()), true)
}

// judge lets the check in question judge each mutant, and what depends on it. That
// they pass all other checks is shown where the mutants are, without a browser,
// and by spabench mutants score with one, which takes longer.
func judge(t *testing.T, browser *chromium.Browser, list []mutant.Mutant, oddity bool) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	places := make(chan struct{}, atOnce)
	for _, m := range list {
		t.Run(m.Name, func(t *testing.T) {
			problems := make(chan []string, 1)
			go func() {
				places <- struct{}{}
				defer func() { <-places }()
				problems <- inspect(t, browser, m, oddity)
			}()
			t.Parallel() // waits until all that -run selects have begun
			for _, problem := range <-problems {
				t.Errorf("a server that %s: %s", m.Doc, problem)
			}
		})
	}
}

func inspect(t *testing.T, browser *chromium.Browser, m mutant.Mutant, oddity bool) []string {
	report, err := m.InspectIn(t.Context(), browser, mutant.Own)
	if err != nil {
		return []string{err.Error()}
	}
	for _, o := range report.Outcomes {
		t.Logf("%s: %s: %s in %.1f s %s", m.Name, o.Check, o.Verdict, o.Duration.Seconds(), o.Reason)
	}
	return m.Judge(report, oddity)
}
