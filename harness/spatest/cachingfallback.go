package spatest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"
)

func checkFallbackPolicy(ctx context.Context, p *Pass) error {
	root, err := p.Get(ctx, "/", Navigation)
	if err != nil {
		return err
	}
	_, unstored := cacheControl(root.Response.Header)["no-store"]
	for _, target := range slices.Concat([]string{"/index.html"}, p.Routes()) {
		x, err := p.Get(ctx, target, Navigation)
		if err != nil {
			return err
		}
		if !p.IsPage(x) {
			continue // other checks say so
		}
		if what := policyDifference(root.Response.Header, x.Response.Header); what != "" {
			p.Reportf(x, policy(root)+", as at /",
				policy(x), "the page has a different cache policy than at /: %s", what)
		}
		if hasValidator(root) && !hasValidator(x) && !unstored {
			p.Reportf(x, "an ETag or Last-Modified, as at /", "neither",
				"the page cannot be revalidated, as it can at /")
		}
	}
	return nil
}

func hasValidator(x *Exchange) bool {
	return x.Response.Header.Get("ETag") != "" || x.Response.Header.Get("Last-Modified") != ""
}

// policyDifference says what a cache may do with one response and not with the other.
func policyDifference(a, b http.Header) string {
	for _, property := range []struct {
		name string
		of   func(http.Header) string
	}{
		{"whether a browser must revalidate it", func(h http.Header) string { return fmt.Sprint(revalidates(h)) }},
		{"whether it may be stored",
			func(h http.Header) string { _, no := cacheControl(h)["no-store"]; return fmt.Sprint(no) }},
		{"whether a shared cache may store it", func(h http.Header) string { return fmt.Sprint(sharedMayStore(h)) }},
		// To the minute: an Expires moves with the clock.
		{"how long a browser may reuse it",
			func(h http.Header) string { return lifetime(h, false).Round(time.Minute).String() }},
		{"how long a shared cache may reuse it",
			func(h http.Header) string { return lifetime(h, true).Round(time.Minute).String() }},
	} {
		if property.of(a) != property.of(b) {
			return property.name
		}
	}
	return ""
}
