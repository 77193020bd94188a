package main

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/cause"
	"spabench/harness/internal/report"
	"spabench/harness/spatest"
)

// entry is what is said of one cause, in parts, so that what there is no room for can be left out.
type entry struct {
	title, evidence, checks, pointer, fix string
	detail                                int // how many of the parts are shown: see text
}

// text is the entry with a blank line behind it. Its title and its checks are always there.
func (e entry) text() string {
	switch e.detail {
	case 0:
		return e.title + e.checks + e.pointer + "\n"
	case 1:
		return e.title + e.evidence + e.checks + e.pointer + "\n"
	}
	return e.title + e.evidence + e.checks + e.fix + "\n"
}

// causeList writes the causes into so many rows: first each in short, then with its evidence, and then with its fix, while
// there is room.
func causeList(groups []cause.Group, a advice, room int) string {
	entries := make([]entry, len(groups))
	used, seen := 0, map[report.Remedy]int{}
	for i, g := range groups {
		entries[i] = newEntry(i+1, g, a, seen)
		used += rows(entries[i].text())
	}
	kept := len(groups)
	for kept > 0 && used+rows(dropped(groups[kept:])) > room {
		kept--
		used -= rows(entries[kept].text())
	}
	used += rows(dropped(groups[kept:]))
	// What must be fixed comes with its fix before the rest comes with evidence.
	for _, level := range []spatest.Level{spatest.Must, spatest.Should, spatest.May} {
		for detail := 1; detail <= 2; detail++ {
			for i, g := range groups[:kept] {
				more := entries[i]
				more.detail = detail
				n := rows(more.text()) - rows(entries[i].text())
				if g.Level == level && entries[i].detail == detail-1 && used+n <= room {
					entries[i], used = more, used+n
				}
			}
		}
	}
	text := ""
	for _, e := range entries[:kept] {
		text += e.text()
	}
	return text + dropped(groups[kept:])
}

// dropped names the checks of causes that there is no room for.
func dropped(groups []cause.Group) string {
	if len(groups) == 0 {
		return ""
	}
	var checks []string
	for _, g := range groups {
		checks = append(checks, names(g.Failed)...)
	}
	lead := numbered(len(groups), "more reason", "more reasons") + " (--verbose shows all): "
	return wrap(0, lead+folded(checks, 3*width-len(lead)-20)) + "\n\n"
}

// newEntry makes the entry of the cause with this number. A fix that was shown before is not shown again: seen has the
// number of its cause.
func newEntry(number int, g cause.Group, a advice, seen map[report.Remedy]int) entry {
	lead := fmt.Sprintf("%2d  %-6s  ", number, g.Level)
	e := entry{
		title:    lead + wrap(len(lead), sentence(g.Title)) + "\n",
		evidence: evidence(g),
		checks:   labelled("checks", wrap(textColumn, strings.Join(names(g.Failed), ", "))),
	}
	remedies := a.cause(g)
	for i, r := range remedies {
		if before := seen[r]; before > 0 {
			e.fix += labelled("fix", fmt.Sprintf("with %s, as in %d", r.Server, before))
			continue
		}
		seen[r] = number
		if i == 0 || remedies[i-1].Server != r.Server {
			e.fix += labelled("fix", "with "+r.Server)
		}
		e.fix += indented(4, r.Text) + "\n"
	}
	if len(remedies) > 0 {
		i := slices.IndexFunc(g.Failed, func(o spatest.Outcome) bool { return len(a.check(o)) > 0 })
		e.pointer = labelled("fix", "spabench check --explain "+g.Failed[max(0, i)].Check)
	}
	return e
}

// textColumn is where the text behind a label begins.
const textColumn = 14

func labelled(label, value string) string {
	if value == "" {
		return ""
	}
	return fmt.Sprintf("    %-8s  %s\n", label, value)
}

// maxGot is the length of what is shown of a response: its status, its type, and the beginning of its content.
const maxGot = 120

// evidence is one violation, and the command that shows it again.
func evidence(g cause.Group) string {
	f := g.Evidence
	text := labelled("expected", wrap(textColumn, shortened(f.Expected, maxGot))) +
		labelled("got", wrap(textColumn, shortened(f.Got, maxGot)))
	if f.Exchange != nil {
		text += labelled("try", breakCommand(textColumn, 6, f.Exchange.Curl()))
	}
	if refused := g.Refused(); len(refused) > 0 {
		text += labelled("hint", wrap(textColumn, fmt.Sprintf("The 403 looks deliberate. If %s must not be served, "+
			"say so: --features guard=%s,canary=STRING, with a string that is in it.", refused[0], refused[0])))
	}
	return text
}
