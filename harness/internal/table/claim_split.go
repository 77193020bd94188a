package table

import (
	"fmt"
	"strings"

	"spabench/harness/internal/record"
)

func splitText(o record.Observed) claimText {
	var text claimText
	var names, codings, differ []string
	same, all := 0, 0
	for _, s := range o.Split.Servers {
		names = append(names, s.Variant)
		text.sheets = append(text.sheets, responsesSheet(s))
		for _, r := range s.Responses {
			all++
			if r.Same {
				same++
			} else {
				differ = append(differ, fmt.Sprintf("%s of %s (%s)", r.Target, s.Variant, statusChange(r)))
			}
			if !r.SameCoding() {
				codings = append(codings, fmt.Sprintf("%s instead of %s", orNone(r.Coding[1]), orNone(r.Coding[0])))
			}
		}
	}
	text.why = fmt.Sprintf("the images of %s, unchanged, serve as the back end of three containers, and %d of %d "+
		"responses are the same, byte for byte", list(names), same, all)
	if len(codings) > 0 {
		text.why += fmt.Sprintf("; in %d, nginx uses another content coding (%s)",
			len(codings), strings.Join(distinct(codings), ", "))
	}
	if strings.Contains(strings.Join(codings, ", "), "instead of br") {
		text.evidence = append(text.evidence, "The official image of nginx has no Brotli module.")
	}
	if len(differ) > 0 {
		text.evidence = append(text.evidence, "Responses that differ: "+strings.Join(differ, ", ")+".")
	}
	text.evidence = append(text.evidence,
		"What changes is configuration: two more containers, a network, and nginx's two files (claim one-container "+
			"counts their lines).",
		"The suite and the contract of the API pass for each of these, which TestSplit checks; nginx-fastapi and "+
			"nginx-three-container, whose back-end images do not contain the app, are in the matrix.")
	return text
}

func statusChange(r record.ComparedResponse) string {
	return change(fmt.Sprint(r.Status[0]), fmt.Sprint(r.Status[1]))
}

func responsesSheet(s record.SplitServer) claimSheet {
	t := claimSheet{
		title: "Responses of " + s.Variant + ", alone and as the back end of three",
		doc: "The same: status and every byte of the body, when no content coding is accepted. Coding: of the body, " +
			"when br and gzip are accepted. Fields: header fields whose values differ, or that only one of the " +
			"responses has, when no content coding is accepted; Date, Server and those about the connection are left " +
			"out.",
		sheet: sheet{head: []string{"GET", "status", "the same", "coding", "fields that differ"}},
	}
	for _, r := range s.Responses {
		t.rows = append(t.rows, []string{
			r.Target, statusChange(r), yesNo(r.Same), change(orNone(r.Coding[0]), orNone(r.Coding[1])),
			orNone(strings.Join(r.Fields, ", ")),
		})
	}
	return t
}
