package main

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/cause"
	"spabench/harness/internal/remedy"
	"spabench/harness/internal/report"
	"spabench/harness/spatest"
)

// advice is what is known of how to fix the server that a report is of.
type advice struct {
	named []remedy.Server   // by --server
	seen  []remedy.Sighting // in the report
}

// remedyFunc returns the advice for a report.
type remedyFunc func(spatest.Report) advice

// remediesFor are those of the server software with this name; without a name, of what a report's answers look like.
func remediesFor(name string) (remedyFunc, error) {
	var named []remedy.Server
	if name != "" {
		s, err := remedy.Find(name)
		if err != nil {
			return nil, fmt.Errorf("--server: %w", err)
		}
		named = []remedy.Server{s}
	}
	return func(r spatest.Report) advice { return advice{named, remedy.Recognise(r.Outcomes...)} }, nil
}

// check is how to keep the rule of one check.
func (a advice) check(o spatest.Outcome) []report.Remedy { return a.remedies([]string{o.Check}, o) }

// cause is how to end a cause: by what is written for it, else by what is written for each of its checks.
func (a advice) cause(g cause.Group) []report.Remedy {
	remedies := a.remedies([]string{g.Name}, g.Failed...)
	if len(remedies) == 0 && len(g.Failed) > 1 {
		remedies = a.remedies(names(g.Failed), g.Failed...)
	}
	return remedies
}

// remedies are those with these names, each text once.
func (a advice) remedies(names []string, outcomes ...spatest.Outcome) []report.Remedy {
	servers := a.named
	if servers == nil {
		servers = remedy.For(names, a.seen, outcomes...)
	}
	var remedies []report.Remedy
	for _, s := range servers {
		for _, name := range names {
			r := report.Remedy{Server: s.Title, Text: s.Remedy(name)}
			if r.Text != "" && !slices.Contains(remedies, r) {
				remedies = append(remedies, r)
			}
		}
	}
	return remedies
}

// sentence says which software the fixes are for, and how to name another.
func (a advice) sentence() string {
	all := strings.Join(remedy.Names(), ", ")
	switch {
	case a.named != nil:
		return ""
	case len(a.seen) == 0:
		return "To see how to fix this, name the server software: --server " + all + "."
	}
	s := a.seen[0]
	text := fmt.Sprintf("The server software says that it is %s (%s).", s.Title, s.By)
	if s.Guess {
		text = fmt.Sprintf("The server software looks like %s (%s), which is a guess.", s.Title, s.By)
	}
	if _, err := remedy.Find(s.Name); err != nil {
		text += " No fixes are known for it."
	}
	return text + " If it is another, or another is behind it, name it: --server " + all + "."
}
