// Package cause groups the failing checks of a report by what is wrong with the server, so that one mistake is one
// finding.
package cause

import (
	"cmp"
	"slices"
	"strings"

	"spabench/harness/spatest"
)

// Group is a cause as a report shows it, or a check that fails by itself.
type Group struct {
	Name     string // of the cause, or of the only check
	Title    string // what is wrong, in a sentence
	Level    spatest.Level
	Failed   []spatest.Outcome // the most telling first
	Blocked  []spatest.Outcome // not run, since one of these failed
	Evidence spatest.Finding   // that shows it best
}

// Of groups what fails in these outcomes, the worst first: by level, then by the number of checks that it keeps from
// passing. What is waived is not in it.
func Of(outcomes []spatest.Outcome) []Group {
	var groups []Group
	for _, c := range append(Causes(), Cause{}) {
		var failed []spatest.Outcome
		for _, o := range outcomes {
			if Fails(o) && causeOf(o).Name == c.Name {
				failed = append(failed, o)
			}
		}
		if c.Name == "" || len(failed) == 1 {
			for _, o := range failed {
				groups = append(groups, alone(o))
			}
		} else if len(failed) > 1 {
			groups = append(groups, together(c, failed))
		}
	}
	roots := newRoots(outcomes)
	for i := range groups {
		for _, o := range outcomes {
			if o.Verdict == spatest.Blocked && o.Waived == "" && groups[i].has(roots.of(o.Check)) {
				groups[i].Blocked = append(groups[i].Blocked, o)
			}
		}
	}
	slices.SortStableFunc(groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), b.size()-a.size(), a.place(outcomes)-b.place(outcomes))
	})
	return groups
}

// Fails reports whether the outcome is a violation that is not waived.
func Fails(o spatest.Outcome) bool { return o.Verdict == spatest.Failed && o.Waived == "" }

// causeOf is the first cause that lists the check and that one of its findings shows; without a name: none.
func causeOf(o spatest.Outcome) Cause {
	for _, c := range Causes() {
		if slices.Contains(c.Checks, o.Check) && slices.ContainsFunc(o.Findings, c.shows) {
			return c
		}
	}
	return Cause{}
}

// shows is false for what no exchange shows, such as a waiver that is not needed.
func (c Cause) shows(f spatest.Finding) bool {
	return f.Exchange != nil && (c.Shows == nil || c.Shows(f))
}

func alone(o spatest.Outcome) Group {
	g := Group{Name: o.Check, Level: o.Level, Failed: []spatest.Outcome{o}}
	g.Evidence = best(o.Findings)
	g.Title = cmp.Or(g.Evidence.Message, o.Reason, o.Check)
	return g
}

func together(c Cause, failed []spatest.Outcome) Group {
	slices.SortFunc(failed, func(a, b spatest.Outcome) int {
		return slices.Index(c.Checks, a.Check) - slices.Index(c.Checks, b.Check)
	})
	g := Group{Name: c.Name, Title: c.Title, Level: spatest.May, Failed: failed}
	for _, o := range failed {
		g.Level = min(g.Level, o.Level)
	}
	worst := failed[slices.IndexFunc(failed, func(o spatest.Outcome) bool { return o.Level == g.Level })]
	shown := slices.DeleteFunc(slices.Clone(worst.Findings), func(f spatest.Finding) bool { return !c.shows(f) })
	g.Evidence = best(shown)
	return g
}

// best is the first finding that one curl command shows, since those are the easiest to see again.
func best(findings []spatest.Finding) spatest.Finding {
	for _, f := range findings {
		if f.Exchange != nil && f.Exchange.Request.Raw == "" {
			return f
		}
	}
	return append(findings, spatest.Finding{})[0]
}

func (g Group) has(check string) bool {
	return slices.ContainsFunc(g.Failed, func(o spatest.Outcome) bool { return o.Check == check })
}

// size is the number of checks that pass once the cause is gone, as far as is known.
func (g Group) size() int { return len(g.Failed) + len(g.Blocked) }

func (g Group) place(outcomes []spatest.Outcome) int {
	return slices.IndexFunc(outcomes, func(o spatest.Outcome) bool { return g.has(o.Check) })
}

// Refused are the targets of requests that a file was expected for and that got a 403, each once. Where a server
// refuses a file on purpose, that can be declared.
func (g Group) Refused() []string {
	var targets []string
	for _, o := range g.Failed {
		for _, f := range o.Findings {
			path, _, _ := strings.Cut(target(f), "?")
			if response(f).Status == 403 && !strings.HasSuffix(path, "/") && !slices.Contains(targets, path) {
				targets = append(targets, path)
			}
		}
	}
	return targets
}

func target(f spatest.Finding) string {
	if f.Exchange == nil {
		return ""
	}
	return f.Exchange.Request.Target
}
