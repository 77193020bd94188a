package harness

import (
	"fmt"
	"strings"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
)

// judgeIntegrity judges what came of all tampering. Integrity is whether the page names digests of its scripts.
func judgeIntegrity(reached []intrusion, all []tampering, integrity bool) record.Judgement {
	j := record.Judgement{Tables: []record.Sheet{tamperSheet(all), whoSheet(reached)}}
	var running, restarted, inside int // of those with the build inside the program
	var wrong, gone, disk, unlogged, kept, healed, stuck int
	deleted, corrupted := map[string]bool{}, map[string]bool{}
	served := map[string]bool{}
	for _, t := range all {
		switch {
		case t.embedded:
			inside++
			if !allRight(t.served) {
				running++
			}
			if !allRight(t.again) {
				restarted++
			}
			continue
		case t.refused != "":
			served[t.variant] = true
			disk++
			continue
		}
		disk++
		served[t.variant] = true
		bad, absent := faults(t.served)
		corrupted[t.variant] = corrupted[t.variant] || bad
		deleted[t.variant] = deleted[t.variant] || absent
		if bad {
			wrong++
			if t.logged <= 0 && t.health == 200 {
				unlogged++
			}
		} else if absent {
			gone++
		}
		if bad && t.oldTag == 304 {
			kept++
		}
		if t.stuck == 304 {
			stuck++
		}
		if (bad || absent) && allRight(t.again) {
			healed++
		}
	}
	if inside == 0 || disk == 0 {
		j.Verdict, j.Why = record.NotTested, "there is nothing to compare: a build inside a program and one on disk are needed"
		return j
	}
	both := true
	for name := range served {
		both = both && corrupted[name] && deleted[name]
	}
	j.Verdict = verdictOf(running == 0, restarted == 0, both)
	j.Why = said(
		fact{running == 0, fmt.Sprintf("while it ran, embedded-go gave the right bytes through all %d attacks on its program", inside),
			fmt.Sprintf("embedded-go gave wrong bytes, or none, after %d of %d attacks on its program, without a restart", running, inside)},
		fact{restarted == 0, "after a restart too", fmt.Sprintf("but after a restart %d of them had told: it served the attacker's script or did not start", restarted)},
		fact{both, fmt.Sprintf("files on disk can be corrupted and deleted under each of the other servers: %d of %d attacks gave wrong bytes with status 200, %d only a 404 or the like", wrong, disk, gone),
			fmt.Sprintf("not under every other server could files be corrupted and deleted: %d of %d attacks gave wrong bytes, %d a 404 or the like", wrong, disk, gone)},
	)
	j.Evidence = append(whoEvidence(reached),
		fmt.Sprintf("Of the %d attacks on files that gave wrong bytes with status 200, %d were noticed by nobody: no line in a log, and the API's health endpoint said 200.", wrong, unlogged),
		fmt.Sprintf("A restart healed %d of the %d attacks on files that had shown.", healed, wrong+gone),
		fmt.Sprintf("After %d of these attacks a question with the tag of the right bytes was answered 304, although the bytes had changed; a new container then answered 304 to the tag of the wrong bytes in %d cases: a browser that has them keeps them.", kept, stuck),
	)
	if n := immutable(all); n > 0 {
		j.Evidence = append(j.Evidence, fmt.Sprintf("In %d cases the wrong bytes came with Cache-Control: immutable, for a year: a browser that got them does not even ask again, and no restart or new container heals it.", n))
	}
	if !integrity {
		j.Evidence = append(j.Evidence, "The page names no digests of its scripts (integrity=…), so browsers notice nothing either.")
	}
	return j
}

// faults reports whether some coding got wrong bytes with status 200, and whether some got no file.
func faults(served map[string]string) (wrong, absent bool) {
	for _, got := range served {
		switch got {
		case servedRight:
		case "tampered", "nothing", "other bytes":
			wrong = true
		default:
			absent = true
		}
	}
	return wrong, absent
}

// immutable counts wrong bytes that browsers keep without asking.
func immutable(all []tampering) (n int) {
	for _, t := range all {
		if wrong, _ := faults(t.served); wrong && t.served["identity"] != servedRight && strings.Contains(t.policy, "immutable") {
			n++
		}
	}
	return n
}

func whoEvidence(reached []intrusion) []string {
	var self, root, hardened []string
	for _, who := range reached {
		for _, can := range who.can {
			for _, way := range []string{bySelf, byExec, byCopy, byBeside} {
				if can.no[way] != "" {
					continue
				}
				switch {
				case can.hardened:
					hardened = append(hardened, who.variant+" ("+way+")")
				case way == bySelf:
					self = append(self, who.variant)
				case way == byCopy:
					root = append(root, who.variant)
				}
			}
		}
	}
	none := func(names []string) string {
		if len(names) == 0 {
			return "none"
		}
		return strings.Join(names, ", ")
	}
	return []string{
		fmt.Sprintf("Variants in which the server's own user, whom an intruder would be, can change files or program: %s. In which root can by docker cp from outside: %s.", none(self), none(root)),
		fmt.Sprintf("With %s, root can in: %s.", lab.Hardening, none(hardened)),
	}
}

func tamperSheet(all []tampering) record.Sheet {
	s := record.Sheet{Name: "tampering", Title: "What the visitor gets",
		Doc: "Each row is a fresh container. The coded forms (.br, .gz) beside a file are left as they are, and a server may prefer them: browsers ask for br, curl for none. " +
			"Tampered: the attacker's bytes with status 200; nothing: status 200 and no bytes; a number: that status. Old tag: what a question under the tag of the right bytes gets. Logged: lines of all containers meanwhile.",
		Head: []string{"variant", "attack", "done by", "br", "gzip", "no coding", "old tag", "logged", "after a restart", "in a new container"}}
	for _, t := range all {
		by := t.by
		if t.refused != "" {
			by = "nobody: " + t.refused
		}
		again := "does not start: " + t.ended
		if t.again != nil {
			again = brief(t.again)
		}
		renewed := brief(t.renewed)
		switch t.stuck {
		case 304:
			renewed += "; 304 to the tag of the wrong bytes"
		case 200:
			renewed += "; 200 to the tag of the wrong bytes"
		}
		s.Rows = append(s.Rows, []string{t.variant, t.act, by, t.served["br"], t.served["gzip"], t.served["identity"], fmt.Sprint(t.oldTag), fmt.Sprint(t.logged), again, renewed})
	}
	return s
}

// brief says what the codings got, in a word where they got the same.
func brief(served map[string]string) string {
	if served == nil {
		return "not seen"
	}
	var parts []string
	same := true
	for _, coding := range tamperCodings {
		same = same && served[coding] == served[tamperCodings[0]]
		name := coding
		if coding == "identity" {
			name = "no coding"
		}
		parts = append(parts, name+": "+served[coding])
	}
	if same {
		return served[tamperCodings[0]]
	}
	return strings.Join(parts, ", ")
}

func whoSheet(reached []intrusion) record.Sheet {
	s := record.Sheet{Name: "who-can", Title: "Who can change it",
		Doc: "The script on disk, or the program that holds it: opened for writing, or, if that is refused, a copy put in its place. " +
			"Where an image has no shell, its user is tried in a second container that sees the processes, and so the files, of the first.",
		Head: []string{"variant", "started", bySelf, byExec, byCopy, byBeside}}
	for _, who := range reached {
		for _, can := range who.can {
			started := "plainly"
			if can.hardened {
				started = "with " + lab.Hardening
			}
			row := []string{who.variant, started}
			for _, way := range []string{bySelf, byExec, byCopy, byBeside} {
				if can.no[way] == "" {
					row = append(row, "yes")
				} else {
					row = append(row, "no: "+can.no[way])
				}
			}
			s.Rows = append(s.Rows, row)
		}
	}
	return s
}
