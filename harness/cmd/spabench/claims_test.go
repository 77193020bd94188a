package main

import (
	"testing"

	"spabench/harness/internal/claims"
	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// Every claim has a text for what its test observes: a run that no page can be rendered from is found out here.
func TestClaimTexts(t *testing.T) {
	run := record.Claims{Schema: record.ClaimsSchema}
	for i, id := range claims.IDs() {
		run.Claims = append(run.Claims, record.Claim{ID: id, Number: i + 1, Words: "Words.", Test: "Test",
			Judgement: record.Judgement{Verdict: record.NotTested, Reason: "the test broke off"}})
	}
	if _, err := table.ClaimsPage(run, "run"); err != nil {
		t.Error(err)
	}
	run.Claims = append(run.Claims, record.Claim{ID: "no-such-claim"})
	if _, err := table.ClaimsPage(run, "run"); err == nil {
		t.Error("a claim that is unknown is rendered")
	}
}
