package report

import (
	"encoding/json"
	"fmt"
	"io"

	"spabench/harness/spatest"
)

// badge is what shields.io expects of an endpoint: https://shields.io/badges/endpoint-badge
type badge struct {
	SchemaVersion int    `json:"schemaVersion"`
	Label         string `json:"label"`
	Message       string `json:"message"`
	Color         string `json:"color"`
	IsError       bool   `json:"isError,omitempty"` // keeps query strings from changing the colour
}

// Badge writes a badge for shields.io: how many of the decided checks passed. It is red when a MUST check did not pass
// and yellow when a SHOULD check did not. Observations (MAY) and waived checks do not count.
func Badge(w io.Writer, d Document) error {
	passed, counted := 0, 0
	b := badge{SchemaVersion: 1, Label: "SPA conformance", Color: "brightgreen"}
	for _, o := range d.Outcomes {
		if o.Level == spatest.May || o.Verdict == spatest.Skipped || o.Waived != "" {
			continue
		}
		counted++
		switch {
		case o.OK():
			passed++
		case o.Level == spatest.Must:
			b.Color, b.IsError = "red", true
		case b.Color != "red":
			b.Color = "yellow"
		}
	}
	b.Message = fmt.Sprintf("%d/%d", passed, counted)
	if counted == 0 {
		b.Message, b.Color = "nothing decided", "lightgrey"
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(b)
}
