package claims

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig/rigtest"
)

// A run that was cut off continues with what it has not judged, and a test that broke off is repeated.
func TestClaimsResumed(t *testing.T) {
	rigtest.Open(t)
	file := filepath.Join(t.TempDir(), record.ClaimsFile)
	o := Options{
		Root: "../../..", Prefix: lab.TestPrefix, File: file,
		Only:    []string{"last-stage-is-default", "static-bottleneck"},
		Command: "make claims", Progress: &rigtest.Told{},
	}
	run, err := Judge(t.Context(), o)
	if err != nil || run.Ended == nil || len(run.Claims) != 2 {
		t.Fatalf("%v, %d claims", err, len(run.Claims))
	}
	// As after the first claim: the second is missing, and the first carries a mark that only a record can have.
	run.Ended, run.Claims = nil, run.Claims[:1]
	run.Claims[0].Reason = "as it was"
	if err := run.Write(file); err != nil {
		t.Fatal(err)
	}
	o.Resume, o.Only = true, nil
	again, err := Judge(t.Context(), o)
	if err != nil || again.Resumed != 1 || len(again.Claims) != 2 || again.Claims[0].Reason != "as it was" {
		t.Fatalf("%v: resumed %d times, %+v", err, again.Resumed, again.Claims)
	}
	again.Claims[0].Err, again.Ended = "broke off", nil
	again.Env.Commit = "another"
	if err := again.Write(file); err != nil {
		t.Fatal(err)
	}
	if _, err := Judge(t.Context(), o); err == nil || !strings.Contains(err.Error(), "commit") {
		t.Errorf("another commit: %v", err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}

// A run whose claims are recorded in another form is not continued: its file would have both.
func TestResumeSchema(t *testing.T) {
	file := filepath.Join(t.TempDir(), record.ClaimsFile)
	for schema, want := range map[int]error{1: record.ErrChanged, record.ClaimsSchema: nil} {
		before := record.Claims{Schema: schema, Asked: []string{"image-size"}}
		if err := before.Write(file); err != nil {
			t.Fatal(err)
		}
		run, selected, err := resume(file, record.Env{})
		if !errors.Is(err, want) {
			t.Errorf("schema %d: %v, want %v", schema, err, want)
		}
		if want == nil && (run.Resumed != 1 || len(selected) != 1 || selected[0].ID != "image-size") {
			t.Errorf("schema %d: resumed %d times, selected %d claims", schema, run.Resumed, len(selected))
		}
	}
}
