package record

import (
	"maps"
	"slices"

	"spabench/harness/spatest"
)

// FailedByAll are the checks that every one of the reports fails, or leaves undecided, and that none waives.
func FailedByAll(reports []Conformance) map[string]bool {
	if len(reports) == 0 {
		return nil
	}
	all := failing(reports[0])
	for _, c := range reports[1:] {
		in := failing(c)
		maps.DeleteFunc(all, func(check string, _ bool) bool { return !in[check] })
	}
	return all
}

func failing(c Conformance) map[string]bool {
	checks := map[string]bool{}
	for _, o := range c.Report.Outcomes {
		if !o.OK() {
			checks[o.Check] = true
		}
	}
	return checks
}

// Without is the report without some checks.
func (c Conformance) Without(checks map[string]bool) Conformance {
	c.Report.Outcomes = slices.DeleteFunc(slices.Clone(c.Report.Outcomes), func(o spatest.Outcome) bool {
		return checks[o.Check]
	})
	return c
}
