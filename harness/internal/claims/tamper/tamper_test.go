package tamper

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"

	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// gave makes what was served to a browser, to a client that takes gzip, and to curl.
func gave(browser, gzip, curl record.TamperResponse) record.TamperResponses {
	return record.TamperResponses{record.BrowserClient: browser, record.GzipClient: gzip, record.CurlClient: curl}
}

var (
	right    = record.TamperResponse{Status: 200, Content: record.BuiltContent}
	tampered = record.TamperResponse{Status: 200, Content: record.AttackerContent}
	missing  = record.TamperResponse{Status: 404}
	silent   = record.TamperResponse{}
)

func TestJudge(t *testing.T) {
	allRight := gave(right, right, right)
	program := func(served, restarted record.TamperResponses) record.Attack {
		return record.Attack{Variant: "inside", Embedded: true, Served: served, Restarted: restarted, Renewed: allRight}
	}
	file := func(served record.TamperResponses) record.Attack {
		return record.Attack{Variant: "disk", Served: served, Restarted: served, Renewed: allRight}
	}
	edited, deleted := file(gave(tampered, right, tampered)), file(gave(missing, missing, missing))
	withstands := program(allRight, allRight)
	for name, test := range map[string]struct {
		all  []record.Attack
		want record.Verdict
	}{
		"the program withstands a restart": {[]record.Attack{withstands, edited, deleted}, record.Holds},
		"the program does not withstand a restart": {
			[]record.Attack{program(allRight, gave(right, right, tampered)), edited, deleted}, record.Partly},
		"it does not start":  {[]record.Attack{program(allRight, nil), edited, deleted}, record.Partly},
		"files withstand":    {[]record.Attack{withstands, file(allRight), file(allRight)}, record.Partly},
		"nothing is deleted": {[]record.Attack{withstands, edited}, record.Partly},
		"one of two withstands": {
			[]record.Attack{withstands, edited, deleted, {Variant: "other", Served: allRight}}, record.Partly},
		"nothing is as claimed": {
			[]record.Attack{program(gave(tampered, tampered, tampered), nil), file(allRight)}, record.Refuted},
		"no response": {[]record.Attack{program(gave(silent, silent, silent), nil), file(allRight)},
			record.Refuted},
		"nothing on disk":     {[]record.Attack{withstands}, record.NotTested},
		"nothing in programs": {[]record.Attack{edited, deleted}, record.NotTested},
	} {
		j := judge(record.TamperObserved{Attacks: test.all})
		if j.Verdict != test.want || (j.Reason == "") == (test.want == record.NotTested) {
			t.Errorf("%s: %s, want %s; reason %q", name, j.Verdict, test.want, j.Reason)
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

// The attacker's script has the size that it is to have.
func TestAttackerScript(t *testing.T) {
	for _, size := range []int{0, 200, 6764} {
		if got := len(attackerScript(size)); size > 0 && got != size {
			t.Errorf("attackerScript(%d) has %d bytes", size, got)
		}
	}
}

// What replaces compressed forms is what a browser decodes.
func TestCodedForms(t *testing.T) {
	coded, err := codedForms([]byte(attackerPage))
	if err != nil {
		t.Fatal(err)
	}
	zr, err := gzip.NewReader(bytes.NewReader(coded["gzip"]))
	if err != nil {
		t.Fatal(err)
	}
	for coding, r := range map[string]io.Reader{"gzip": zr, "br": rig.Decoders()["br"](bytes.NewReader(coded["br"]))} {
		if got, err := io.ReadAll(r); err != nil || string(got) != attackerPage {
			t.Errorf("%s: %q, %v", coding, got, err)
		}
	}
}
