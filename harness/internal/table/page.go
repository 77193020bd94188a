package table

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// Published is a run in results/.
type Published struct {
	Name string // of its folder
	Run  record.Run
}

// Current reports whether the run was measured as runs are today. The pages of other runs stay as they were published,
// and their numbers are not set beside newer ones.
func Current(run record.Run) bool { return run.Schema == record.Schema }

// Page is the README of a published run: what it shows beyond its noise, every table, how it was measured, and how to
// repeat it.
func Page(run record.Run, name string) (string, error) {
	style := markdownStyle{heading: "##"}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Ways to serve a single-page app, on %s%s\n\n%s, %s.\n\n",
		escape(machine(run.Env)), under(run.Plan), day(run.Started), plural(rounds(run), "round"))
	if run.End == nil {
		fmt.Fprintf(&b, "**This run was interrupted** after %d of %d trials.\n\n",
			len(run.Trials), plannedTrials(run.Plan))
	}
	bullets(&b, verdict(run))
	b.WriteString("\nA factor is the trimmed geometric mean over the rounds of the ratio within each round, with its " +
		"confidence interval; only factors whose interval excludes 1 are listed.\n\n")
	if err := tables(&b, run, nil, style); err != nil {
		return "", fmt.Errorf("render page of %s: %w", name, err)
	}
	style.facts(&b, "How to read", legend(run))
	style.facts(&b, "Measured", context(run))
	b.WriteString(reproduce(run))
	if elsewhere(run) {
		fmt.Fprintf(&b, "The tables above are derived only from `run.jsonl`. To render them again, in the folder of "+
			"this page:\n\n```sh\nspabench table run.jsonl --format markdown\n```\n")
		return b.String(), nil
	}
	b.WriteString(rerender(name, "run.jsonl"))
	return b.String(), nil
}

// bullets writes the facts at the top of a page.
func bullets(b *bytes.Buffer, facts []fact) {
	for _, f := range capitalised(facts) {
		fmt.Fprintf(b, "- **%s**: %s\n", escape(f.label), escape(f.text))
	}
}

func reproduce(run record.Run) string {
	var b strings.Builder
	b.WriteString("## Reproduce\n\n```sh\n")
	switch {
	case run.Env.Commit == "":
	case elsewhere(run):
		fmt.Fprintf(&b, "# with spabench built from its commit %s\n", run.Env.Commit)
	default:
		fmt.Fprintf(&b, "git checkout %s\n", run.Env.Commit)
	}
	command := orElse(run.Plan.Command, fmt.Sprintf("go run ./harness/cmd/spabench bench --rounds %d", run.Plan.Rounds))
	fmt.Fprintf(&b, "%s\n```\n\n", command)
	if run.Env.Commit == "" || run.Env.Dirty {
		b.WriteString("The measured source tree does not exactly match a commit: " + commit(run.Env) + ".\n")
	}
	return b.String()
}

// elsewhere reports whether a run was made outside of a checkout, in the folder of somebody's own project.
func elsewhere(run record.Run) bool { return strings.HasPrefix(run.Plan.Command, "spabench ") }

// rerender says how to render the tables of a published run from its record.
func rerender(name, file string) string {
	return fmt.Sprintf("The tables above are derived only from `%s`, which is in no commit before this page. To "+
		"render them again, in a checkout that has this page:\n\n```sh\ngo run ./harness/cmd/spabench table "+
		"results/%s/%s --format markdown\n```\n", file, name, file)
}

// Headline is the headline table for the project's README. Instead of explanations, it has a paragraph that says where
// it comes from and links the folder of that name in results/.
func Headline(run record.Run, name string) (string, error) {
	chosen, err := choose(run, []string{"headline"})
	if err != nil {
		return "", err
	}
	if err := intact(run); err != nil {
		return "", fmt.Errorf("render headline of %s: %w", name, err)
	}
	style := markdownStyle{}
	var b bytes.Buffer
	g := arrange(run, chosen[0])
	if err := style.grid(&b, g); err != nil {
		return "", fmt.Errorf("render headline of %s: %w", name, err)
	}
	style.notes(&b, g.notes)
	fmt.Fprintf(&b, "Trimmed geometric means of %s on %s%s, %s; [all tables, and how to read "+
		"them](results/%s/README.md). checks: passed, of those that apply; ±: %s confidence interval; ×: ratio to %s "+
		"(baseline) in the same round, with simultaneous %[6]s confidence intervals; \\~ (+n): no difference was "+
		"detected; with n more rounds, one of %.0[8]f%% would be detected in about half of such runs; page p99: in a "+
		"typical tenth of a second.\n",
		plural(rounds(run), "round"), escape(machine(run.Env)), under(run.Plan), day(run.Started), name,
		asConfidence(stat.Confidence), run.Plan.Baseline, 100*matters)
	return b.String(), nil
}

// newestFirst is a sorted copy.
func newestFirst(runs []Published) []Published {
	runs = slices.Clone(runs)
	slices.SortStableFunc(runs, func(a, b Published) int { return b.Run.Started.Compare(a.Run.Started) })
	return runs
}

// Index is results/README.md: a line for each run, newest first, then for each conformance matrix, for each run that
// tested claims, for each series that tests the instrument or its duels, and for each run with a second load generator.
// Explained is the page of Explanations.
func Index(
	runs, matrices []Published, series []PublishedTrust, duels []PublishedDuels, claims []PublishedClaims,
	witnesses []PublishedWitness, explained string,
) (string, error) {
	var b bytes.Buffer
	b.WriteString("# Results\n\nEach folder holds a record and the page that is rendered from it. First the measured " +
		"runs (`run.jsonl`), newest first.\n\n")
	s, err := runsSheet(runs)
	if err != nil {
		return "", fmt.Errorf("render index: %w", err)
	}
	for _, r := range s.rows {
		name := r[0]
		for i := range r {
			r[i] = escape(r[i])
		}
		r[0] = fmt.Sprintf("[%s](%s/README.md)", r[0], name)
	}
	drawn, err := draw(s, markdownTable())
	if err != nil {
		return "", fmt.Errorf("render index: %w", err)
	}
	b.WriteString(drawn)
	b.WriteString("\nWhere a cell names several variants, no difference was detected between them.\n")
	if slices.ContainsFunc(runs, func(p Published) bool { return !Current(p.Run) }) {
		b.WriteString("Runs that show only an image size were measured in an older way: their pages stay as they " +
			"were published, and their costs and latencies must not be compared with those of newer runs.\n")
	}
	if len(matrices) > 0 {
		fmt.Fprintf(&b, "\n## Conformance\n\n"+
			"Every variant and recipe against every check: the reports, `reports.jsonl`, and the matrix rendered from "+
			"them. [What each check requires, and why](%s).\n\n", explained)
	}
	for _, m := range newestFirst(matrices) {
		fmt.Fprintf(&b, "- [%s](%s/README.md): %s\n",
			m.Run.Started.UTC().Format("2006-01-02"), m.Name, plural(len(m.Run.Plan.Variants), "server"))
	}
	claimLinks(&b, claims)
	trustLinks(&b, series)
	duelsLinks(&b, duels)
	if err := witnessLinks(&b, witnesses); err != nil {
		return "", err
	}
	return b.String(), nil
}

// IndexRuns is the table of all runs, newest first. The first cell of each is its name.
func IndexRuns(runs []Published) (Filled, error) {
	s, err := runsSheet(runs)
	f := filled("Runs", "", s)
	f.Name = "runs"
	f.Notes = []string{"Where a cell names several variants, no difference was detected between them."}
	return f, err
}

// runsSheet has a row for each run.
func runsSheet(runs []Published) (sheet, error) {
	s := sheet{head: []string{"run", "machine", "rounds"}}
	for _, m := range headlineMetrics() {
		s.head = append(s.head, "lowest "+heading(m))
	}
	for _, p := range newestFirst(runs) {
		if err := intact(p.Run); err != nil {
			return s, fmt.Errorf("%s: %w", p.Name, err)
		}
		rounds := fmt.Sprint(rounds(p.Run))
		if p.Run.End == nil {
			rounds += ", interrupted"
		}
		row := []string{p.Name, machine(p.Run.Env) + under(p.Run.Plan), rounds}
		for _, m := range headlineMetrics() {
			row = append(row, lowest(p.Run, m))
		}
		s.rows = append(s.rows, row)
	}
	return s, nil
}

// lowest is the smallest value of a metric, and whose it is. What has noise is left out of runs that are not current.
func lowest(run record.Run, m Metric) string {
	s := stand(run, m)
	if !s.settled() || !m.Exact && !Current(run) {
		return missing
	}
	return fmt.Sprintf("%s (%s)", number(s.leaders[0].centre/m.Unit.Per), s.names())
}

// GroupTitle is the heading of a group of checks, such as API and Deploy skew.
func GroupTitle(group string) string {
	switch group {
	case "api":
		return "API"
	case "":
		return "Checks of other versions"
	}
	return capital(strings.ReplaceAll(group, "-", " "))
}

// capital makes the first letter a capital.
func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
