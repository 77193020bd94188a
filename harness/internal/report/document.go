// Package report writes what an inspection found in the formats that other tools read: JSON with a published schema,
// JUnit XML for continuous integration, Markdown for people, and the JSON of a badge.
package report

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"spabench/harness/spatest"
)

// Schema is the JSON Schema of what JSON writes. A change that breaks readers of version 1 makes it version 2.
//
//go:embed schema.json
var Schema []byte

// SchemaID names the schema in every document.
const SchemaID = "urn:spabench:report:1"

// Document is a report with all that a reader needs who does not know the checks.
type Document struct {
	Schema   string                    `json:"$schema"` // SchemaID
	Target   string                    `json:"target"`
	Began    time.Time                 `json:"began"`
	Took     time.Duration             `json:"took_ns"`
	Conforms bool                      `json:"conforms"`
	Counts   map[string]map[string]int `json:"counts"` // by level, then by state; zeros are left out
	Outcomes []Outcome                 `json:"outcomes"`
}

// Outcome is an outcome of the suite with an explanation of its check. A check of another version, which is unknown
// here, has only its name.
type Outcome struct {
	spatest.Outcome
	Group       string   `json:"group"`
	Requirement string   `json:"requirement"`
	Rationale   string   `json:"rationale"`
	Spec        string   `json:"spec"`
	Remedies    []Remedy `json:"remedies,omitempty"` // of a violation, for the servers that were recognised
}

// Remedy is how to make a server keep the rule.
type Remedy struct {
	Server string `json:"server"` // its usual name
	Text   string `json:"text"`   // lines of its configuration or code
}

// New makes the document of a report. mend, which may be nil, returns the remedies for an outcome that is not OK.
func New(r spatest.Report, began time.Time, took time.Duration, mend func(spatest.Outcome) []Remedy) Document {
	checks := map[string]spatest.Check{}
	for _, c := range spatest.Checks() {
		checks[c.Name] = c
	}
	d := Document{
		Schema: SchemaID, Target: r.Target, Began: began.UTC().Truncate(time.Millisecond), Took: took,
		Conforms: r.Err() == nil, Counts: map[string]map[string]int{}, Outcomes: []Outcome{},
	}
	for _, o := range r.Outcomes {
		c := checks[o.Check]
		full := Outcome{Outcome: o, Group: c.Group, Requirement: c.Requirement(),
			Rationale: c.Rationale(), Spec: c.Spec}
		if mend != nil && Explained(o) {
			full.Remedies = mend(o)
		}
		d.Outcomes = append(d.Outcomes, full)
		level := o.Level.String()
		if d.Counts[level] == nil {
			d.Counts[level] = map[string]int{}
		}
		d.Counts[level][State(o)]++
	}
	return d
}

// Explained reports whether the outcome is a violation that is not waived.
func Explained(o spatest.Outcome) bool { return len(o.Findings) > 0 && o.Waived == "" }

// States are the possible results of a check, in the order in which summaries count them.
var States = []string{"pass", "fail", "skip", "error", "blocked", "waived"}

// State is the verdict, or “waived”.
func State(o spatest.Outcome) string {
	if o.Waived != "" {
		return "waived"
	}
	return string(o.Verdict)
}

// Groups are the outcomes by group, in order.
func (d Document) Groups() [][]Outcome {
	var groups [][]Outcome
	for i, o := range d.Outcomes {
		if i == 0 || d.Outcomes[i-1].Group != o.Group {
			groups = append(groups, nil)
		}
		last := &groups[len(groups)-1]
		*last = append(*last, o)
	}
	return groups
}

// Summary has a line for each level: how many checks ended in which state.
func (d Document) Summary() []string {
	var lines []string
	for level := spatest.Must; level <= spatest.May; level++ {
		line := ""
		for _, state := range States {
			if n := d.Counts[level.String()][state]; n > 0 {
				line += fmt.Sprintf(", %d %s", n, state)
			}
		}
		if line != "" {
			lines = append(lines, fmt.Sprintf("%-6s  %s", level, line[2:]))
		}
	}
	return lines
}

// Title is the result in one line.
func (d Document) Title() string {
	verdict := "conforms"
	if !d.Conforms {
		verdict = "does not conform"
	}
	checks := "checks"
	if len(d.Outcomes) == 1 {
		checks = "check"
	}
	took := d.Took.Round(time.Millisecond)
	if took > 10*time.Second {
		took = d.Took.Round(100 * time.Millisecond)
	}
	return fmt.Sprintf("%s %s (%d %s in %s)", d.Target, verdict, len(d.Outcomes), checks, took)
}

// JSON writes the document as Schema describes it.
func JSON(w io.Writer, d Document) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(d)
}
