package main

import (
	"path/filepath"
	"strings"
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

// A run never writes into the folder of another that is writing, or that began after the folder was found empty.
func TestClaimsFolderIsTaken(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	folder := &resultsFolder{path: dir, record: record.ClaimsFile}
	if err := folder.make(); err != nil {
		t.Fatal(err)
	}
	unlock, err := record.LockClaims(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := (record.Claims{Schema: record.ClaimsSchema}).Write(folder.file()); err != nil {
		t.Fatal(err)
	}
	for _, resume := range []bool{false, true} {
		err := runClaims(claimsCommand(), folder, claims.Options{File: folder.file(), Resume: resume})
		if err == nil || !strings.Contains(err.Error(), "another process") {
			t.Errorf("while it is written, resume %t: %v", resume, err)
		}
	}
	unlock()
	err = runClaims(claimsCommand(), folder, claims.Options{File: folder.file()})
	if err == nil || !strings.Contains(err.Error(), "another run has begun") {
		t.Errorf("once it is written: %v", err)
	}
	if _, err := record.ReadClaims(folder.file()); err != nil {
		t.Error(err)
	}
	if exists(dir, "README.md") {
		t.Error("wrote a page beside the other run's record")
	}
}
