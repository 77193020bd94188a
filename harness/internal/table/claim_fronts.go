package table

import (
	"fmt"
	"strings"

	"spabench/harness/internal/record"
)

func frontsText(o record.Observed) claimText {
	fronts := o.Fronts.Fronts
	var names, failed []string
	fewest := -1
	for _, f := range fronts {
		names = append(names, f.Variant)
		if f.Failed > 0 {
			failed = append(failed, fmt.Sprintf("%s fails %s, the first being %s",
				f.Variant, plural(f.Failed, "check"), f.FirstFailed))
		}
		if fewest < 0 || f.Passed < fewest {
			fewest = f.Passed
		}
	}
	text := claimText{sheets: []claimSheet{frontsSheet(fronts)}}
	text.why = fmt.Sprintf("each of the %s passes all checks that apply (%d or more), served by the same program: %s",
		plural(len(fronts), "build"), fewest, list(names))
	if len(failed) > 0 {
		text.why = strings.Join(failed, "; ")
	}
	return text
}

func frontsSheet(fronts []record.ServedFront) claimSheet {
	t := claimSheet{
		title: "Front ends",
		doc: "The same app, with the same routes, text and API. Files: those of the build, without their " +
			"precompressed forms. Skipped: checks of what the app does not have, and those that need a deployment or " +
			"a browser.",
		sheet: sheet{head: []string{"variant", "files", "scripts", "scripts, kB", "by gzip, kB", "checks passed",
			"failed", "skipped"}},
	}
	kilobytes := func(n int64) string { return fmt.Sprintf("%.1f", float64(n)/1e3) }
	for _, f := range fronts {
		t.rows = append(t.rows, []string{
			f.Variant, fmt.Sprint(f.Files), fmt.Sprint(f.Scripts), kilobytes(f.ScriptBytes), kilobytes(f.ScriptGzip),
			fmt.Sprint(f.Passed), fmt.Sprint(f.Failed), fmt.Sprint(f.Skipped),
		})
	}
	return t
}
