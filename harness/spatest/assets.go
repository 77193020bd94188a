package spatest

import (
	"context"
	"net/http"
)

func assetsChecks() []Check {
	return []Check{
		{
			Name: "assets-missing-404", Group: "assets", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://vite.dev/guide/build.html#load-error-handling",
			Doc: `a missing hashed asset gets a 404, never the page

After a deploy, old tabs ask for chunks that are gone. Answered with the page,
they fail with "Unexpected token '<'", and caches keep HTML under the script's name.`,
			Run: checkMissingAsset,
		},
		{
			Name: "assets-missing-root-file-404", Group: "assets", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.5",
			Doc: `a missing file outside the assets folder is also refused when a page loads it as a subresource

Icons, data and scripts at the root are requested by name. The page in their place
is a broken image, or JSON that begins with "<". Any 4xx will do; a browser that
navigates there may get the page.`,
			Run: checkMissingRootFile,
		},
		{
			Name: "assets-js-mime", Group: "assets", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://mimesniff.spec.whatwg.org/#javascript-mime-type",
			Doc: `scripts and modules have a JavaScript MIME type

Browsers refuse to run a module of any other type: the page stays blank.`,
			Run: checkScriptType,
		},
		{
			Name: "assets-type-map", Group: "assets", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://mimesniff.spec.whatwg.org/#mime-type-groups",
			Doc: `style sheets, WebAssembly, images, fonts, data, manifests and HTML have the right media type, ` +
				`and HTML declares its encoding

With a wrong type, a style sheet is refused under nosniff, WebAssembly cannot be
compiled while it streams, and an SVG is not shown; without an encoding, text is
garbled.`,
			Run: checkTypes,
		},
		{
			Name: "assets-bytes-exact", Group: "assets", Level: Must,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureDist},
			Spec: "https://www.rfc-editor.org/rfc/rfc9110.html#section-8.6",
			Doc: `every file of the build is served byte for byte, plain and compressed, with the correct length

A truncated script, a stale compressed copy, or a text rewritten by a filter
breaks the app for some users only, and its integrity hashes for all.`,
			Run: checkBytes,
		},
		{
			Name: "assets-name-encoding", Group: "assets", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc3986.html#section-2.4",
			Doc: `every percent-encoded spelling of a file's name gets the file, and names are decoded exactly once

Proxies and libraries encode more than they must, or in lower case: those URLs are
equivalent. A server that decodes twice serves a file under names it does not
have, past the rules for the name it has. A redirect to the usual spelling is legal.`,
			Run: checkNameEncoding,
		},
		{
			Name: "assets-file-as-dir", Group: "assets", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.5",
			Doc: `a file's name followed by a slash, or by more, gets neither the file nor the page when a page ` +
				`loads it as a subresource

There is no such file. A refusal reveals a wrong URL at once, and keeps caches from
filling with copies under made-up names. A redirect to the file is legal.`,
			Run: checkFileAsDir,
		},
		{
			Name: "assets-well-known", Group: "assets", Level: Must,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureRoot},
			Spec: "https://www.rfc-editor.org/rfc/rfc8615.html#section-3",
			Doc: `what exists under /.well-known/ is served, to browsers and to machines, without a redirect

Links that open the app, sign-in and certificates depend on it. The clients are not browsers: they
send no Fetch Metadata and often no Accept, and phones do not follow redirects.`,
			Run: checkWellKnown,
		},
	}
}

func checkMissingAsset(ctx context.Context, p *Pass) error {
	dir := p.site.assetDir
	for _, missing := range []struct{ method, name, dest string }{
		{http.MethodGet, "index-DEADBEEF.js", "script"},
		{http.MethodHead, "index-DEADBEEF.js", "script"},
		{http.MethodGet, "index-DEADBEEF.css", "style"},
		{http.MethodGet, "index-DEADBEEF.js.map", "empty"},
		{http.MethodGet, "chunk-DEADBEEF.mjs", "script"},
		{http.MethodGet, "sans-DEADBEEF.woff2", "font"},
		{http.MethodGet, "logo-DEADBEEF.svg", "image"},
		{http.MethodGet, "photo-DEADBEEF.webp", "image"},
		{http.MethodGet, "engine-DEADBEEF.wasm", "empty"},
		{http.MethodGet, "messages-DEADBEEF.json", "empty"},
	} {
		x, err := p.Do(
			ctx,
			Request{Method: missing.method, Target: dir + "/" + missing.name, Header: Subresource(missing.dest)},
		)
		if err != nil {
			return err
		}
		if !isMissing(x) || p.Resembles(x) {
			p.Reportf(x, "404, and not the page", "", "a missing asset does not get a 404")
		}
	}
	return nil
}

// isMissing: 410 is a 404 that will last (RFC 9110, section 15.5.11).
func isMissing(x *Exchange) bool {
	return x.Response.Status == http.StatusNotFound || x.Response.Status == http.StatusGone
}
