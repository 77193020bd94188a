package table

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// claimsRun has a claim that was judged, one that could not be tested, and one whose test broke off.
func claimsRun(schema int) record.Claims {
	lastStage := record.LastStageObserved{Untargeted: "/server", Runtime: "/server", Seed: "/seed"}
	return record.Claims{
		Schema: schema, Started: time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC), Command: "make claims",
		Asked: []string{"last-stage-is-default", "no-cors", "image-size"},
		Claims: []record.Claim{
			{ID: "last-stage-is-default", Number: 11, Words: "The last stage.", Test: "Build it.", Took: time.Second,
				Command: "make claims ARGS=a", Judgement: record.Judgement{
					Verdict: record.Partly, Observed: record.Observed{LastStage: &lastStage},
					Transcripts: []record.Transcript{
						{Title: "Transcript, Compose", Lines: []string{"$ docker compose up"}},
					},
				}},
			{ID: "no-cors", Number: 16, Words: "CORS.", Test: "Visit it.",
				Judgement: record.Judgement{Verdict: record.NotTested, Reason: "Chromium is not installed"}},
			{ID: "image-size", Number: 5, Words: "Sizes.", Test: "Weigh it.", Err: "build: no space left",
				Judgement: record.Judgement{Verdict: record.NotTested, Reason: "the test broke off"}},
		},
	}
}

func TestClaimsPage(t *testing.T) {
	page, err := ClaimsPage(claimsRun(2), "run")
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{
		"3 claims: 1 partly holds and 2 not tested.",
		"**This run was interrupted** after 3 of 3 claims.",
		"| **partly holds** | Without a target the image starts /server, as the last stage does; with --target seed",
		"**Partly holds**: without a target",
		"### Stages\n",
		"### Transcript, Compose\n\n```text\n$ docker compose up\n```",
		"Repeat with `make claims ARGS=a`; it took 1 s.",
		"**Not tested**: Chromium is not installed.",
		"**Not tested**: the test broke off.\n\n```text\nbuild: no space left\n```",
	} {
		if !strings.Contains(page, words) {
			t.Errorf("the page does not say %q:\n%s", words, page)
		}
	}
}

// A record of schema 1 has the sentences and tables of its page.
func TestClaimsPageOfSchema1(t *testing.T) {
	run := claimsRun(1)
	run.Claims = run.Claims[:1]
	run.Claims[0].Judgement = record.Judgement{
		Verdict: record.PartlySchema1, Why: "it was seen", Evidence: []string{"So was that."},
		Tables: []record.Sheet{{Title: "Stages", Doc: "Doc.", Head: []string{"target"}, Rows: [][]string{{"none"}}}},
	}
	page, err := ClaimsPage(run, "run")
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{
		"1 claim: 1 partly holds.", "**Holds partly**: it was seen.\n\n- So was that.\n", "| target |", "| none   |",
		"Holds partly: some of it does", "Again: `make claims ARGS=a`, which took 1 s.",
	} {
		if !strings.Contains(page, words) {
			t.Errorf("the page does not say %q:\n%s", words, page)
		}
	}
}

func TestClaimsText(t *testing.T) {
	var b bytes.Buffer
	if err := ClaimsText(&b, claimsRun(2)); err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{
		"11  last-stage-is-default  PARTLY HOLDS\n    “The last stage.”\n    Without a target the image starts /server",
		"    The test broke off.\n    build: no space left\n",
		"3 claims: 1 partly holds and 2 not tested.\n",
	} {
		if !strings.Contains(b.String(), words) {
			t.Errorf("the text does not say %q:\n%s", words, b.String())
		}
	}
}
