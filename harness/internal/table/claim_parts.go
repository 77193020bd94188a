package table

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
)

func partsText(o record.Observed) claimText {
	parts := claimSheet{
		title: "Parts",
		doc: "Lines are those of the Dockerfiles, and of the configuration files that they copy, without blank lines " +
			"and comments. Each variant publishes one port and is given no secret. CORS fields: header fields " +
			"Access-Control-… in the API's response to a page of its own origin.",
		sheet: sheet{head: []string{"variant", "containers", "networks of its own", "proxies", "Dockerfile lines",
			"configuration lines", "CORS fields"}},
	}
	text := claimText{}
	for _, v := range o.Parts.Variants {
		parts.rows = append(parts.rows, []string{
			v.Variant, fmt.Sprintf("%d: %s", len(v.Containers), strings.Join(v.Containers, ", ")),
			fmt.Sprint(v.Networks), fmt.Sprint(v.Proxies), fmt.Sprint(v.DockerfileLines), fmt.Sprint(v.ConfigLines),
			fmt.Sprint(v.CORSFields),
		})
		if len(v.ConfigFiles) > 0 {
			text.evidence = append(text.evidence,
				fmt.Sprintf("Configuration of %s: %s.", v.Variant, strings.Join(v.ConfigFiles, ", ")))
		}
	}
	text.sheets = []claimSheet{parts}
	one, several := o.Parts.BySize()
	if len(one) == 0 || len(several) == 0 {
		text.why = "there is nothing to compare: it takes variants of one container and variants of several"
		return text
	}
	text.why = comparedParts(one, several[0]) + ". " + capital(comparedCORS(one, several))
	return text
}

// comparedParts says what one container has at most, and what a variant of several has.
func comparedParts(one []record.VariantParts, several record.VariantParts) string {
	var most record.VariantParts
	for _, v := range one {
		most.ConfigLines = max(most.ConfigLines, v.ConfigLines)
		most.Networks = max(most.Networks, v.Networks)
		most.Proxies = max(most.Proxies, v.Proxies)
	}
	return fmt.Sprintf("one container has at most %s of configuration, %s and %s; %s has %s, %s, %s and %s of "+
		"configuration",
		plural(most.ConfigLines, "line"), noneOr(most.Networks, "network of its own", "networks of its own"),
		noneOr(most.Proxies, "proxy", "proxies"), several.Variant, plural(len(several.Containers), "container"),
		noneOr(several.Networks, "network", "networks"), noneOr(several.Proxies, "proxy", "proxies"),
		plural(several.ConfigLines, "line"))
}

func noneOr(n int, one, many string) string {
	switch n {
	case 0:
		return "no " + one
	case 1:
		return "a " + one
	}
	return fmt.Sprint(n) + " " + many
}

// comparedCORS says who sends CORS header fields to a page of its own origin.
func comparedCORS(one, several []record.VariantParts) string {
	sends := func(v record.VariantParts) bool { return v.CORSFields > 0 }
	byOne, bySeveral := slices.ContainsFunc(one, sends), slices.ContainsFunc(several, sends)
	switch {
	case !byOne && !bySeveral:
		return "but CORS makes no difference: the proxy in front of several containers gives them one origin, too"
	case bySeveral && !byOne:
		return "only variants of several containers send CORS header fields"
	case byOne && !bySeveral:
		return "but only variants of one container send CORS header fields"
	}
	return "but variants of one container send CORS header fields, too"
}
