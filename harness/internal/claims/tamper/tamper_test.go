package tamper

import (
	"bytes"
	"compress/gzip"
	"io"
	"slices"
	"strings"
	"testing"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// gave makes what was served to a browser, to one that takes gzip, and to curl.
func gave(browser, gzip, curl string) map[string]string {
	return map[string]string{claim.AsBrowser: browser, "gzip": gzip, claim.AsCurl: curl}
}

func TestJudgeIntegrity(t *testing.T) {
	right := gave(servedRight, servedRight, servedRight)
	program := func(served, again map[string]string) tampering {
		return tampering{variant: "inside", embedded: true, act: "program", served: served, again: again, renewed: right}
	}
	file := func(act string, served map[string]string) tampering {
		return tampering{variant: "disk", act: act, served: served, again: served, renewed: right, health: 200, oldTag: 200}
	}
	edited, deleted := file("edited", gave("tampered", servedRight, "tampered")), file("deleted", gave("404", "404", "404"))
	for name, test := range map[string]struct {
		all  []tampering
		want record.Verdict
	}{
		"the program withstands a restart":         {[]tampering{program(right, right), edited, deleted}, record.Holds},
		"the program does not withstand a restart": {[]tampering{program(right, gave(servedRight, servedRight, "tampered")), edited, deleted}, record.Partly},
		"it does not start":                        {[]tampering{program(right, nil), edited, deleted}, record.Partly},
		"files withstand":                          {[]tampering{program(right, right), file("edited", right), file("deleted", right)}, record.Partly},
		"nothing is deleted":                       {[]tampering{program(right, right), edited}, record.Partly},
		"all is otherwise":                         {[]tampering{program(gave("tampered", "tampered", "tampered"), nil), file("edited", right)}, record.Refuted},
		"nothing on disk":                          {[]tampering{program(right, right)}, record.NotTested},
	} {
		if j := judgeIntegrity(nil, test.all, false); j.Verdict != test.want {
			t.Errorf("%s: %s, want %s: %s", name, j.Verdict, test.want, j.Why)
		}
	}
}

func TestIntegrityEvidence(t *testing.T) {
	right := gave(servedRight, servedRight, servedRight)
	noticed := tampering{variant: "disk", act: "noticed", served: gave("tampered", "tampered", "tampered"), again: right, renewed: right, health: 200, logged: 2, oldTag: 200}
	quiet := tampering{variant: "disk", act: "quiet", served: gave(servedRight, servedRight, "nothing"), again: gave(servedRight, servedRight, "nothing"), renewed: right,
		health: 200, oldTag: 304, stuck: 304, policy: "public, max-age=31536000, immutable"}
	inside := tampering{variant: "inside", embedded: true, served: right, again: right, renewed: right}
	who := intrusion{variant: "disk", can: []canChange{
		{no: map[string]string{bySelf: "Permission denied", byExec: "no shell", byCopy: "", byBeside: ""}},
		{hardened: true, no: map[string]string{bySelf: "", byExec: "no shell", byCopy: "read-only", byBeside: "read-only"}},
	}}
	j := judgeIntegrity([]intrusion{who}, []tampering{inside, noticed, quiet}, true)
	for _, words := range []string{
		"Of the 2 attacks on files that gave wrong bytes with status 200, nothing noticed 1:",
		"In 1 of them only visitors that take no compressed form",
		"A restart healed 1 of the 2 attacks on files that showed, a new container of the same image 2.",
		"After 1 of the attacks on files the server answered 304",
		"In 1 cases the wrong bytes came with Cache-Control: immutable",
		"can change the files or the program in: none. Root outside, by docker cp, can in: disk.",
		"these ways lead there in: disk (the server's own user).",
	} {
		if !slices.ContainsFunc(j.Evidence, func(line string) bool { return strings.Contains(line, words) }) {
			t.Errorf("no evidence says %q:\n%s", words, strings.Join(j.Evidence, "\n"))
		}
	}
	for _, line := range j.Evidence {
		if strings.Contains(line, "integrity=") {
			t.Errorf("the page has digests, and the evidence says %q", line)
		}
	}
}

func TestLastWords(t *testing.T) {
	for all, want := range map[string]string{
		"": "",
		"sh: 1: cannot create /x: Permission denied\n":                          "Permission denied",
		"cp: cannot open 'a': No\ncp: cannot create 'b': Read-only file system": "Read-only file system",
		"container rootfs is marked read-only":                                  "container rootfs is marked read-only",
	} {
		if got := lastWords(all); got != want {
			t.Errorf("lastWords(%q) = %q, want %q", all, got, want)
		}
	}
}

// TestOther: what takes the script's place has its very size, where it is asked to.
func TestOther(t *testing.T) {
	for _, size := range []int{0, 200, 6764} {
		if got := len(other(size)); size > 0 && got != size {
			t.Errorf("other(%d) has %d bytes", size, got)
		}
	}
}

// TestCodedForms: what takes the place of compressed forms is what a browser undoes.
func TestCodedForms(t *testing.T) {
	coded, err := codedForms([]byte(otherPage))
	if err != nil {
		t.Fatal(err)
	}
	zr, err := gzip.NewReader(bytes.NewReader(coded["gzip"]))
	if err != nil {
		t.Fatal(err)
	}
	for coding, r := range map[string]io.Reader{"gzip": zr, "br": rig.Decoders()["br"](bytes.NewReader(coded["br"]))} {
		if got, err := io.ReadAll(r); err != nil || string(got) != otherPage {
			t.Errorf("%s: %q, %v", coding, got, err)
		}
	}
}
