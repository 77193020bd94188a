package main

import (
	"fmt"
	"io"
	"strings"

	"spabench/harness/internal/remedy"
	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

// explainCheck tells all there is to know about a check.
func explainCheck(w io.Writer, name string) error {
	var c spatest.Check
	for _, each := range spatest.Checks() {
		if each.Name == name {
			c = each
		}
	}
	if c.Name == "" {
		err := unknownName("check", name, checkNames(), "spabench list checks")
		return fmt.Errorf("--explain: %w", err)
	}
	rationale := strings.ReplaceAll(c.Rationale(), "\n", " ")
	_, _ = fmt.Fprintf(w, "%s (%s)\n  %s\n\n  %s\n", c.Name, c.Level, wrap(2, c.Requirement()), wrap(2, rationale))
	_, _ = fmt.Fprintf(w, "\nsee\n  %s\n", c.Spec)
	if c.Level == spatest.May {
		_, _ = fmt.Fprint(w, "\nlevel\n  an observation, which never makes a server non-conforming\n")
	}
	if len(c.DependsOn) > 0 {
		_, _ = fmt.Fprintf(w, "\nruns after\n  %s\n", wrap(2, strings.Join(c.DependsOn, ", ")))
	}
	for i, f := range c.Needs {
		if i == 0 {
			_, _ = fmt.Fprint(w, "\nneeds\n")
		}
		lead := fmt.Sprintf("  %-8s  ", f)
		_, _ = fmt.Fprintln(w, lead+wrap(len(lead), offering(f)))
	}
	proofs(w, "fails a server that", mutant.All(), name)
	proofs(w, "accepts a server that", mutant.Oddities(), name)
	for _, s := range remedy.Servers() {
		if text := s.Remedy(name); text != "" {
			_, _ = fmt.Fprintf(w, "\nfix with %s\n%s\n", s.Title, indented(2, text))
		}
	}
	_, _ = fmt.Fprintf(w, "\nrun only this check\n  spabench check URL --only %s\n", name)
	return nil
}

// proofs lists the servers that the check is tested with.
func proofs(w io.Writer, heading string, servers []mutant.Mutant, check string) {
	for _, m := range servers {
		if m.Check != check {
			continue
		}
		if heading != "" {
			_, _ = fmt.Fprintf(w, "\n%s\n", heading)
			heading = ""
		}
		_, _ = fmt.Fprintf(w, "  %s\n    spabench mutants serve %s\n", wrap(2, m.Doc), m.Name)
	}
}

// indented moves every line of a text to the right by so many columns, and makes tabs four spaces.
func indented(columns int, text string) string {
	var lines []string
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\t", "    "), "\n") {
		lines = append(lines, strings.TrimRight(strings.Repeat(" ", columns)+line, " "))
	}
	return strings.Join(lines, "\n")
}
