package spatest

import (
	"context"
	"net/http"
	"path"
	"slices"
	"strings"
)

func browserChecks() []Check {
	return []Check{
		{
			Name: "browser-shell-closure", Group: "browser", Level: Must,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://html.spec.whatwg.org/multipage/urls-and-fetching.html#document-base-urls",
			Doc: `everything on its origin that the page refers to exists when the page is opened at a deep link

A browser resolves a relative reference against the URL in the address bar. With
"./assets/…" a page works at / and is blank after a reload at /users/42/edit.
Absolute paths are right, and so are relative ones under a base element. What a Link
header field has browsers preload counts, too.`,
			Run: checkShellClosure,
		},
		{
			Name: "browser-fetch-metadata", Group: "browser", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header",
			Doc: `a request for a script, style sheet, image, font, worker or manifest never gets the page, ` +
				`whatever its name

Subresources without a file extension look like routes. The browser says in
Sec-Fetch-Dest what it wants; HTML instead is a MIME error far from its cause.`,
			Run: checkFetchMetadata,
		},
		{
			Name: "browser-accept-json-route", Group: "browser", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://github.com/bripkens/connect-history-api-fallback#introduction",
			Doc: `a request that accepts only JSON does not get the page with 200

A script that forgets the prefix of the API, or meets an endpoint that moved, is
told so by a 404 or 406; with HTML and 200 it fails in a JSON parser. Answering
with JSON is fine, too: a server may have both at one URL.`,
			Run: checkAcceptJSON,
		},
		{
			Name: "browser-service-worker", Group: "browser", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://w3c.github.io/ServiceWorker/#update-algorithm",
			Doc: `a service worker's script gets a JavaScript MIME type, and one that does not exist is refused, ` +
				`never the page

Browsers ask for a worker's script long after the app has dropped it, and clean-up
code looks for a 404. A script that is HTML is a security error: the old
worker stays, and with it the old app.`,
			Run: checkServiceWorker,
		},
		{
			Name: "browser-sri-coherent", Group: "browser", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.w3.org/TR/SRI/#does-response-match-metadatalist",
			Doc: `a file with an integrity hash in the page matches that hash in every content coding

If a proxy minifies the script, or it is from another build, browsers refuse it:
the page stays blank, but only for those who get that variant.`,
			Run: checkIntegrity,
		},
	}
}

func checkShellClosure(ctx context.Context, p *Pass) error {
	route := p.deepestRoute()
	page, err := p.Get(ctx, route, Navigation)
	if err != nil {
		return err
	}
	body, err := p.Content(page)
	if err != nil {
		return err
	}
	// The header's first: a base element counts for what comes after it.
	files := filesOf(references(p.url(route), slices.Concat(linkTags(page.Response.Header), readTags(body))))
	if len(files) == 0 {
		return skipf("the page refers to nothing on its origin")
	}
	return p.each(ctx, files, func(ctx context.Context, f File) error {
		x, err := p.Do(ctx, Request{Target: f.Target, Header: Subresource(f.Dest), fromRoot: true})
		if err != nil {
			return err
		}
		to := p.location(x)
		if to != nil && !p.stays(to) {
			return nil // a host of files
		}
		end, err := p.follow(ctx, x, Subresource(f.Dest))
		if err != nil {
			return err
		}
		// What is fetched ahead may be the API's, and ask who is calling.
		asksWho := f.Dest == "empty" &&
			(end.Response.Status == http.StatusUnauthorized || end.Response.Status == http.StatusForbidden)
		isHTML := mediaType(end) == "text/html" && !slices.Contains([]string{"empty", "document"}, f.Dest)
		if end.Response.Status != http.StatusOK && !asksWho || isHTML || p.Resembles(end) {
			p.Reportf(
				end,
				"200, and not HTML",
				"",
				"something that the page refers to is missing when the page is opened at %s",
				route,
			)
		}
		return nil
	})
}

// deepestRoute is the client route with the most segments, without its query.
func (p *Pass) deepestRoute() string {
	deepest := ""
	for _, route := range p.Routes() {
		route, _, _ = strings.Cut(route, "?")
		if strings.Count(route, "/") > strings.Count(deepest, "/") {
			deepest = route
		}
	}
	return deepest
}

func checkFetchMetadata(ctx context.Context, p *Pass) error {
	if err := p.needsCatchAll(); err != nil {
		return err
	}
	for _, dest := range []string{"script", "style", "image", "font", "worker", "manifest"} {
		x, err := p.Get(ctx, "/chunks/lazy", Subresource(dest))
		if err != nil {
			return err
		}
		if x.Response.Status/100 == 2 && p.Resembles(x) {
			p.Reportf(x, "404 (any 4xx)", "", "a missing subresource requested as %s gets the page", dest)
		}
	}
	return nil
}

func checkAcceptJSON(ctx context.Context, p *Pass) error {
	x, err := p.Get(ctx, p.Routes()[0], JSON)
	if err != nil {
		return err
	}
	if x.Response.Status/100 == 2 && (p.Resembles(x) || mediaType(x) == "text/html") {
		p.Reportf(x, "404 or 406 (any 4xx), or JSON", "", "a route gets HTML although only JSON is accepted")
	}
	return nil
}

// workerNames are what generators call the script.
var workerNames = []string{
	"sw.js",
	"service-worker.js",
	"serviceworker.js",
	"ngsw-worker.js",
	"firebase-messaging-sw.js",
}

func checkServiceWorker(ctx context.Context, p *Pass) error {
	workers := p.filesWhere(func(f File) bool { return slices.Contains(workerNames, path.Base(f.Name)) })
	for _, f := range workers {
		x, err := p.Get(ctx, f.Target, ServiceWorker)
		if err != nil {
			return err
		}
		if x.Response.Status != http.StatusOK || !slices.Contains(scriptTypes, mediaType(x)) {
			p.Reportf(
				x,
				"200, text/javascript, and without a redirect",
				"",
				"a service worker's script would be refused by browsers",
			)
		}
	}
	if len(workers) == 0 {
		p.Notef("no service worker script is known")
	}
	x, err := p.Get(ctx, "/spatest-no-such-sw.js", ServiceWorker)
	if err != nil {
		return err
	}
	if x.Response.Status/100 == 2 {
		p.Reportf(x, "404 (any 4xx)", "", "the script of a service worker that does not exist is not refused")
	}
	return nil
}
