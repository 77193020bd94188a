package table

import (
	"fmt"
	"strings"

	"spabench/harness/internal/record"
)

// ClaimsView is what the page of a run that tested claims says, for whoever lays it out elsewhere.
type ClaimsView struct {
	Title, Count string
	Interrupted  string // "" of a run that was completed
	Legend       string
	Claims       []ClaimView
	Setting      []Sentence
}

// ClaimView is one claim with its evidence.
type ClaimView struct {
	ID, Words, Test string
	Number          int
	Verdict         record.Verdict // of the current schema
	Why             string         // a sentence
	Evidence        []string       // a sentence each
	Sheets          []Filled
	Transcripts     []record.Transcript
	Err             string
	Command, Took   string
}

// ViewClaims is the view of a record of any schema.
func ViewClaims(run record.Claims) (ClaimsView, error) {
	v := ClaimsView{
		Title:   "Claims about baking a single-page app into its back end, tested on " + machine(run.Env),
		Count:   claimCount(run),
		Legend:  phrases(record.ClaimsSchema).legend,
		Setting: sentences(claimsContext(run)),
	}
	if run.Ended == nil {
		v.Interrupted = fmt.Sprintf("This run was interrupted after %d of %d claims.", len(run.Claims), len(run.Asked))
	}
	for _, c := range run.Claims {
		one, err := viewClaim(run.Schema, c)
		if err != nil {
			return v, fmt.Errorf("render claim %s: %w", c.ID, err)
		}
		v.Claims = append(v.Claims, one)
	}
	return v, nil
}

func viewClaim(schema int, c record.Claim) (ClaimView, error) {
	text, err := textOf(schema, c)
	v := ClaimView{
		ID: c.ID, Words: c.Words, Test: strings.TrimSuffix(c.Test, ".") + ".", Number: c.Number, Verdict: c.Verdict,
		Why: capital(text.why) + ".", Evidence: text.evidence,
		Transcripts: append(text.transcripts, c.Transcripts...), Err: c.Err, Command: c.Command, Took: duration(c.Took),
	}
	if c.Verdict == record.PartlySchema1 {
		v.Verdict = record.Partly
	}
	for _, s := range text.sheets {
		v.Sheets = append(v.Sheets, filled(s.title, s.doc, s.sheet))
	}
	return v, err
}
