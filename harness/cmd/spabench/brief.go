package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"spabench/harness/internal/cause"
	"spabench/harness/internal/report"
	"spabench/harness/spatest"
)

// maxRows is the length of a brief report, as a terminal of the usual width shows it.
const maxRows = 120

// writeBrief says what is wrong with the server, the worst first, and sums up. It fits maxRows: what comes late is told
// in fewer words, and --verbose tells everything.
func writeBrief(w io.Writer, d report.Document, a advice) {
	outcomes := make([]spatest.Outcome, len(d.Outcomes))
	for i, o := range d.Outcomes {
		outcomes[i] = o.Outcome
	}
	groups := cause.Of(outcomes)
	head, foot := heading(groups), footing(outcomes, groups)
	if text := a.sentence(); text != "" && len(groups) > 0 {
		foot = wrap(0, text) + "\n\n" + foot
	}
	end := fmt.Sprintf("%s\n%s\n", strings.Join(d.Summary(), "\n"), wrap(0, d.Title()))
	body := causeList(groups, a, maxRows-rows(head)-rows(foot)-rows(end))
	_, _ = io.WriteString(w, head+body+foot+end)
}

// heading counts, and says where to begin.
func heading(groups []cause.Group) string {
	if len(groups) == 0 {
		return ""
	}
	failed := 0
	for _, g := range groups {
		failed += len(g.Failed)
	}
	text := numbered(failed, "check fails", "checks fail") + " for one reason."
	if len(groups) > 1 {
		text = fmt.Sprintf("%d checks fail for %d reasons, the worst first. Begin with 1%s.",
			failed, len(groups), weight(groups[0]))
	}
	return wrap(0, text) + "\n\n"
}

// weight says how much depends on a cause, if that is more than one check.
func weight(g cause.Group) string {
	text := ""
	if n := len(g.Failed); n > 1 {
		text = fmt.Sprintf(": %d of the checks fail for it", n)
	}
	if n := len(g.Blocked); n > 0 {
		text = cmp.Or(text, ": a check fails for it") + ", and " + numbered(n, "more waits", "more wait")
	}
	return text
}

// numbered is a number with what it counts.
func numbered(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// shortened is a text of at most so many characters.
func shortened(text string, length int) string {
	if r := []rune(text); len(r) > length {
		return strings.TrimRight(string(r[:length-1]), " ") + "…"
	}
	return text
}

// sentence begins with a capital, unless it begins with a path or a name, and ends in a full stop.
func sentence(text string) string {
	if first, rest, ok := strings.Cut(text, " "); ok && strings.ToLower(first) == first && isWord(first) {
		text = strings.ToUpper(first[:1]) + first[1:] + " " + rest
	}
	return strings.TrimRight(text, ".") + "."
}

func isWord(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r < 'a' || r > 'z' })
}

func names(outcomes []spatest.Outcome) []string {
	var all []string
	for _, o := range outcomes {
		all = append(all, o.Check)
	}
	return all
}
