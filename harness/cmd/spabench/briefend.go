package main

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/cause"
	"spabench/harness/spatest"
)

// maxReasons of one kind have a line each.
const maxReasons = 6

// footing says what was not decided: what is waived, could not be told, was not run, or was skipped.
func footing(outcomes []spatest.Outcome, groups []cause.Group) string {
	blocked := cause.Blocked(outcomes)
	for i, s := range blocked {
		at := slices.IndexFunc(groups, func(g cause.Group) bool { return slices.Contains(names(g.Failed), s.Reason) })
		if at >= 0 && len(groups) > 1 {
			blocked[i].Reason += fmt.Sprintf(" (in %d)", at+1)
		}
	}
	return reasons("Waived", "violations that were expected", cause.Waived(outcomes)) +
		reasons("Undecided", "checks that could not tell, which is not conformance", cause.Undecided(outcomes)) +
		reasons("Blocked", "not run, because what they build on did not pass", blocked) +
		reasons("Skipped", "what they need is not there, or was not declared", cause.Skips(outcomes))
}

// reasons has a line for each reason, with the number of its checks and as many of their names as fit.
func reasons(ended, meaning string, all []cause.Same) string {
	if len(all) == 0 {
		return ""
	}
	text := fmt.Sprintf("%s (%d): %s\n", ended, checksIn(all), meaning)
	shown := all
	if len(all) > maxReasons {
		shown = all[:maxReasons-1]
	}
	for _, s := range shown {
		text += reason(s) + "\n"
	}
	if rest := all[len(shown):]; len(rest) > 0 {
		text += fmt.Sprintf("%4d  for %d more reasons (--verbose shows them)\n", checksIn(rest), len(rest))
	}
	return text + "\n"
}

func checksIn(all []cause.Same) int {
	n := 0
	for _, s := range all {
		n += len(s.Checks)
	}
	return n
}

// reason is one line: the number of checks, why, and as many of their names as fit.
func reason(s cause.Same) string {
	lead := fmt.Sprintf("%4d  ", len(s.Checks))
	why := clipped(strings.Join(strings.Fields(s.Reason), " "), width-len(lead))
	line := lead + why
	if list := folded(s.Checks, width-len([]rune(line))-len(": ")); list != "" {
		line += ": " + list
	}
	return line
}

// clipped is a text of at most so many characters. What is in parentheses at its end is the way out, and stays if it
// can.
func clipped(text string, length int) string {
	if len([]rune(text)) <= length {
		return text
	}
	if i := strings.LastIndex(text, " ("); i > 0 && strings.HasSuffix(text, ")") {
		if way := text[i:]; len([]rune(way)) <= length/2 {
			return shortened(text[:i], length-len([]rune(way))) + way
		}
	}
	return shortened(text, length)
}

// folded joins as many of the names as fit into so many characters, and counts the others; "" if not even one fits.
func folded(names []string, length int) string {
	for n := len(names); n > 0; n-- {
		text := strings.Join(names[:n], ", ")
		if rest := len(names) - n; rest > 0 {
			text += fmt.Sprintf(", … (+%d)", rest)
		}
		if len([]rune(text)) <= length {
			return text
		}
	}
	return ""
}
