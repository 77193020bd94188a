package table

import (
	"strings"
	"testing"

	"spabench/harness/internal/record"
)

func TestSplitText(t *testing.T) {
	page := record.ComparedResponse{Target: "/", Status: [2]int{200, 200}, Same: true, Coding: [2]string{"br", "br"}}
	say := func(responses ...record.ComparedResponse) claimText {
		return splitText(record.Observed{Split: &record.SplitObserved{
			Servers: []record.SplitServer{{Variant: "one", Responses: responses}}}})
	}
	text := say(page)
	saysOfClaim(t, "the same", text, "1 of 1 responses are the same, byte for byte")
	if strings.Contains(text.why, "coding") || len(text.evidence) != 2 {
		t.Errorf("“%s”, %q", text.why, text.evidence)
	}
	gzip := page
	gzip.Coding[1] = "gzip"
	text = say(page, gzip, gzip)
	saysOfClaim(t, "coding", text, "in 2, nginx uses another content coding (gzip instead of br)")
	if !strings.Contains(text.evidence[0], "Brotli") || text.sheets[0].rows[1][3] != "br, then gzip" {
		t.Errorf("%q, %q", text.evidence, text.sheets[0].rows)
	}
	other := record.ComparedResponse{Target: "/absent", Status: [2]int{404, 502}, Fields: []string{"Vary"}}
	text = say(page, other)
	saysOfClaim(t, "another", text, "1 of 2")
	if text.evidence[0] != "Responses that differ: /absent of one (404, then 502)." {
		t.Errorf("“%s”", text.evidence[0])
	}
}

func TestFrontsText(t *testing.T) {
	good := record.ServedFront{Variant: "one", Passed: 80, ScriptBytes: 21_900}
	fewer := record.ServedFront{Variant: "two", Passed: 70}
	bad := record.ServedFront{Variant: "three", Passed: 60, Failed: 2, FirstFailed: "routing-root"}
	say := func(fronts ...record.ServedFront) claimText {
		return frontsText(record.Observed{Fronts: &record.FrontsObserved{Fronts: fronts}})
	}
	saysOfClaim(t, "all", say(good, fewer), "each of the 2 builds passes all checks that apply (70 or more), served "+
		"by the same program: one and two")
	text := say(good, bad)
	saysOfClaim(t, "one fails", text, "three fails 2 checks, the first being routing-root")
	if text.sheets[0].rows[0][3] != "21.9" {
		t.Errorf("%q", text.sheets[0].rows)
	}
}
