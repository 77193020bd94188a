package tamper

import (
	"cmp"
	"fmt"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
)

// judgeIntegrity judges what came of all tampering. Integrity is whether the page names digests of its scripts.
func judgeIntegrity(reached []intrusion, all []tampering, integrity bool) record.Judgement {
	j := record.Judgement{Tables: []record.Sheet{tamperSheet(all), whoSheet(reached)}}
	var running, restarted, inside int // of those with the build inside the program
	var wrong, gone, disk, unlogged, kept, healed, stuck, spared, renewed int
	deleted, corrupted := map[string]bool{}, map[string]bool{}
	served := map[string]bool{}
	for _, t := range all {
		if t.embedded {
			inside++
			if !allRight(t.served) {
				running++
			}
			if !allRight(t.again) {
				restarted++
			}
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
		if bad && t.served[claim.AsBrowser] == servedRight {
			spared++
		}
		if (bad || absent) && allRight(t.renewed) {
			renewed++
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
	j.Verdict = claim.VerdictOf(running == 0, restarted == 0, both)
	j.Why = claim.Said(
		claim.Fact{running == 0, fmt.Sprintf("the server with the build inside it gave the right bytes through all %d attacks on its program while it ran", inside),
			fmt.Sprintf("the server with the build inside it gave wrong bytes or none after %d of %d attacks on its program, without a restart", running, inside)},
		claim.Fact{restarted == 0, "after a restart, too", fmt.Sprintf("after a restart %d of the %d showed: it served the attacker's script or did not start", restarted, inside)},
		claim.Fact{both, fmt.Sprintf("on disk, files can be corrupted and deleted under each of the %d other servers: of %d attacks %d gave wrong bytes with status 200 to some visitors, and %d an error", len(served), disk, wrong, gone),
			fmt.Sprintf("on disk, not each of the %d other servers could be made to serve corrupted and deleted files: of %d attacks %d gave wrong bytes with status 200, and %d an error", len(served), disk, wrong, gone)},
	)
	j.Evidence = append(whoEvidence(reached),
		fmt.Sprintf("Of the %d attacks on files that gave wrong bytes with status 200, nothing noticed %d: no line in a log, and the API's health endpoint said 200.", wrong, unlogged),
		fmt.Sprintf("In %d of them only visitors that take no compressed form got the wrong bytes: browsers got the right ones, from the .br or .gz that was left alone.", spared),
		fmt.Sprintf("A restart healed %d of the %d attacks on files that showed, a new container of the same image %d.", healed, wrong+gone, renewed),
		fmt.Sprintf("After %d of the attacks on files the server answered 304 (not modified) to the ETag of before, although the bytes had changed. After %d of them a new container, which has the right bytes, answered 304 to the ETag of the wrong ones, so that a visitor who has those keeps them.", kept, stuck),
	)
	if n := immutable(all); n > 0 {
		j.Evidence = append(j.Evidence, fmt.Sprintf("In %d cases the wrong bytes came with Cache-Control: immutable, for a year: a visitor that keeps files does not even ask again, and neither a restart nor a new container heals that.", n))
	}
	if !integrity {
		j.Evidence = append(j.Evidence, "The page names no digests of its scripts (integrity=…), so a browser would not notice either.")
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
		if wrong, _ := faults(t.served); wrong && t.served[claim.AsCurl] != servedRight && strings.Contains(t.policy, "immutable") {
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
		fmt.Sprintf("Who breaks into the server is its own user, and can change the files or the program in: %s. Root outside, by docker cp, can in: %s.", none(self), none(root)),
		fmt.Sprintf("With %s on the container, these ways lead there in: %s.", lab.Hardening, none(hardened)),
	}
}

func tamperSheet(all []tampering) record.Sheet {
	s := record.Sheet{Name: "tampering", Title: "What the visitor gets",
		Doc: "Each row is a fresh container. Unless the row says so, the compressed forms (.br, .gz) beside a file are left as they are, and a server may prefer them. Asked by a browser (which takes gzip and br), by one that takes gzip only, and by curl (uncompressed). " +
			"Tampered: the attacker's bytes with status 200; nothing: status 200 and no bytes; a number: that status. Old tag: the status of curl's question whether the file is still the one with the ETag of before. Logged: lines of all containers meanwhile.",
		Head: []string{"variant", "attack", "done by", "browser", "gzip", "curl", "old tag", "logged", "after a restart", "in a new container"}}
	for _, t := range all {
		by := t.by
		if t.refused != "" {
			by = "nobody: " + t.refused
		}
		again := "does not start"
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
		s.Rows = append(s.Rows, []string{t.variant, t.act, by, t.served[claim.AsBrowser], t.served["gzip"], t.served[claim.AsCurl], fmt.Sprint(t.oldTag), fmt.Sprint(t.logged), again, renewed})
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
		name := map[string]string{claim.AsBrowser: "browser", claim.AsCurl: "curl"}[coding]
		parts = append(parts, cmp.Or(name, coding)+": "+served[coding])
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
