package table

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/inventory"
	"spabench/harness/internal/record"
)

func basesText(o record.Observed) claimText {
	seen := o.Bases
	text := claimText{sheets: []claimSheet{basesSheet(*seen)}}
	for _, b := range seen.Bases {
		if b.NotMeasured != "" {
			text.evidence = append(text.evidence,
				fmt.Sprintf("%s was not measured: %s.", b.Name, strings.TrimSuffix(b.NotMeasured, ".")))
		}
	}
	var runs, fails, cgoFails []string
	for _, b := range seen.Measured() {
		switch {
		case b.PureGo() && b.Static && b.Works:
			runs = append(runs, fmt.Sprintf("%s (%s MB)", b.Name, asMB(b.Unpacked)))
		case b.PureGo():
			fails = append(fails, b.Name)
		case b.Cgo && !b.Static && !b.Works:
			cgoFails = append(cgoFails, b.Name)
		}
	}
	text.why = say(finding{len(fails) == 0,
		"built without cgo, the binary is static and runs on " + list(runs),
		"built without cgo, the binary is not static or does not work on " + list(fails)})
	if len(cgoFails) > 0 {
		text.why += fmt.Sprintf("; built with cgo, it is linked with a libc and does not start on %s", list(cgoFails))
		if slices.ContainsFunc(seen.Bases, func(b record.RuntimeBase) bool { return b.Cgo && b.Static && b.Works }) {
			text.why += ", unless libc is linked in (-static)"
		}
	}
	return text
}

func basesSheet(seen record.BasesObserved) claimSheet {
	t := claimSheet{
		title: "Runtime bases",
		doc: "The same server on each base. To pull: the layers' archives, compressed by gzip. Works: started with a " +
			"read-only file system and without capabilities, page and API are right, and a write is kept.",
		sheet: sheet{head: []string{"server", "base", "unpacked, MB", "to pull, MB", "layers", "shell", "packages",
			"program", "works"}},
	}
	for _, b := range seen.Bases {
		name := b.Name
		if b.StandIn {
			name += " (stand-in)"
		}
		if b.NotMeasured != "" {
			t.rows = append(t.rows, []string{b.Server, name, "not measured",
				missing, missing, missing, missing, missing, missing})
			continue
		}
		t.rows = append(t.rows, []string{
			b.Server, name, asMB(b.Unpacked), asMB(b.Compressed), fmt.Sprint(b.Layers), yesNo(b.Shell),
			packageCounts(b.Packages), programForm(b), yesNo(b.Works),
		})
	}
	return t
}

// programForm says what the server's program is, and what it is linked with.
func programForm(b record.RuntimeBase) string {
	switch {
	case b.Python:
		return "interpreted"
	case b.Static:
		return "static"
	}
	return "dynamic: " + strings.Join(slices.Concat(b.Libraries, b.Missing), ", ")
}

// packageCounts says how many packages there are, by manager.
func packageCounts(packages map[string]int) string {
	var words []string
	for _, m := range inventory.Managers() {
		if n := packages[string(m)]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, m))
		}
	}
	return orNone(strings.Join(words, ", "))
}
