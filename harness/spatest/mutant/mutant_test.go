package mutant_test

import (
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

// TestMain lets the collector be lazy: fixtures are made thousands of times, and are small.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

func TestReferencePassesAll(t *testing.T) {
	passesAll(t, "", "routing-base-path", "routing-fallback-page", "routing-nested-app")
}

// TestReferenceUnderAPath: the suite works for an app that is not at the root of
// its origin, deep in it even.
func TestReferenceUnderAPath(t *testing.T) {
	passesAll(t, "/team/app", "assets-well-known", "assets-well-known-404", "assets-well-known-type",
		"routing-fallback-page", "routing-nested-app")
}

// passesAll: the reference passes every check but those that its place makes pointless.
func passesAll(t *testing.T, under string, skipped ...string) {
	t.Helper()
	m := mutant.Mutant{Under: under, Wrap: func(reference http.Handler) http.Handler { return reference }}
	report, err := m.Inspect(t.Context(), mutant.Whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range report.Outcomes {
		want := spatest.Passed
		if slices.Contains(skipped, o.Check) {
			want = spatest.Skipped
		}
		if strings.HasPrefix(o.Reason, "needs a browser") {
			continue // package chromium has one, and the same test
		}
		if o.Verdict != want {
			t.Errorf("%s: %s: %s", o.Check, o.Verdict, o.Reason)
		}
		for _, f := range o.Findings {
			t.Error(f)
		}
	}
	if len(report.Outcomes) != len(spatest.Checks()) {
		t.Errorf("%d outcomes of %d checks", len(report.Outcomes), len(spatest.Checks()))
	}
}

// TestMutants: each mutant fails the checks that it declares, and blocks those
// that depend on them; all others pass. Under -short nobody asks the others, which
// takes minutes.
func TestMutants(t *testing.T) { judge(t, mutant.All(), false) }

func TestOddities(t *testing.T) { judge(t, mutant.Oddities(), true) }

// atOnce is how many servers are checked at once: most of the time is waiting.
const atOnce = 24

func judge(t *testing.T, list []mutant.Mutant, oddity bool) {
	extent := mutant.Whole
	if testing.Short() {
		extent = mutant.Own
		t.Log("the other checks take minutes and are left out")
	}
	places := make(chan struct{}, atOnce)
	for _, m := range list {
		t.Run(m.Name, func(t *testing.T) {
			problems := make(chan []string, 1)
			go func() {
				places <- struct{}{}
				defer func() { <-places }()
				report, err := m.Inspect(t.Context(), extent)
				if err != nil {
					problems <- []string{err.Error()}
					return
				}
				problems <- m.Judge(report, oddity)
			}()
			t.Parallel() // waits until all that -run selects have begun
			for _, problem := range <-problems {
				t.Errorf("a server that %s: %s", m.Doc, problem)
			}
		})
	}
}

// TestEveryCheckIsProven guards the suite: no check without a mutant that fails
// it and an oddity that it must allow, and no name that is not a check's.
func TestEveryCheckIsProven(t *testing.T) {
	allowed := func(list []mutant.Mutant, kind string) map[string]bool {
		checks, names := map[string]bool{}, map[string]bool{}
		for _, m := range list {
			if names[m.Name] || m.Doc == "" || strings.HasSuffix(m.Doc, ".") {
				t.Errorf("%s %s: the name must be unique, the doc a clause without a full stop", kind, m.Name)
			}
			if !slices.ContainsFunc(spatest.Checks(), func(c spatest.Check) bool { return c.Name == m.Check }) {
				t.Errorf("%s %s: no check is called %q", kind, m.Name, m.Check)
			}
			names[m.Name] = true
			if len(m.Also) == 0 {
				checks[m.Check] = true
			}
		}
		return checks
	}
	mutants, oddities := allowed(mutant.All(), "mutant"), allowed(mutant.Oddities(), "oddity")
	for _, c := range spatest.Checks() {
		if !mutants[c.Name] {
			t.Errorf("%s has no mutant of its own: nothing shows that it can fail alone", c.Name)
		}
		if !oddities[c.Name] {
			t.Errorf("%s has no oddity: nothing shows that it allows what is legal", c.Name)
		}
	}
}
