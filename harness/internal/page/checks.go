package page

import (
	"io"
	"slices"
	"strings"

	"spabench/harness/internal/report"
	"spabench/harness/internal/table"
	"spabench/harness/spatest"
)

// reference is what there is to know of a check.
type reference struct {
	Name, Level, Requirement string
	Rationale                []string // paragraphs
	Spec                     string
	Needs, DependsOn         string // lists; "" for nothing
}

func referenceOf(c spatest.Check) reference {
	r := reference{Name: c.Name, Level: c.Level.String(), Requirement: c.Requirement(), Spec: c.Spec,
		DependsOn: strings.Join(c.DependsOn, ", ")}
	if text := c.Rationale(); text != "" {
		r.Rationale = strings.Split(text, "\n\n")
	}
	var needs []string
	for _, f := range c.Needs {
		needs = append(needs, string(f))
	}
	slices.Sort(needs)
	r.Needs = strings.Join(needs, ", ")
	return r
}

// checkReference is what the template of all checks shows.
type checkReference struct {
	frame
	Groups []referenceGroup
}

type referenceGroup struct {
	Name, Title string
	Checks      []mendable
}

// mendable is a check with what makes servers keep it.
type mendable struct {
	reference
	Remedies []report.Remedy
}

// WriteChecks writes the page of all checks of the suite. Home is as for Write; it fails when w does.
func WriteChecks(w io.Writer, remedies func(check string) []report.Remedy, home string) error {
	p := checkReference{frame: framed("The checks of spabench", script, verdictStyle)}
	p.Home = home
	for _, c := range spatest.Checks() {
		if n := len(p.Groups); n == 0 || p.Groups[n-1].Name != c.Group {
			p.Groups = append(p.Groups, referenceGroup{Name: c.Group, Title: table.GroupTitle(c.Group)})
		}
		last := &p.Groups[len(p.Groups)-1]
		last.Checks = append(last.Checks, mendable{referenceOf(c), remedies(c.Name)})
	}
	return fill(w, "checks.gohtml", p)
}
