package page

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// answer is the top of the page: what the run shows, whether it is noisy, and who conforms.
type answer struct {
	Sentences []table.Sentence
	Noise     string
	Conforms  string
	Table     *sheet // of conformance
}

func answerOf(run record.Run, sheets map[string]sheet) answer {
	a := answer{Sentences: table.Summary(run), Noise: noise(run), Conforms: conforms(run)}
	// The A/A test's own sentence on noise is said below the others in any case.
	a.Sentences = slices.DeleteFunc(a.Sentences, func(s table.Sentence) bool { return s.Label == "Noisy" })
	if s, ok := sheets["conformance"]; ok {
		a.Table = &s
	}
	return a
}

// noise says whether the run is noisy, as its A/A test shows.
func noise(run record.Run) string {
	text, known := table.Noise(run)
	var disturbed []string
	for _, s := range table.RoundStates(run) {
		if s.Disturbed {
			disturbed = append(disturbed, fmt.Sprint(s.Round))
		}
	}
	switch {
	case text != "":
		text = "This run is noisy: " + text
	case known:
		text = "The A/A test, one variant measured twice, is as narrow as it should be: this run is not noisy."
	default:
		text = "How noisy this run is, is not known: it has no A/A test of enough rounds."
	}
	switch len(disturbed) {
	case 0:
		return text
	case 1:
		return text + " Round " + disturbed[0] + " was disturbed."
	}
	return text + " Rounds " + strings.Join(disturbed, ", ") + " were disturbed."
}

// conforms names the variants that conform, and those that do not.
func conforms(run record.Run) string {
	var yes, no []string
	for _, arm := range run.Plan.Variants {
		switch ok, known := table.Conforms(run, arm); {
		case ok:
			yes = append(yes, arm)
		case known:
			no = append(no, arm)
		}
	}
	switch {
	case len(yes)+len(no) == 0:
		return "No variant was checked for conformance."
	case len(no) == 0:
		return "All that were checked conform: " + strings.Join(yes, ", ") + "."
	case len(yes) == 0:
		return "None that was checked conforms: " + strings.Join(no, ", ") + "."
	}
	return "These conform: " + strings.Join(yes, ", ") + ". These do not: " + strings.Join(no, ", ") + "."
}
