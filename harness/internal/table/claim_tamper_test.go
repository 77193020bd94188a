package table

import (
	"slices"
	"strings"
	"testing"

	"spabench/harness/internal/record"
)

// gave makes what was served to a browser, to a client that takes gzip, and to curl.
func gave(browser, gzip, curl record.TamperResponse) record.TamperResponses {
	return record.TamperResponses{record.BrowserClient: browser, record.GzipClient: gzip, record.CurlClient: curl}
}

func TestTamperText(t *testing.T) {
	right := record.TamperResponse{Status: 200, Content: record.BuiltContent}
	tampered := record.TamperResponse{Status: 200, Content: record.AttackerContent}
	empty := record.TamperResponse{Status: 200, Content: record.EmptyContent}
	allRight := gave(right, right, right)
	noticed := record.Attack{Variant: "disk", Served: gave(tampered, tampered, tampered), Restarted: allRight,
		Renewed: allRight, Health: 200, Logged: 2, OldTagStatus: 200}
	quiet := record.Attack{Variant: "disk", Served: gave(right, right, empty), Restarted: gave(right, right, empty),
		Renewed: allRight, Health: 200, OldTagStatus: 304, NewTagStatus: 304,
		CacheControl: "public, max-age=31536000, immutable"}
	inside := record.Attack{Variant: "inside", Embedded: true, Served: allRight, Restarted: allRight, Renewed: allRight}
	plain := record.FileAccess{Variant: "disk", Refused: map[record.TamperWay]string{
		record.ByOwnUser: "Permission denied", record.ByExec: "no shell"}}
	hardened := record.FileAccess{Variant: "disk", Hardened: true, Refused: map[record.TamperWay]string{
		record.ByExec: "no shell", record.ByCopy: "read-only", record.BySecondContainer: "read-only"}}
	o := record.TamperObserved{Integrity: true, Access: []record.FileAccess{plain, hardened},
		Attacks: []record.Attack{inside, noticed, quiet}}

	text := tamperText(record.Observed{Tamper: &o})
	saysOfClaim(t, "all", text, "through all 1 attacks on its program while it ran; so it did after a restart")
	saysOfClaim(t, "all", text, "not every one of the 1 other server could")
	saysOfClaim(t, "all", text, "of 2 attacks, 2 gave some clients wrong bytes with status 200, and 0 gave an error")
	for _, words := range []string{
		"Of the 2 attacks on files that gave wrong bytes with status 200, 1 went unnoticed:",
		"In 1 of them, only clients that accept no compression",
		"Of the 2 attacks on files that showed, a restart undid 1, and a new container of the same image 2.",
		"After 1 of the attacks on files the server responded with 304",
		"After 1 attack the wrong bytes came with Cache-Control: immutable",
		"can change the files or the program of: none. Root outside, with docker cp, can change those of: disk.",
		"they can be changed in: disk (the server's own user).",
	} {
		if !slices.ContainsFunc(text.evidence, func(line string) bool { return strings.Contains(line, words) }) {
			t.Errorf("no evidence says %q:\n%s", words, strings.Join(text.evidence, "\n"))
		}
	}
	says := func(words string) bool { return strings.Contains(strings.Join(text.evidence, "\n"), words) }
	if says("integrity=") {
		t.Error("the page has digests, and the evidence says that it has none")
	}
	o.Integrity = false
	if text = tamperText(record.Observed{Tamper: &o}); !says("integrity=") {
		t.Error("the page has no digests, and the evidence does not say so")
	}
	o.Attacks = []record.Attack{{Variant: "inside", Embedded: true}}
	saysOfClaim(t, "silent", tamperText(record.Observed{Tamper: &o}), "after 1 of 1 attacks on its program")
}

func TestResponses(t *testing.T) {
	missing, silent := record.TamperResponse{Status: 404}, record.TamperResponse{}
	if got := responses(gave(missing, missing, missing)); got != "404" {
		t.Error(got)
	}
	if got := responses(gave(missing, silent, missing)); got != "browser: 404, gzip: no response, curl: 404" {
		t.Error(got)
	}
}
