package table

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"spabench/harness/internal/record"
)

// failedOnBuild are the checks that all variants of ours fail on somebody's own build: because of the build, or of the
// one rule that all variants have for its files. None where the variants serve our app.
func failedOnBuild(run record.Run) map[string]bool {
	if run.Plan.App == nil {
		return nil
	}
	return record.FailedByAll(reportsOfOurs(run))
}

// reportsOfOurs are those of the variants that could be checked, without servers that were added.
func reportsOfOurs(run record.Run) []record.Conformance {
	return slices.DeleteFunc(slices.Clone(run.Conformance), func(c record.Conformance) bool {
		isAdded := slices.ContainsFunc(run.Plan.Added, func(a record.Added) bool { return a.Name == c.Variant })
		return isAdded || len(c.Report.Outcomes) == 0
	})
}

// appFacts say that the variants serve somebody's own build, and what that means for the results.
func appFacts(run record.Run) []fact {
	app := run.Plan.App
	if app == nil {
		return nil
	}
	facts := []fact{{"app", appText(*app)}}
	for _, note := range app.Notes {
		facts = append(facts, fact{"build", note + "."})
	}
	if failed := failedOnBuild(run); len(failed) > 0 {
		why := "All variants fail them alike: that is because of this build, or of our rule for its files, and rules " +
			"none of them out."
		if len(reportsOfOurs(run)) == 1 {
			why = "One variant alone does not show whether that is because of this build, or of our rule for its files."
		}
		facts = append(facts, fact{"failed checks", strings.Join(slices.Sorted(maps.Keys(failed)), ", ") + ". " + why})
	}
	return facts
}

// appText says what is served, and what is not somebody's own.
func appText(app record.App) string {
	return fmt.Sprintf("the variants serve the build in %s (%s, %s MB, digest %.12s) in our strategies; the API is "+
		"ours. Browsers may keep what is in assets/ for a year (%d of the files), and ask again for everything else.",
		app.Given, plural(app.Files, "file"), number(float64(app.Bytes)/1e6), app.Digest, app.Assets)
}
