package table

import (
	"fmt"
	"strings"

	"spabench/harness/internal/inventory"
	"spabench/harness/internal/record"
)

func leftoversText(o record.Observed) claimText {
	found := claimSheet{
		title: "What only a build needs",
		doc: "Findings in the final images, of all containers of a variant together. The sources of a Python server " +
			"are what its interpreter runs, so they do not count, nor do those that came with a package.",
		sheet: sheet{head: append(append([]string{"variant", "files"}, o.Leftovers.Kinds...), "shells")},
	}
	var text claimText
	var clean, unclean []string
	files := 0
	for _, v := range o.Leftovers.Variants {
		files += v.Files
		counts := map[string]int{}
		for _, l := range v.Found {
			counts[l.Kind]++
			text.evidence = append(text.evidence,
				fmt.Sprintf("%s, container %s: %s %s.", v.Variant, l.Container, l.Kind, l.Path))
		}
		row := []string{v.Variant, fmt.Sprint(v.Files)}
		for _, kind := range o.Leftovers.Kinds {
			row = append(row, fmt.Sprint(counts[kind]))
		}
		found.rows = append(found.rows, append(row, fmt.Sprint(v.Shells)))
		if len(v.Found) == 0 {
			clean = append(clean, v.Variant)
		} else {
			unclean = append(unclean, fmt.Sprintf("%s has %s", v.Variant, v.Found[0].Path))
		}
	}
	text.why = fmt.Sprintf("none of these is among the %s files in the final images of %s",
		thousands(uint64(files)), list(clean))
	if len(unclean) > 0 {
		text.why = strings.Join(unclean, "; ")
	}
	text.sheets = []claimSheet{found}
	return text
}

func runtimeText(o record.Observed) claimText {
	var text claimText
	var standalone, others []string
	shells := 0 // in the images of those that stand alone
	for _, v := range o.Runtime.Variants {
		switch {
		case v.Python:
			others = append(others, fmt.Sprintf("%s: %s, %s and %s", v.Variant,
				plural(systemPackages(v), "system package"),
				plural(v.Packages[string(inventory.Pip)], "Python package"), plural(v.Shells, "shell")))
		case v.Standalone():
			standalone = append(standalone, v.Variant)
			shells += v.Shells
		case v.Images == 1:
			others = append(others, fmt.Sprintf("%s, though a Go binary, is linked with %s",
				v.Variant, sharedLibraries(v.Libraries)))
		}
		if !v.Hardened {
			text.evidence = append(text.evidence, fmt.Sprintf("%s does not work when hardened: %s.",
				v.Variant, strings.TrimSuffix(orElse(v.HardenedErr, "page, API or write failed"), ".")))
		}
	}
	if len(text.evidence) == 0 {
		text.evidence = []string{"Every variant works when hardened."}
	}
	if len(standalone) > 0 {
		alone := list(standalone) + ": one static file each, no library"
		if shells == 0 {
			alone += ", no shell"
		}
		others = append([]string{alone}, others...)
	}
	text.why = strings.Join(others, "; ")
	text.sheets = []claimSheet{runtimeSheet(o.Runtime.Variants)}
	return text
}

func systemPackages(v record.VariantRuntime) int {
	return v.Packages[string(inventory.Dpkg)] + v.Packages[string(inventory.Apk)]
}

func runtimeSheet(variants []record.VariantRuntime) claimSheet {
	t := claimSheet{
		title: "What runs, and what it needs",
		doc: "Of all containers of a variant together. Static: every container starts a program that needs no other " +
			"file. Libraries: shared ones that the programs are linked with. Hardened: page, API and a write work " +
			"with --read-only --cap-drop ALL --security-opt no-new-privileges, a volume for the data, and a tmpfs " +
			"where the server needs one.",
		sheet: sheet{head: []string{"variant", "static", "interpreter", "libraries", "system packages", "pip",
			"Go modules", "npm", "shells", "user", "writable", "hardened"}},
	}
	for _, v := range variants {
		of := func(m inventory.Manager) string { return fmt.Sprint(v.Packages[string(m)]) }
		t.rows = append(t.rows, []string{
			v.Variant, yesNo(v.Static), orNone(v.Interpreter), fmt.Sprint(v.Libraries),
			fmt.Sprint(systemPackages(v)), of(inventory.Pip), of(inventory.GoModule), of(inventory.NPM),
			fmt.Sprint(v.Shells), strings.Join(v.Users, ", "), orElse(strings.Join(v.Writable, ", "), "nothing"),
			yesNo(v.Hardened),
		})
	}
	return t
}

func sharedLibraries(n int) string {
	if n == 1 {
		return "1 shared library"
	}
	return fmt.Sprintf("%d shared libraries", n)
}
