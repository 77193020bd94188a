package table

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"spabench/harness/internal/record"
)

func tamperText(o record.Observed) claimText {
	t := *o.Tamper
	return claimText{
		why:      tamperFindings(t.OnPrograms(), t.OnFiles(), t.FilesExposed()),
		evidence: append(accessEvidence(t), attackEvidence(t)...),
		sheets:   []claimSheet{attackSheet(t.Attacks), accessSheet(t)},
	}
}

// attacksThat is how many of the attacks are such.
func attacksThat(attacks []record.Attack, are func(record.Attack) bool) (n int) {
	for _, a := range attacks {
		if are(a) {
			n++
		}
	}
	return n
}

func tamperFindings(programs, files []record.Attack, exposed bool) string {
	running := attacksThat(programs, record.Attack.Shows)
	restarted := attacksThat(programs, record.Attack.ShowsAfterRestart)
	var servers []string
	for _, a := range files {
		servers = append(servers, a.Variant)
	}
	wrong := attacksThat(files, record.Attack.Corrupts)
	gone := attacksThat(files, record.Attack.Shows) - wrong
	counts := fmt.Sprintf("of %d attacks, %d gave some clients wrong bytes with status 200, and %d gave an error",
		len(files), wrong, gone)
	others := "the " + plural(len(distinct(servers)), "other server")
	return say(
		finding{running == 0,
			fmt.Sprintf("the server with the build inside it served the right bytes through all %d attacks on its "+
				"program while it ran", len(programs)),
			fmt.Sprintf("the server with the build inside it served wrong bytes or none after %d of %d attacks on its "+
				"program, without a restart", running, len(programs))},
		finding{restarted == 0, "so it did after a restart",
			fmt.Sprintf("after a restart, %d of the %d showed: it served the attacker's script or did not start",
				restarted, len(programs))},
		finding{exposed,
			fmt.Sprintf("on disk, files can be corrupted and deleted under each of %s: %s", others, counts),
			fmt.Sprintf("on disk, not every one of %s could be made to serve corrupted and deleted files: %s",
				others, counts)},
	)
}

func attackEvidence(o record.TamperObserved) []string {
	files := o.OnFiles()
	wrong, shown := attacksThat(files, record.Attack.Corrupts), attacksThat(files, record.Attack.Shows)
	lines := []string{
		fmt.Sprintf("Of the %d attacks on files that gave wrong bytes with status 200, %d went unnoticed: "+
			"no line in a log, and the API's health endpoint responded with 200.",
			wrong, attacksThat(files, record.Attack.Unnoticed)),
		fmt.Sprintf("In %d of them, only clients that accept no compression got the wrong bytes: "+
			"browsers got the right ones, from the .br or .gz that was left alone.",
			attacksThat(files, record.Attack.SparesBrowsers)),
		fmt.Sprintf("Of the %d attacks on files that showed, a restart undid %d, and a new container of the same "+
			"image %d.", shown, attacksThat(files, record.Attack.HealedByRestart),
			attacksThat(files, record.Attack.HealedByRenewal)),
		fmt.Sprintf("After %d of the attacks on files the server responded with 304 (Not Modified) to the ETag from "+
			"before, although the bytes had changed. After %d of them a new container, which has the right bytes, "+
			"responded with 304 to the ETag of the wrong ones, so a client that has cached those keeps them.",
			attacksThat(files, record.Attack.KeepsTag), attacksThat(files, record.Attack.Sticks)),
	}
	if n := attacksThat(o.Attacks, record.Attack.CachedForGood); n > 0 {
		lines = append(lines, fmt.Sprintf("After %s the wrong bytes came with Cache-Control: immutable, for a year: "+
			"a client that caches them does not ask again, and neither a restart nor a new container changes that.",
			plural(n, "attack")))
	}
	if !o.Integrity {
		lines = append(lines, "The page names no digests of its scripts (integrity=…), "+
			"so a browser would not notice either.")
	}
	return lines
}

// wayNames are the ways to change a file, as people read them.
var wayNames = map[record.TamperWay]string{
	record.ByOwnUser: "the server's own user", record.ByExec: "root, docker exec", record.ByCopy: "root, docker cp",
	record.BySecondContainer: "root, a second container",
}

func accessEvidence(o record.TamperObserved) []string {
	var self, root, hardened []string
	for _, access := range o.Access {
		for _, way := range record.TamperWays {
			switch {
			case access.Refused[way] != "":
			case access.Hardened:
				hardened = append(hardened, access.Variant+" ("+wayNames[way]+")")
			case way == record.ByOwnUser:
				self = append(self, access.Variant)
			case way == record.ByCopy:
				root = append(root, access.Variant)
			}
		}
	}
	return []string{
		fmt.Sprintf("An intruder in the server, who is its own user, can change the files or the program of: %s. "+
			"Root outside, with docker cp, can change those of: %s.", orNone(list(self)), orNone(list(root))),
		fmt.Sprintf("In containers started with %s, they can be changed in: %s.", o.Hardening, orNone(list(hardened))),
	}
}

func attackSheet(attacks []record.Attack) claimSheet {
	t := claimSheet{
		title: "What clients get",
		doc: "Each row is a fresh container. Unless the attack says so, the compressed forms (.br, .gz) beside a " +
			"file stay as they are, and a server may prefer them. Clients: a browser (accepts gzip and br), one that " +
			"accepts only gzip, and curl (no compression). Tampered: the attacker's bytes with status 200; nothing: " +
			"status 200 and no bytes; a number: that status. Old ETag: the status of curl's conditional request with " +
			"the ETag from before the attack. Logged: lines of all containers meanwhile.",
		sheet: sheet{head: []string{"variant", "attack", "made by", "browser", "gzip", "curl", "old ETag", "logged",
			"after a restart", "in a new container"}},
	}
	for _, a := range attacks {
		by := wayNames[a.By]
		if a.Refused != "" {
			by = "nobody: " + a.Refused
		}
		restarted := "does not start"
		if a.Restarted != nil {
			restarted = responses(a.Restarted)
		}
		renewed := responses(a.Renewed)
		switch a.NewTagStatus {
		case http.StatusNotModified, http.StatusOK:
			renewed += fmt.Sprintf("; %d to the ETag of the wrong bytes", a.NewTagStatus)
		}
		t.rows = append(t.rows, []string{a.Variant, a.Name, by, response(a.Served[record.BrowserClient]),
			response(a.Served[record.GzipClient]), response(a.Served[record.CurlClient]), fmt.Sprint(a.OldTagStatus),
			fmt.Sprint(a.Logged), restarted, renewed})
	}
	return t
}

func response(r record.TamperResponse) string {
	switch r.Status {
	case 0:
		return "no response"
	case http.StatusOK:
		return string(r.Content)
	}
	return fmt.Sprint(r.Status)
}

// responses say what the clients got; once, if they all got the same.
func responses(by record.TamperResponses) string {
	if by == nil {
		return "not seen"
	}
	var parts, kinds []string
	for _, client := range record.TamperClients {
		kinds = append(kinds, response(by[client]))
		parts = append(parts, client+": "+response(by[client]))
	}
	if len(distinct(kinds)) == 1 {
		return kinds[0]
	}
	return strings.Join(parts, ", ")
}

func accessSheet(o record.TamperObserved) claimSheet {
	t := claimSheet{
		title: "Who can change it",
		doc: "The script on disk, or the program that contains it: opened for writing or, if that is refused, " +
			"replaced with a copy. Where an image has no shell, its user is tried in a second container that shares " +
			"the processes, and so sees the files, of the first.",
		sheet: sheet{head: []string{"variant", "started with"}},
	}
	for _, way := range record.TamperWays {
		t.head = append(t.head, wayNames[way])
	}
	for _, access := range o.Access {
		options := ""
		if access.Hardened {
			options = o.Hardening
		}
		row := []string{access.Variant, cmp.Or(options, "no options")}
		for _, way := range record.TamperWays {
			if refused := access.Refused[way]; refused != "" {
				row = append(row, "no: "+refused)
			} else {
				row = append(row, "yes")
			}
		}
		t.rows = append(t.rows, row)
	}
	return t
}
