package mutant_test

import (
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

func inspect(t *testing.T, handler http.Handler) spatest.Report {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(nothing{}, "", 0) // mutants abort on purpose
	server.Start()
	defer server.Close()
	report, err := spatest.Inspect(t.Context(), spatest.Target{
		URL: server.URL, Dist: mutant.Fixture(), API: mutant.API, Canaries: []string{mutant.Canary},
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

type nothing struct{}

func (nothing) Write(p []byte) (int, error) { return len(p), nil }

func TestReferencePassesAll(t *testing.T) {
	start := time.Now()
	report := inspect(t, mutant.Reference(mutant.Fixture()))
	for _, o := range report.Outcomes {
		if o.Verdict != spatest.Passed {
			t.Errorf("%s: %s: %s", o.Check, o.Verdict, o.Reason)
		}
		for _, f := range o.Findings {
			t.Error(f)
		}
	}
	if len(report.Outcomes) != len(spatest.Checks()) {
		t.Errorf("%d outcomes of %d checks", len(report.Outcomes), len(spatest.Checks()))
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("the run took %s, want less than 5 s", took)
	}
}

// TestMutants: each mutant fails the check it names, and no other check but
// those that declare to depend on it.
func TestMutants(t *testing.T) {
	for _, m := range mutant.All() {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			for _, o := range inspect(t, m.Handler()).Outcomes {
				switch {
				case o.Check == m.Check:
					if o.Verdict != spatest.Failed {
						t.Errorf("a server that %s: %s: %s (%s), want fail", m.Doc, o.Check, o.Verdict, o.Reason)
					}
					for _, f := range o.Findings {
						t.Logf("%s", f)
					}
				case dependsOn(o.Check, m.Check):
					if o.Verdict != spatest.Blocked {
						t.Errorf("%s: %s, want blocked", o.Check, o.Verdict)
					}
				case o.Verdict != spatest.Passed:
					t.Errorf("a server that %s: %s: %s (%s), want pass", m.Doc, o.Check, o.Verdict, o.Reason)
					for _, f := range o.Findings {
						t.Logf("%s", f)
					}
				}
			}
		})
	}
}

// dependsOn follows the declared dependencies of a check.
func dependsOn(check, on string) bool {
	for _, c := range spatest.Checks() {
		if c.Name == check {
			return slices.ContainsFunc(c.DependsOn, func(name string) bool { return name == on || dependsOn(name, on) })
		}
	}
	return false
}

func TestOddities(t *testing.T) {
	for _, m := range mutant.Oddities() {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			for _, o := range inspect(t, m.Handler()).Outcomes {
				if o.Verdict != spatest.Passed && (o.Verdict != spatest.Skipped || o.Check != m.Check) {
					t.Errorf("a server that %s: %s: %s (%s)", m.Doc, o.Check, o.Verdict, o.Reason)
				}
				for _, f := range o.Findings {
					t.Log(f)
				}
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
			names[m.Name], checks[m.Check] = true, true
		}
		return checks
	}
	mutants, oddities := allowed(mutant.All(), "mutant"), allowed(mutant.Oddities(), "oddity")
	for _, c := range spatest.Checks() {
		if !mutants[c.Name] {
			t.Errorf("%s has no mutant: nothing shows that it can fail", c.Name)
		}
		if !oddities[c.Name] {
			t.Errorf("%s has no oddity: nothing shows that it allows what is legal", c.Name)
		}
	}
}
