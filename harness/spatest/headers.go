package spatest

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

func headerChecks() []Check {
	return []Check{
		{
			Name: "security-baseline-headers", Group: "security", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://developer.mozilla.org/en-US/docs/Web/Security/Practical_implementation_guides",
			Doc: `the page has nosniff, says who may frame it, does not leak its full URL to other sites, ` +
				`and has HSTS over TLS

Without these a browser runs an upload as a script, another site's page overlays
the app, tokens in URLs reach other sites, and a first visit can be kept on plain
HTTP. frame-ancestors and X-Frame-Options count alike; the browsers' default
referrer policy is good enough.`,
			Run: checkBaseline,
		},
		{
			Name: "security-headers-consistent", Group: "security", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header",
			Doc: `the security headers of "/" are also sent with routes, assets and errors

In nginx one add_header in a location drops all that were inherited, and without
"always" errors have none. HTML needs every field that "/" has; scripts, JSON and
plain text need nosniff alone.`,
			Run: checkConsistent,
		},
	}
}

// hardening fields. Those of documents say nothing for a script or for JSON.
var (
	hardensAll       = []string{"X-Content-Type-Options"}
	hardensDocuments = []string{
		"Content-Security-Policy", "Cross-Origin-Embedder-Policy", "Cross-Origin-Opener-Policy",
		"Permissions-Policy", "Referrer-Policy", "X-Frame-Options",
	}
)

func checkBaseline(_ context.Context, p *Pass) error {
	x := p.site.page
	header := x.Response.Header
	if !isNosniff(header) {
		p.Reportf(
			x,
			"X-Content-Type-Options: nosniff",
			shown(x, "X-Content-Type-Options"),
			"browsers may guess another type for a file than the one declared",
		)
	}
	if !saysWhoFrames(header) {
		p.Reportf(
			x,
			"Content-Security-Policy: frame-ancestors …, or X-Frame-Options: DENY or SAMEORIGIN",
			shown(x, "X-Frame-Options"),
			"any site may show the app in a frame",
		)
	}
	if policy := referrerPolicy(header, p.site.shell); policy == "unsafe-url" ||
		policy == "no-referrer-when-downgrade" {
		p.Reportf(
			x,
			"Referrer-Policy: strict-origin-when-cross-origin, or none",
			"Referrer-Policy: "+policy,
			"other sites get the full URL of the page that the user came from",
		)
	}
	if origin := p.client.origin; origin.Scheme == "https" && hasName(origin) && hstsAge(header) <= 0 {
		p.Reportf(
			x,
			"Strict-Transport-Security: max-age=31536000",
			shown(x, "Strict-Transport-Security"),
			"browsers may come back over plain HTTP",
		)
	}
	return nil
}

// shown is a field as it came, or that it did not come.
func shown(x *Exchange, name string) string {
	values := x.Response.Header.Values(name)
	if len(values) == 0 {
		return "no " + name
	}
	return name + ": " + strings.Join(values, ", ")
}

// isNosniff reads the first value, as browsers do (Fetch standard, section 3.5).
func isNosniff(h http.Header) bool {
	first, _, _ := strings.Cut(strings.Join(h.Values("X-Content-Type-Options"), ","), ",")
	return strings.EqualFold(strings.TrimSpace(first), "nosniff")
}

// saysWhoFrames: a frame-ancestors directive of any value is a decision.
// ALLOW-FROM is not: browsers ignore it.
func saysWhoFrames(h http.Header) bool {
	for policy := range strings.SplitSeq(strings.Join(h.Values("Content-Security-Policy"), ","), ",") {
		for directive := range strings.SplitSeq(policy, ";") {
			if words := strings.Fields(directive); len(words) > 0 && strings.EqualFold(words[0], "frame-ancestors") {
				return true
			}
		}
	}
	for value := range strings.SplitSeq(strings.Join(h.Values("X-Frame-Options"), ","), ",") {
		if value = strings.TrimSpace(value); strings.EqualFold(value, "DENY") ||
			strings.EqualFold(value, "SAMEORIGIN") {
			return true
		}
	}
	return false
}

var referrerPolicies = []string{
	"no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin",
	"origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url",
}

// referrerPolicy is the last one that browsers know, of the header field or, over
// it, of a meta element; empty: the browser's own.
func referrerPolicy(h http.Header, page []byte) string {
	policy := ""
	take := func(list string) {
		for item := range strings.SplitSeq(list, ",") {
			if item = strings.ToLower(strings.TrimSpace(item)); slices.Contains(referrerPolicies, item) {
				policy = item
			}
		}
	}
	take(strings.Join(h.Values("Referrer-Policy"), ","))
	for _, t := range readTags(page) {
		if t.name == "meta" && strings.EqualFold(t.attr["name"], "referrer") {
			take(t.attr["content"])
		}
	}
	return policy
}

// hasName: browsers ignore HSTS for IP addresses (RFC 6797, section 8.1.1).
func hasName(origin *url.URL) bool {
	_, err := netip.ParseAddr(origin.Hostname())
	return err != nil && origin.Hostname() != "localhost"
}

// hstsAge is max-age of the first Strict-Transport-Security field, in seconds
// (RFC 6797, section 8.1); -1 if there is none.
func hstsAge(h http.Header) int64 {
	for directive := range strings.SplitSeq(h.Get("Strict-Transport-Security"), ";") {
		name, value, _ := strings.Cut(directive, "=")
		if strings.EqualFold(strings.TrimSpace(name), "max-age") {
			if age, err := strconv.ParseInt(strings.Trim(strings.TrimSpace(value), `"`), 10, 64); err == nil {
				return age
			}
		}
	}
	return -1
}

func checkConsistent(ctx context.Context, p *Pass) error {
	root := p.site.page.Response.Header
	everywhere, documents := present(root, hardensAll), present(root, hardensDocuments)
	if len(everywhere)+len(documents) == 0 {
		return skipf(`"/" has no security headers`)
	}
	requests := []Request{
		{Target: p.Routes()[0], Header: Navigation},
		{Target: p.assets() + "/index-DEADBEEF.js", Header: Script},
		{Target: p.assets() + "/index-DEADBEEF.js", Header: Navigation},
		{Target: "/.well-known/spatest-missing", Header: Navigation},
		{Method: http.MethodPost, Target: "/", Header: Navigation},
	}
	for _, f := range onePerExtension(p.site.files) {
		requests = append(requests, Request{Target: f.Target, Header: Subresource(f.Dest)})
	}
	if p.site.noAPI == "" {
		requests = append(requests,
			Request{Target: p.Target.APIGet, Header: JSON},
			Request{Target: p.Target.apiPrefix() + unknownAPI, Header: JSON},
			Request{Target: p.Target.apiPrefix() + unknownAPI, Header: Navigation})
	}
	for _, request := range requests {
		x, err := p.Do(ctx, p.bounded(request))
		if refusedByClosing(err) {
			continue
		}
		if err != nil {
			return err
		}
		want := everywhere
		if kind := mediaType(x); kind == "text/html" || kind == "application/xhtml+xml" {
			want = slices.Concat(everywhere, documents)
		}
		if x.Response.Size == 0 && x.Response.Status/100 != 2 {
			continue // nothing to sniff or to frame
		}
		for _, name := range want {
			if !hardened(x.Response.Header, name) {
				p.Reportf(x, name+`, as at "/"`, "no "+name, "a response lacks security headers that / has")
			}
		}
	}
	return nil
}

// present are those of the fields that h has.
func present(h http.Header, names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return h.Get(name) == "" })
}

// hardened: h has the field, or one that does the same.
func hardened(h http.Header, name string) bool {
	return h.Get(name) != "" || name == "X-Frame-Options" && saysWhoFrames(h)
}
