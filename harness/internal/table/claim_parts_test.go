package table

import (
	"testing"

	"spabench/harness/internal/record"
)

func TestPartsText(t *testing.T) {
	one := record.VariantParts{Variant: "one", Containers: []string{"app"}, ConfigLines: 1}
	three := record.VariantParts{Variant: "three", Containers: []string{"backend", "frontend", "proxy"},
		Networks: 1, Proxies: 1, ConfigLines: 183, ConfigFiles: []string{"proxy.conf"}}
	withCORS := func(v record.VariantParts) record.VariantParts {
		v.CORSFields = 1
		return v
	}
	for words, variants := range map[string][]record.VariantParts{
		"at most 1 line of configuration, no network of its own and no proxy; three has 3 containers, a network, a " +
			"proxy and 183 lines of configuration. But CORS makes no difference": {one, three},
		"Only variants of several containers send":   {one, withCORS(three)},
		"only variants of one container send":        {withCORS(one), three},
		"send CORS header fields, too":               {withCORS(one), withCORS(three)},
		"it takes variants of one container and var": {one},
	} {
		text := partsText(record.Observed{Parts: &record.PartsObserved{Variants: variants}})
		saysOfClaim(t, words, text, words)
	}
}
