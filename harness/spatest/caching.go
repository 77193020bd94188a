package spatest

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

func cachingChecks() []Check {
	return []Check{
		{
			Name: "caching-index-revalidates", Group: "caching", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9111.html#section-4.2.2",
			Doc: `the page says at every URL that caches must revalidate it, after ten minutes at the latest

Sending no Cache-Control is not enough: a cache may then guess a lifetime (RFC
9111, section 4.2.2). Users stay on the old build, whose chunks are gone after a
deploy. The time for which a stale page may be shown while it is revalidated (RFC 5861)
counts as well.`,
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
			Doc: `assets with a hash in their name may be cached for a year (max-age of 31536000 or more) and are ` +
				`immutable

Their content never changes. Anything less makes every visit ask again for what
the browser already has.`,
			Run: checkHashedImmutable,
		},
		{
			Name: "caching-unhashed-not-immutable", Group: "caching", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.w3.org/TR/service-workers/#service-worker-registration-stale",
			Doc: `a file that controls the app and whose name does not change with its content may not be cached ` +
				`for more than a day: service worker, manifest, scripts, styles, data and pages without a hash

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
			Doc: `the answer for a missing file or API endpoint does not have the cache policy of an asset: it may ` +
				`be cached for five minutes at most

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
			Doc: `an asset with a hash in its name that a shared cache may store sets no cookie, ` +
				`and does not vary by Cookie, User-Agent or *

A shared cache that stores the response hands one visitor's cookie to all others,
or refuses to store it at all; with such a Vary no two visitors share a copy.`,
			Run: checkCookieless,
		},
	}
}

func checkPageRevalidates(ctx context.Context, p *Pass) error {
	return p.eachPage(ctx, func(x *Exchange) {
		if isSilent(x.Response.Header) || withoutAsking(x.Response.Header) > deployTime {
			p.Reportf(
				x,
				"Cache-Control: no-cache (or no-store, or max-age=0)",
				policy(x),
				"caches may reuse the page without revalidating it",
			)
		}
	})
}

// deployTime is for how long hosts let caches keep the page: a deploy takes as long to arrive.
const deployTime = 10 * time.Minute

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
