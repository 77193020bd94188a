package table

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/record"
)

// claimText is what a page says of a tested claim.
type claimText struct {
	why      string   // the evidence in a sentence or two, with its numbers; no capital, no full stop
	evidence []string // what else was seen, a sentence each
	sheets   []claimSheet

	transcripts []record.Transcript // written from what was observed; others are in the record as they were told
}

// claimSheet is a table of a claim's evidence: cells as people read them, units in the head.
type claimSheet struct {
	title, doc string
	sheet
}

// claimTexts write what was observed, by the claim's id. They are called when something was.
var claimTexts = map[string]func(record.Observed) claimText{
	"one-container":           partsText,
	"no-build-tools":          leftoversText,
	"npm-ci-reproducible":     npmCIText,
	"layer-caching":           rebuildText,
	"image-size":              imageSizeText,
	"runtime-dependencies":    runtimeText,
	"file-integrity":          tamperText,
	"updates-without-rebuild": updateText,
	"hot-reload":              reloadText,
	"seed-runs-first":         seedText,
	"last-stage-is-default":   lastStageText,
	"anonymous-volume":        anonymousVolumeText,
	"volume-precedence":       mountsText,
	"static-bottleneck":       capacityText,
	"split-later":             splitText,
	"no-cors":                 originText,
	"static-binary":           basesText,
	"build-arguments":         argumentsText,
	"any-front-end":           frontsText,
}

// textOf is what is said of a claim: what was observed or, in schema 1, the sentences and tables of the record.
func textOf(schema int, c record.Claim) (claimText, error) {
	if schema == 1 {
		text := claimText{why: c.Why, evidence: c.Evidence}
		for _, t := range c.Tables {
			text.sheets = append(text.sheets, claimSheet{t.Title, t.Doc, sheet{head: t.Head, rows: t.Rows}})
		}
		return text, nil
	}
	write, known := claimTexts[c.ID]
	if !known {
		return claimText{}, fmt.Errorf("no text is known for what a claim named %s observes", c.ID)
	}
	var text claimText
	if c.Observed != (record.Observed{}) {
		text = write(c.Observed)
	}
	if c.Reason != "" {
		text.why = c.Reason
	}
	return text, nil
}

// finding is part of a claim: whether it holds, and what is said of it if it does and if it does not.
type finding struct {
	holds          bool
	yes, otherwise string
}

// say joins what is to be said of each part.
func say(parts ...finding) string {
	var said []string
	for _, p := range parts {
		if p.holds {
			said = append(said, p.yes)
		} else {
			said = append(said, p.otherwise)
		}
	}
	return strings.Join(said, "; ")
}

// medianDuration is the median of durations; of an even number, the lower of the two in the middle. Zero of none.
func medianDuration(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(d))[(len(d)-1)/2]
}

// distinct are the names without repetitions, in the order of their first.
func distinct(names []string) (once []string) {
	for _, name := range names {
		if !slices.Contains(once, name) {
			once = append(once, name)
		}
	}
	return once
}

// Cells and words of claims.

func asMB(bytes int64) string { return fmt.Sprintf("%.1f", float64(bytes)/1e6) }

func asSeconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }

func asMilliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	if ms < 10 {
		return fmt.Sprintf("%.1f", ms)
	}
	return fmt.Sprintf("%.0f", ms)
}

func yesNo(so bool) string {
	if so {
		return "yes"
	}
	return "no"
}

func orNone(s string) string { return orElse(s, "none") }

// change is what became of a value: one word where it stayed the same.
func change(before, after string) string {
	if before == after {
		return before
	}
	return before + ", then " + after
}
