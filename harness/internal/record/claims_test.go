package record

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// What was observed is read as it was written.
func TestClaimsReadAsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), ClaimsFile)
	want := Claims{Schema: ClaimsSchema, Asked: []string{"file-integrity"}, Claims: []Claim{
		{ID: "file-integrity", Judgement: Judgement{Verdict: Partly, Observed: Observed{Tamper: &TamperObserved{
			Access: []FileAccess{{Variant: "disk", Refused: map[TamperWay]string{ByExec: "no shell"}}},
			Attacks: []Attack{{
				Variant: "disk", By: ByCopy,
				Served: TamperResponses{CurlClient: {Status: 200, Content: EmptyContent}},
			}},
		}}}},
		{ID: "hot-reload", Judgement: Judgement{Verdict: Holds, Observed: Observed{Reload: &ReloadObserved{
			GoDev: Saves{File: "index.html", Saved: 1, Seen: []time.Duration{time.Millisecond}},
		}}}},
		{ID: "no-cors", Judgement: Judgement{Verdict: NotTested, Reason: "no browser"}},
	}}
	if err := want.Write(path); err != nil {
		t.Fatal(err)
	}
	got, err := ReadClaims(path)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n got %+v\nwant %+v", err, got, want)
	}
	for _, schema := range []int{0, ClaimsSchema + 1} {
		if err := (Claims{Schema: schema}).Write(path); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadClaims(path); err == nil || !strings.Contains(err.Error(), "schema") {
			t.Errorf("schema %d: %v", schema, err)
		}
	}
}
