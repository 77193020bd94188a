package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// ClaimsSchema is the version of the shape of [Claims]. A reader refuses a newer one. In version 1, a claim was
// recorded as the sentences and tables of its page; since version 2, as what was observed.
const ClaimsSchema = 2

// ClaimsFile is what the record of a run that tested claims is called, in its folder.
const ClaimsFile = "claims.json"

// Claims is a run that tested claims: where, and with what result. Its file is one JSON document, rewritten after each
// claim.
type Claims struct {
	Schema  int        `json:"schema"`
	Started time.Time  `json:"started"`
	Ended   *time.Time `json:"ended,omitempty"`   // nil when the run did not complete
	Resumed int        `json:"resumed,omitempty"` // how often it continued after an interruption
	Env     Env        `json:"env"`
	Command string     `json:"command"` // repeats this run from the project's root
	Asked   []string   `json:"asked"`   // ids of the claims that it set out to test, in their order
	Claims  []Claim    `json:"claims"`  // those that it has tested, in the same order
}

// Claim is a claim that was tested.
type Claim struct {
	ID     string `json:"id"`     // stable, kebab-case
	Number int    `json:"number"` // its place in the published table
	Words  string `json:"words"`  // what is claimed
	Test   string `json:"test"`   // what was done to test it

	Judgement

	Command string        `json:"command"` // tests this claim alone
	Took    time.Duration `json:"took"`    // nanoseconds
	Err     string        `json:"err,omitempty"`
}

// Judgement is what a test of a claim came to, and what it saw.
type Judgement struct {
	Verdict     Verdict      `json:"verdict"`
	Reason      string       `json:"reason,omitempty"` // why it was not tested, where Observed does not tell
	Observed    Observed     `json:"observed,omitzero"`
	Transcripts []Transcript `json:"transcripts,omitempty"`

	// In schema 1 alone:
	Why      string   `json:"why,omitempty"`      // the evidence in a sentence or two, with its numbers
	Evidence []string `json:"evidence,omitempty"` // what else was seen, a sentence each
	Tables   []Sheet  `json:"tables,omitempty"`
}

// Verdict says whether a claim is true.
type Verdict string

// Verdicts.
const (
	Holds     Verdict = "holds"
	Partly    Verdict = "partly holds"
	Refuted   Verdict = "refuted"
	NotTested Verdict = "not tested" // Reason or Observed says why

	PartlySchema1 Verdict = "holds partly" // what Partly was called in schema 1
)

// Sheet is a table of a claim's evidence in schema 1: cells as people read them, units in the head.
type Sheet struct {
	Name  string     `json:"name"` // kebab-case, stable
	Title string     `json:"title"`
	Doc   string     `json:"doc"` // what is measured, and how
	Head  []string   `json:"head"`
	Rows  [][]string `json:"rows"`
}

// Transcript is what was typed and what was seen. Lines that begin with $ were typed, those with # are remarks.
type Transcript struct {
	Title string   `json:"title"`
	Lines []string `json:"lines"`
}

// Write replaces the file at path in one step: a failure leaves the file that was there.
func (c Claims) Write(path string) error { return replaceJSON(path, c) }

// replaceJSON writes a value as an indented JSON document, and replaces the file at path in one step.
func replaceJSON(path string, value any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.Write(b.Bytes())
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// ReadClaims reads what Write wrote, of every schema up to ClaimsSchema.
func ReadClaims(path string) (Claims, error) {
	var c Claims
	b, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("read claims: %w", err)
	}
	if err := json.Unmarshal(b, &c); err != nil {
		return c, fmt.Errorf("read claims in %s: %w", path, err)
	}
	if c.Schema < 1 || c.Schema > ClaimsSchema {
		return c, fmt.Errorf("read claims in %s: schema %d, and this spabench reads 1 to %d",
			path, c.Schema, ClaimsSchema)
	}
	return c, nil
}

// Tested returns the claim of that id, if it was tested.
func (c Claims) Tested(id string) (Claim, bool) {
	for _, t := range c.Claims {
		if t.ID == id {
			return t, true
		}
	}
	return Claim{}, false
}

// Broken are the ids of the claims whose tests failed with an error.
func (c Claims) Broken() []string {
	var ids []string
	for _, t := range c.Claims {
		if t.Err != "" {
			ids = append(ids, t.ID)
		}
	}
	return ids
}
