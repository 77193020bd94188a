package claims

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spabench/harness/internal/record"
	"spabench/harness/internal/rig/rigtest"
)

// A run that was cut off goes on with what it has not judged, and a test that broke off is made again.
func TestClaimsResumed(t *testing.T) {
	rigtest.Open(t)
	file := filepath.Join(t.TempDir(), record.ClaimsFile)
	o := Options{Root: "../../..", File: file, Only: []string{"last-stage-is-default", "static-bottleneck"}, Command: "make claims", Progress: &rigtest.Told{}}
	run, err := Judge(t.Context(), o)
	if err != nil || run.Ended == nil || len(run.Claims) != 2 {
		t.Fatalf("%v, %d claims", err, len(run.Claims))
	}
	// As it is after the first: the second is missing, the first carries a mark that only a record can have.
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
