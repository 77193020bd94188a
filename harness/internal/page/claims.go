package page

import (
	"io"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// claims is what the template of tested claims shows.
type claims struct {
	frame
	Lead                string
	Interrupted, Legend string
	Tested              []tested
	Facts               []facts
}

// tested is a claim with its tables as the page draws them.
type tested struct {
	table.ClaimView
	Key    string // of the colour of its verdict
	Sign   string // that stands beside it
	Tables []sheet
	Texts  []transcript
}

type transcript struct{ Title, Text string }

// WriteClaims writes the page of a run that tested claims. Home is as for Write. It fails on a claim that is not known
// here, and when w does.
func WriteClaims(w io.Writer, run record.Claims, home string) error {
	view, err := table.ViewClaims(run)
	if err != nil {
		return err
	}
	c := claims{frame: framed(view.Title, script, verdictStyle, claimsStyle),
		Interrupted: view.Interrupted, Legend: view.Legend,
		Lead:  day(run.Started) + ", " + view.Count,
		Facts: []facts{{"tested", "Where and how they were tested", view.Setting}}}
	c.Home = home
	for _, one := range view.Claims {
		c.Tested = append(c.Tested, testedOf(one))
	}
	return fill(w, "claims.gohtml", c)
}

func testedOf(c table.ClaimView) tested {
	t := tested{ClaimView: c}
	switch c.Verdict {
	case record.Holds:
		t.Key, t.Sign = "pass", "✓"
	case record.Partly:
		t.Key, t.Sign = "error", "±"
	case record.Refuted:
		t.Key, t.Sign = "fail", "✗"
	default:
		t.Key, t.Sign = "skip", "–"
	}
	for _, f := range c.Sheets {
		t.Tables = append(t.Tables, sheetOf("", f))
	}
	for _, text := range c.Transcripts {
		t.Texts = append(t.Texts, transcript{text.Title, strings.Join(text.Lines, "\n")})
	}
	return t
}
