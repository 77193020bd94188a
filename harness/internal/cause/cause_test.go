package cause

import (
	"context"
	"net"
	"slices"
	"testing"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

// TestCauses: the table names checks that exist, and a cause is more than one check.
func TestCauses(t *testing.T) {
	taken := map[string]bool{"": true}
	for _, c := range spatest.Checks() {
		taken[c.Name] = true
	}
	for _, c := range Causes() {
		if taken[c.Name] {
			t.Errorf("the name %q is taken, by a check or another cause", c.Name)
		}
		taken[c.Name] = true
		if len(c.Checks) < 2 || c.Title == "" {
			t.Errorf("%s: %d checks, title %q", c.Name, len(c.Checks), c.Title)
		}
		for i, name := range c.Checks {
			if !slices.ContainsFunc(spatest.Checks(), func(check spatest.Check) bool { return check.Name == name }) {
				t.Errorf("%s: no check is called %q", c.Name, name)
			}
			if slices.Contains(c.Checks[:i], name) {
				t.Errorf("%s: %s is there twice", c.Name, name)
			}
		}
	}
}

// TestEveryCheckShowsItsCause: for each check of a cause there is a server that breaks its rule in this way: one of the
// published matrices, or a mutant.
func TestEveryCheckShowsItsCause(t *testing.T) {
	inReports := map[string]bool{}
	for _, c := range recorded(t) {
		for _, o := range c.Report.Outcomes {
			if Fails(o) {
				inReports[causeOf(o).Name+"/"+o.Check] = true
			}
		}
	}
	for _, c := range Causes() {
		for _, name := range c.Checks {
			t.Run(c.Name+"/"+name, func(t *testing.T) {
				if inReports[c.Name+"/"+name] {
					return
				}
				if needsBrowser(name) {
					t.Fatal("no report shows it, and mutants are not opened in a browser here")
				}
				for _, m := range mutant.All() {
					if m.Check != name && !slices.Contains(m.Also, name) {
						continue
					}
					if o := ask(t, m, name); Fails(o) && causeOf(o).Name == c.Name {
						return
					}
				}
				t.Errorf("no mutant shows it")
			})
		}
	}
}

func needsBrowser(name string) bool {
	return slices.ContainsFunc(spatest.Checks(), func(c spatest.Check) bool {
		return c.Name == name && c.NeedsAny(spatest.FeatureBrowser)
	})
}

// ask runs one check on a mutant.
func ask(t *testing.T, m mutant.Mutant, check string) spatest.Outcome {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go m.ServeOn(ctx, listener)
	target := m.Target("http://" + listener.Addr().String())
	target.Only = []string{check}
	r, err := spatest.Inspect(ctx, target)
	if err != nil {
		t.Fatal(err)
	}
	return r.Outcomes[0]
}
