package chromium_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"

	"spabench/harness/chromium"
	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

// atOnce is how many servers are looked at in a browser at once.
const atOnce = 2

// inBrowser lists the mutants of checks that need a browser.
func inBrowser(list []mutant.Mutant) []mutant.Mutant {
	var names []string
	for _, c := range spatest.Checks() {
		if slices.Contains(c.Needs, spatest.FeatureBrowser) {
			names = append(names, c.Name)
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(m mutant.Mutant) bool { return !slices.Contains(names, m.Check) })
}

func TestReference(t *testing.T) {
	judge(t, start(t), []mutant.Mutant{{Name: "reference", Doc: "behaves", Wrap: func(next http.Handler) http.Handler { return next }}}, true)
}

func TestMutants(t *testing.T) { judge(t, start(t), inBrowser(mutant.All()), false) }

func TestOddities(t *testing.T) { judge(t, start(t), inBrowser(mutant.Oddities()), true) }

// judge lets the group of the browser judge each mutant; that they pass all other
// checks is shown where the mutants are, without a browser.
func judge(t *testing.T, browser *chromium.Browser, list []mutant.Mutant, oddity bool) {
	var wg sync.WaitGroup
	places := make(chan struct{}, atOnce)
	problems := make([][]string, len(list))
	for i, m := range list {
		wg.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			problems[i] = inspect(t, browser, m, oddity)
		})
	}
	wg.Wait()
	for i, m := range list {
		t.Run(m.Name, func(t *testing.T) {
			for _, problem := range problems[i] {
				t.Errorf("a server that %s: %s", m.Doc, problem)
			}
		})
	}
}

func inspect(t *testing.T, browser *chromium.Browser, m mutant.Mutant, oddity bool) []string {
	url, stop, err := mutant.Start(m.Handler())
	if err != nil {
		return []string{err.Error()}
	}
	defer stop()
	target := m.Target(url)
	target.Browser = browser
	// The old tab takes longest, and only its own mutants change what it sees.
	for _, c := range spatest.Checks() {
		if c.Group == "browser" && (c.Name != "browser-old-tab" || m.Check == c.Name || m.Check == "") {
			target.Only = append(target.Only, c.Name)
		}
	}
	report, err := spatest.Inspect(t.Context(), target)
	if err != nil {
		return []string{err.Error()}
	}
	for _, o := range report.Outcomes {
		t.Logf("%s: %s: %s in %.1f s %s", m.Name, o.Check, o.Verdict, o.Duration.Seconds(), o.Reason)
	}
	return m.Judge(report, oddity)
}
