package table

import (
	"slices"

	"spabench/harness/internal/record"
	"spabench/harness/spatest"
)

// sign is how a cell of the matrix shows a verdict.
var sign = map[spatest.Verdict]string{
	spatest.Passed: "✓", spatest.Failed: "✗", spatest.Skipped: "–", spatest.Errored: "?", spatest.Blocked: "⊘",
}

const waivedSign = "w"

// Sign is how a cell of the matrix shows an outcome.
func Sign(o spatest.Outcome) string {
	if o.Waived != "" {
		return waivedSign
	}
	return sign[o.Verdict]
}

// IsMatrix reports whether a run checked conformance and measured nothing.
func IsMatrix(run record.Run) bool { return run.Plan.Rounds == 0 }

// MatrixGroup is a group of checks, as rows of a matrix.
type MatrixGroup struct {
	Name, Title string
	Checks      []MatrixCheck
}

// MatrixCheck is a check with its outcome on each server of the plan, in that order; nil where it was not run.
type MatrixCheck struct {
	spatest.Check
	Outcomes []*spatest.Outcome
}

// Known reports whether the suite still has the check. Of one that it has no more, only the name and level are known.
func (c MatrixCheck) Known() bool { return c.Group != "" }

// MatrixGroups are the checks that were run on any server: by group, and at last those that the suite has no more.
func MatrixGroups(run record.Run) []MatrixGroup {
	outcomes := make([]map[string]*spatest.Outcome, len(run.Plan.Variants))
	var gone []spatest.Check
	for i, arm := range run.Plan.Variants {
		outcomes[i] = map[string]*spatest.Outcome{}
		n, _ := conformanceOf(run, arm)
		for j, o := range n.Report.Outcomes {
			outcomes[i][o.Check] = &n.Report.Outcomes[j]
			gone = append(gone, spatest.Check{Name: o.Check, Level: o.Level})
		}
	}
	var groups []MatrixGroup
	add := func(c spatest.Check) {
		row, run := MatrixCheck{Check: c}, false
		for i := range outcomes {
			o := outcomes[i][c.Name]
			row.Outcomes, run = append(row.Outcomes, o), run || o != nil
			delete(outcomes[i], c.Name)
		}
		if !run {
			return
		}
		if len(groups) == 0 || groups[len(groups)-1].Name != c.Group {
			groups = append(groups, MatrixGroup{Name: c.Group, Title: GroupTitle(c.Group)})
		}
		last := &groups[len(groups)-1]
		last.Checks = append(last.Checks, row)
	}
	for _, c := range slices.Concat(spatest.Checks(), gone) {
		add(c)
	}
	return groups
}

// MatrixServers is the table of a matrix's servers: whether each conforms, and its verdicts counted by level.
func MatrixServers(run record.Run) Filled {
	s := serversSheet(run)
	f := Filled{Name: "servers", Title: "Servers", Head: s.head}
	for _, r := range s.rows {
		f.Rows = append(f.Rows, plainCells(run, Table{}, r))
	}
	return f
}

// MatrixNotes say what was waived, could not be run, or was left undecided by an error, and why.
func MatrixNotes(run record.Run) []string { return waivers(run) }

// ServerTitle is what a run calls a server beside its name; "" where it says nothing.
func ServerTitle(run record.Run, arm string) string {
	for _, b := range run.Builds {
		if b.Variant == arm && b.Title != "" {
			return b.Title
		}
	}
	return ""
}
