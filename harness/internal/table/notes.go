package table

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// notes say why cells of the grid are missing or marked, in the order of the rows.
func notes(run record.Run, g grid) []string {
	var found []string
	say := func(format string, args ...any) {
		if note := fmt.Sprintf(format, args...); !slices.Contains(found, note) {
			found = append(found, note)
		}
	}
	if run.End == nil {
		say("The run was interrupted after %d of %d trials.", len(run.Trials), plannedTrials(run.Plan))
	}
	if run.Plan.Unchecked && g.table.Checks {
		say("Checks: %s", unchecked)
	}
	var behind, atMost []string
	for _, r := range g.rows {
		if r.fails {
			say("✗ %s does not conform: see the table %s.", r.arm, conformance)
		}
		if reason := failure(run, r.arm); reason != "" {
			say("%s: %s", r.arm, reason)
		}
		var absent []string
		for i, c := range r.cells {
			m := g.columns[i].metric
			switch {
			case c.value.N == 0:
				absent = append(absent, m.Title)
			case c.mark == wrong:
				bad, all, reason := wrongAnswers(run, r.arm, m.Load)
				say("! %s: %s of %s answers under the load %q were wrong (%s): not compared.",
					r.arm, thousands(bad), thousands(all), m.Load, orElse(reason, "no reason recorded"))
			case c.mark == bound && m.Load == "":
				atMost = append(atMost, fmt.Sprintf(
					"%s met the objective at the highest rate that the generator is known to keep, so its capacity "+
						"may be higher", r.arm))
			case c.mark == bound:
				if why := generatorBound(run, r.arm, m.Load); !slices.Contains(atMost, why) {
					atMost = append(atMost, why)
				}
			case c.mark == late:
				late := number(lag(run, r.arm, m) / 1e6)
				behind = append(behind, fmt.Sprintf("%s %s of %s by %s ms", r.arm, m.Title, m.Load, late))
			}
		}
		for _, why := range skipped(run, r.arm, g.columns) {
			say("%s %s: %s.", missing, r.arm, why)
		}
		switch {
		case len(absent) == 0 || !started(run, r.arm):
		case len(absent) == len(r.cells):
			say("%s %s: not measured.", missing, r.arm)
		default:
			say("%s %s: %s not measured.", missing, r.arm, list(absent))
		}
	}
	if len(behind) > 0 {
		say("† not compared, because the load generator itself was late at the same quantile (median over the "+
			"rounds): %s.", strings.Join(behind, "; "))
	}
	if len(atMost) > 0 {
		say("‡ generator-bound, not compared: %s.", strings.Join(atMost, "; "))
	}
	if run.End != nil && run.End.Because != "" && g.table.Checks {
		say("%s, because %s.", capital(plural(run.End.Rounds, "round")), run.End.Because)
	}
	for _, c := range g.columns {
		if i, ok := controlRatio(run, c.metric, g.confidence); ok && stat.Distinguishable(i) {
			say("The A/A test differs in %s by a factor of %s: this is noise, so treat differences of that size as "+
				"noise, too.", c.metric.Title, ShowInterval(i, number))
		}
	}
	if g.table.Name == limits {
		found = append(found, limitNotes(run)...)
	}
	return slices.Concat(found, references(run, g), otherApps(run, g))
}

// skipped says why an arm did not get some of the columns' loads.
func skipped(run record.Run, arm string, columns []column) []string {
	var reasons []string
	for _, t := range run.Counted() {
		for _, l := range t.Loads {
			used := slices.ContainsFunc(columns, func(c column) bool { return c.metric.Load == l.Load })
			why := fmt.Sprintf("%s not measured, because %s", l.Load, l.Skipped)
			if t.Variant == arm && l.Skipped != "" && used && !slices.Contains(reasons, why) {
				reasons = append(reasons, why)
			}
		}
	}
	return reasons
}

// references names the columns whose ratios are not to the baseline.
func references(run record.Run, g grid) []string {
	titles := map[string][]string{}
	for _, c := range g.columns {
		if c.reference != run.Plan.Baseline {
			titles[c.reference] = append(titles[c.reference], c.metric.Title)
		}
	}
	var found []string
	for _, arm := range run.Plan.Variants {
		if columns := titles[arm]; len(columns) == len(g.columns) {
			found = append(found, fmt.Sprintf("× is relative to %s, because %s has no value here.",
				arm, run.Plan.Baseline))
		} else if len(columns) > 0 {
			found = append(found, fmt.Sprintf("× in %s is relative to %s, because %s has no value "+
				"there.", list(columns), arm, run.Plan.Baseline))
		}
	}
	return found
}

// otherApps names what is not compared because the reference serves another app.
func otherApps(run record.Run, g grid) (found []string) {
	for _, r := range g.rows {
		titles := map[string][]string{}
		for i, c := range g.columns {
			valid := r.cells[i].value.N > 0 && r.cells[i].mark == ""
			if valid && c.reference != "" && !Comparable(run, r.arm, c.reference) {
				titles[c.reference] = append(titles[c.reference], c.metric.Title)
			}
		}
		for _, reference := range run.Plan.Variants {
			if columns := titles[reference]; len(columns) > 0 {
				found = append(found, fmt.Sprintf("%s in %s is not compared with %s, which serves another app.",
					r.arm, list(columns), reference))
			}
		}
	}
	return found
}

// failure says what went wrong with an arm; "" when nothing did.
func failure(run record.Run, arm string) string {
	for _, b := range run.Builds {
		if b.Variant == arm && b.Err != "" {
			return firstLine(b.Err)
		}
	}
	for _, c := range run.Conformance {
		if c.Variant == arm && c.Err != "" {
			return firstLine(c.Err)
		}
	}
	var trials, failed int
	var first string
	for _, t := range run.Counted() {
		if t.Variant != arm {
			continue
		}
		trials++
		if t.Err != "" {
			failed++
			if first == "" {
				first = fmt.Sprintf("round %d: %s", t.Round, firstLine(t.Err))
			}
		}
	}
	switch {
	case trials == 0 && run.End == nil:
		return "the run was interrupted before its first round"
	case trials == 0:
		return "no round is recorded"
	case failed > 0:
		return fmt.Sprintf("%d of %s failed (%s)", failed, plural(trials, "round"), first)
	case trials < run.Plan.Rounds && run.End != nil: // an interrupted run says so once, not for each arm
		return fmt.Sprintf("only %d of the planned %s", trials, plural(run.Plan.Rounds, "round"))
	}
	return ""
}

// started reports whether any trial of the arm became ready.
func started(run record.Run, arm string) bool {
	return slices.ContainsFunc(run.Trials, func(t record.Trial) bool { return t.Variant == arm && t.Start != nil })
}

func thousands(n uint64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func orElse(s, otherwise string) string {
	if strings.TrimSpace(s) == "" {
		return otherwise
	}
	return s
}
