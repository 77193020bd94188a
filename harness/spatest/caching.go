package spatest

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

func cachingChecks() []Check {
	return []Check{
		{
			Name: "caching-index-revalidates", Group: "caching", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9111.html#section-4.2.2",
			Doc: `the page says at every URL that caches must revalidate it before reuse

Sending no Cache-Control is not enough: a cache may then guess a lifetime (RFC
9111, section 4.2.2). Users stay on the old build, whose chunks are gone after a
deploy.`,
			Run: checkPageRevalidates,
		},
		{
			Name: "caching-fallback-equals-index", Group: "caching", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9111.html#section-4.2",
			Doc: `the page has the same cache policy at every URL, and a validator at all of them if it has one at "/"

A fallback that another part of the server answers is easily forgotten when a
policy is set: after a deploy a CDN serves the new page at "/" and the old one at
routes, or routes download it in full at every visit. An equivalent policy in
other words is legal, and so is another ETag: tags are compared within one URL.`,
			Run: checkFallbackPolicy,
		},
		{
			Name: "caching-hashed-immutable", Group: "caching", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc8246.html#section-2",
			Doc: `assets with a hash in their name may be cached for a year (max-age of 31536000 or more) and are immutable

Their content never changes. Anything less makes every visit ask again for what
the browser already has.`,
			Run: checkHashedImmutable,
		},
		{
			Name: "caching-unhashed-not-immutable", Group: "caching", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.w3.org/TR/service-workers/#service-worker-registration-stale",
			Doc: `a file that controls the app and whose name does not change with its content may not be cached for more ` +
				`than a day: service worker, manifest, scripts, styles, data and pages without a hash

A deploy cannot reach those who hold a copy: the name is the same. A day is what the service
worker specification grants a cache. Immutable with a short lifetime is legal, and
so is a long s-maxage, which the deploy can purge. Names and folders that may be a
hash or a version are not checked.`,
			Run: checkUnhashed,
		},
		{
			Name: "caching-errors-not-stored", Group: "caching", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9111.html#section-4.2.2",
			Doc: `the answer for a missing file or API endpoint does not have the cache policy of an asset: it may be ` +
				`cached for five minutes at most

In a rolling deploy the new page asks the old server for a new chunk. A 404 kept for
a year, or the page kept under the script's name, stays broken after the deploy has
ended. Sending no Cache-Control is legal, and so is the negative caching for a few
minutes that CDNs do.`,
			Run: checkErrorsNotStored,
		},
		{
			Name: "caching-assets-cookieless", Group: "caching", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9111.html#section-7.3",
			Doc: `an asset with a hash in its name that a shared cache may store sets no cookie, and does not vary by ` +
				`Cookie, User-Agent or *

A shared cache that stores the response hands one visitor's cookie to all others,
or refuses to store it at all; with such a Vary no two visitors share a copy.`,
			Run: checkCookieless,
		},
	}
}

func checkPageRevalidates(ctx context.Context, p *Pass) error {
	for _, target := range []string{"/", "/index.html", p.Routes()[0]} {
		x, err := p.Get(ctx, target, Navigation)
		if err != nil {
			return err
		}
		// Where it is not the page, other checks say so.
		if p.IsPage(x) && !revalidates(x.Response.Header) {
			p.Reportf(
				x,
				"Cache-Control: no-cache (or no-store, or max-age=0)",
				policy(x),
				"caches may reuse the page without revalidating it",
			)
		}
	}
	return nil
}

func checkHashedImmutable(ctx context.Context, p *Pass) error {
	assets := onePerExtension(p.filesWhere(func(f File) bool { return f.Hashed }))
	if len(assets) == 0 {
		return skipf("no asset with a hash in its name is known")
	}
	return p.each(ctx, assets, func(ctx context.Context, f File) error {
		x, err := p.Get(ctx, f.Target, Subresource(f.Dest))
		if err != nil || x.Response.Status != http.StatusOK {
			return err
		}
		directives := cacheControl(x.Response.Header)
		age, err := strconv.ParseInt(directives["max-age"], 10, 64)
		_, immutable := directives["immutable"]
		_, noStore := directives["no-store"]
		_, noCache := directives["no-cache"]
		if err != nil || age < 31536000 || !immutable || noStore || noCache {
			p.Reportf(
				x,
				"Cache-Control: max-age=31536000, immutable",
				policy(x),
				"a hashed asset is not cacheable for a year and immutable",
			)
		}
		return nil
	})
}

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
			p.Reportf(x, policy(root)+", as at /", policy(x), "the page has a different cache policy than at /: %s", what)
		}
		if hasValidator(root) && !hasValidator(x) && !unstored {
			p.Reportf(x, "an ETag or Last-Modified, as at /", "neither", "the page cannot be revalidated, as it can at /")
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
		{"whether it may be stored", func(h http.Header) string { _, no := cacheControl(h)["no-store"]; return fmt.Sprint(no) }},
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

// oneDay is how long a service worker's script may come from a cache.
const oneDay = 24 * time.Hour

func checkUnhashed(ctx context.Context, p *Pass) error {
	files := p.filesWhere(func(f File) bool {
		ext := path.Ext(f.Name)
		if ext == "" {
			ext = f.Ext()
		}
		return f.Target != "/" && !f.Hashed && !mayBeVersioned(f.Target) &&
			slices.Contains([]string{".js", ".mjs", ".css", ".wasm", ".json", ".webmanifest", ".html"}, strings.ToLower(ext))
	})
	if p.Target.Dist == nil {
		// What apps have and their pages do not refer to.
		for _, name := range []string{"sw.js", "service-worker.js", "manifest.webmanifest", "manifest.json", "version.json", "config.json"} {
			guess := File{Target: "/" + name, Dest: destOf(name)}
			if !slices.ContainsFunc(files, func(f File) bool { return f.Target == guess.Target }) {
				files = append(files, guess)
			}
		}
	}
	var found atomic.Int64
	err := p.each(ctx, files, func(ctx context.Context, f File) error {
		x, err := p.Get(ctx, f.Target, Subresource(f.Dest))
		if err != nil || x.Response.Status != http.StatusOK || p.Resembles(x) {
			return err
		}
		found.Add(1)
		if lifetime(x.Response.Header, false) > oneDay {
			p.Reportf(
				x,
				"Cache-Control: no-cache, or a max-age of at most 86400",
				policy(x),
				"%s has no hash in its name, and is kept for more than a day",
				f.Target,
			)
		}
		return nil
	})
	if err == nil && found.Load() == 0 {
		return skipf("no script, style, manifest or page without a hash in its name is known")
	}
	return err
}

var versionNumber = regexp.MustCompile(`^v?[0-9]+(\.[0-9]+)+$`)

// mayBeVersioned reports whether a part of the target may change with its
// content. Where [hashed] must be sure that it does, this is sure that it does
// not: hashes come without a separator, as folders, and of letters alone.
func mayBeVersioned(target string) bool {
	name, _, query := strings.Cut(target, "?")
	segments := strings.Split(name, "/")
	last := notInStem.ReplaceAllString(segments[len(segments)-1], "")
	segments[len(segments)-1] = last[strings.LastIndexAny(last, "-._~")+1:]
	if hash := hashAtEnd.FindStringSubmatch(last); hash != nil {
		segments = append(segments, hash[1]) // which may have a separator in it
	}
	return query || slices.ContainsFunc(segments, func(s string) bool {
		return versionNumber.MatchString(s) || len(s) >= 6 && strings.ToLower(s) != s ||
			len(s) >= 6 && strings.ContainsAny(s, "0123456789")
	})
}

// negativeCaching is more than what CDNs keep a 404 by default: two minutes, or three.
const negativeCaching = 5 * time.Minute

func checkErrorsNotStored(ctx context.Context, p *Pass) error {
	missing := []Request{
		{Target: p.site.assetDir + "/index-DEADBEEF.js", Header: Script},
		{Target: p.site.assetDir + "/index-DEADBEEF.css", Header: Subresource("style")},
		{Target: "/spatest-no-such-file.png", Header: Subresource("image")},
	}
	if p.site.noAPI == "" {
		missing = append(missing, Request{Target: p.Target.apiPrefix() + unknownAPI, Header: JSON})
	}
	for _, request := range missing {
		x, err := p.Do(ctx, request)
		if err != nil {
			return err
		}
		if max(lifetime(x.Response.Header, false), lifetime(x.Response.Header, true)) > negativeCaching {
			p.Reportf(x, "Cache-Control: no-store (or a lifetime of at most 300 seconds)",
				fmt.Sprintf("%d, %s", x.Response.Status, policy(x)), "caches may keep the response for something that is missing")
		}
	}
	return nil
}

func checkCookieless(ctx context.Context, p *Pass) error {
	assets := onePerExtension(p.filesWhere(func(f File) bool { return f.Hashed }))
	if len(assets) == 0 {
		return skipf("no asset with a hash in its name is known")
	}
	return p.each(ctx, assets, func(ctx context.Context, f File) error {
		x, err := p.Get(ctx, f.Target, Subresource(f.Dest))
		if err != nil || x.Response.Status != http.StatusOK || !sharedMayStore(x.Response.Header) {
			return err
		}
		if cookie := x.Response.Header.Get("Set-Cookie"); cookie != "" {
			name, _, _ := strings.Cut(cookie, "=")
			p.Reportf(x, "no Set-Cookie", "Set-Cookie: "+name+"=…", "an asset that shared caches may store sets a cookie")
		}
		for _, field := range []string{"Cookie", "User-Agent"} {
			if varies(x.Response.Header, field) {
				p.Reportf(
					x,
					"a Vary without Cookie, User-Agent or *",
					"Vary: "+strings.Join(x.Response.Header.Values("Vary"), ", "),
					"an asset that shared caches may store varies by client",
				)
				break
			}
		}
		return nil
	})
}
