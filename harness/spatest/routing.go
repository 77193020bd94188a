package spatest

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"spabench/harness/internal/rawhttp"
	"strings"
)

func routingChecks() []Check {
	return []Check{
		{
			Name: "routing-root", Group: "routing", Level: Must,
			Spec: "https://angular.dev/tools/cli/deployment#server-configuration",
			Doc: `"/" answers 200 with the page, as text/html

Everything else depends on it: a server that has no page to serve, or serves a
listing or a default page in its place, cannot be checked further.`,
			Run: checkRoot,
		},
		{
			Name: "routing-deep-link", Group: "routing", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://router.vuejs.org/guide/essentials/history-mode.html#Example-Server-Configurations",
			Doc: `a hard load of any client route gets the page, with its query, without a redirect

Reload, bookmarks, shared links and "open in a new tab" ask the server for a URL
that only the script knows. A 404 breaks them; a redirect to "/" loses where the
user was. It must hold for browsers that send no Fetch Metadata, too.`,
			Run: checkDeepLink,
		},
		{
			Name: "routing-trailing-slash", Group: "routing", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.4",
			Doc: `a route with a trailing slash gets the page, or one redirect to the route without the slash that keeps ` +
				`the query

Links are typed, shortened and rewritten; a loop, a lost query or a redirect to
an internal host or to http:// behind a TLS proxy breaks them.`,
			Run: checkTrailingSlash,
		},
		{
			Name: "routing-dot-in-route", Group: "routing", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://github.com/bripkens/connect-history-api-fallback#disabledotrule",
			Doc: `a route with a dot in it gets the page when a browser navigates to it

Versions, domains and e-mail addresses are parts of routes. A server that takes
every dot for a file extension answers 404 on reload. The twin of
assets-missing-404: most quick fixes of one break the other.`,
			Run: checkDotInRoute,
		},
		{
			Name: "routing-encoded-segment", Group: "routing", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc3986.html#section-2.2",
			Doc: `percent-encoded UTF-8 and %2F in a route get the page, without a redirect to another path

A decoded slash is another path (RFC 3986, section 2.2): search terms and file
names in a route are lost when the server decodes, cleans and redirects.`,
			Run: checkEncodedSegment,
		},
		{
			Name: "routing-hostile-path-no-5xx", Group: "routing", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.1",
			Doc: `a malformed or overlong path is treated as a client error or as a route, never as a 5xx

Scanners send such paths all day. A 5xx wakes somebody up, trips circuit
breakers, and reveals an exception that nobody caught.`,
			Run: checkHostilePath,
		},
		{
			Name: "routing-directory-collision", Group: "routing", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://nginx.org/en/docs/http/ngx_http_core_module.html#try_files",
			Doc: `a route with the name of a directory that has no index behaves like any other route

"/images" may be a gallery. A 403, a listing, or a redirect that names the
container's port is what file servers answer there.`,
			Run: checkDirectoryCollision,
		},
		{
			Name: "routing-prefix-boundary", Group: "routing", Level: Must,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc3986.html#section-3.3",
			Doc: `a reserved prefix matches whole path segments only

"/apiary" is not the API and "/assets-guide" is not an asset: a prefix that is
compared as a string hijacks routes of the app.`,
			Run: checkPrefixBoundary,
		},
		{
			Name: "routing-index-canonical", Group: "routing", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://pkg.go.dev/net/http#FileServer",
			Doc: `"/index.html" gets the page or one redirect to it, and no spelling of it causes a redirect loop

Service workers and old bookmarks ask for index.html. File servers that redirect
it to "./", over a fallback that serves it, loop or lose the route.`,
			Run: checkIndexCanonical,
		},
		{
			Name: "routing-real-file-wins", Group: "routing", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://svelte.dev/docs/kit/adapter-static#Options-fallback",
			Doc: `an existing file or directory index is served instead of the page, even to a navigation

Documentation beside the app, robots.txt and downloads are opened in the address
bar, where the request looks like a route's.`,
			Run: checkRealFileWins,
		},
		{
			Name: "routing-base-path", Group: "routing", Level: May,
			DependsOn: []string{"routing-deep-link"}, Needs: []Feature{FeatureBase},
			Spec: "https://vite.dev/guide/build.html#public-base-path",
			Doc: `an app under a base path answers there, with and without the trailing slash, and nowhere else

A prefix that is compared as a string, or stripped where it is absent, lets the
app take over its neighbours' pages. A user who types the path without its slash
wants the app.`,
			Run: checkBasePath,
		},
	}
}

func checkRoot(_ context.Context, p *Pass) error {
	x := p.site.page
	switch {
	case p.IsPage(x):
	case p.site.signature == "" && x.Response.Status == http.StatusOK:
		p.Reportf(x, "200 and the page, which loads a script", "", "the page at / runs no script: it is not a single-page app")
	case p.site.exact && mediaType(x) == "text/html" && x.Response.Status == http.StatusOK:
		p.Reportf(x, "the bytes of the build's index.html", "", "the page at / is not the build's index.html")
	default:
		p.Reportf(x, "200, text/html, and the page", "", "/ does not get the page")
	}
	return nil
}

func checkDeepLink(ctx context.Context, p *Pass) error {
	for i, route := range p.Routes() {
		if err := p.wantPage(ctx, route, Navigation, "a hard load of a client route does not get the page"); err != nil {
			return err
		}
		if i > 0 {
			continue
		}
		if err := p.wantPage(ctx, route, PlainNavigation, "a hard load by a browser without Fetch Metadata does not get the page"); err != nil {
			return err
		}
	}
	return nil
}

func checkTrailingSlash(ctx context.Context, p *Pass) error {
	route, _, _ := strings.Cut(p.Routes()[0], "?")
	route = strings.TrimRight(route, "/")
	if route == "" {
		return skipf("the only route is /")
	}
	x, err := p.Get(ctx, route+"/?a=1", Navigation)
	if err != nil || p.IsPage(x) {
		return err
	}
	const expected = "200 and the page, or one redirect to the route without the slash, query kept"
	to := p.inApp(p.location(x))
	if to != route+"?a=1" {
		p.Reportf(x, expected, "", "a route with a trailing slash does not get the page")
		return nil
	}
	return p.wantPage(ctx, to, Navigation, "the redirect from the route with a slash does not end at the page")
}

func checkDotInRoute(ctx context.Context, p *Pass) error {
	routes := slices.DeleteFunc(slices.Clone(p.Target.Routes), func(route string) bool {
		route, _, _ = strings.Cut(route, "?")
		return !strings.Contains(path.Base(route), ".")
	})
	if len(routes) == 0 {
		if err := p.needsCatchAll(); err != nil {
			return err
		}
		routes = []string{"/packages/react/18.2.0", "/u/jane.doe@example.com"}
	}
	for _, route := range routes {
		if err := p.wantPage(ctx, route, Navigation, "a route with a dot does not get the page"); err != nil {
			return err
		}
	}
	return nil
}

func checkEncodedSegment(ctx context.Context, p *Pass) error {
	if err := p.needsCatchAll(); err != nil {
		return err
	}
	for _, route := range []string{"/search/caf%C3%A9%20au%20lait", "/files/a%2Fb"} {
		if err := p.wantPage(ctx, route, Navigation, "a route with an encoded segment does not get the page"); err != nil {
			return err
		}
	}
	return nil
}

func checkHostilePath(ctx context.Context, p *Pass) error {
	const expected = "the page, or 400, 404 or 414 (any 4xx)"
	for _, target := range []string{"/users/100%", "/%ff", "/..%c0%af", "/t/" + strings.Repeat("a", 300)} {
		x, err := p.Get(ctx, target, Navigation)
		switch {
		case errors.Is(err, rawhttp.ErrClosed):
			p.Reportf(x, expected, "the connection closed without a response", "a hostile path gets no answer")
		case err != nil:
			return err
		case x.Response.Status >= 500:
			p.Reportf(x, expected, "", "a hostile path causes a server error")
		case x.Response.Status/100 == 2 && !p.IsPage(x):
			p.Reportf(x, expected, "", "a hostile path gets something that is not the page")
		}
	}
	return nil
}

func checkDirectoryCollision(ctx context.Context, p *Pass) error {
	if err := p.needsCatchAll(); err != nil {
		return err
	}
	dir, reserved := p.bareDirectory()
	if dir == "" {
		return skipf("the build has no directory without an index")
	}
	x, err := p.Get(ctx, dir, Navigation)
	if err != nil {
		return err
	}
	end, err := p.follow(ctx, x, Navigation)
	if err != nil {
		return err
	}
	switch to := p.location(x); {
	case p.IsPage(end):
	case to != nil && !p.stays(to):
		p.Reportf(x, thePage, "", "a route named like a directory is redirected to another origin")
	case reserved && end.Response.Status == http.StatusNotFound:
		p.Notef("%s is reserved for assets: 404", dir)
	default:
		p.Reportf(end, thePage, "", "a route named like a directory (%s) does not get the page", dir)
	}
	return nil
}

// bareDirectory is a directory without an index, one without hashed files if
// there is one: the asset directory may be reserved.
func (p *Pass) bareDirectory() (dir string, reserved bool) {
	for _, f := range p.site.files {
		first, ok := firstSegment(f.Target)
		if !ok || first == p.site.assetDir || first == "/.well-known" || strings.HasPrefix(first, p.Target.apiPrefix()) {
			continue
		}
		if p.Target.Dist != nil {
			name, _, _ := strings.Cut(f.Name, "/")
			if _, exists := p.file(name + "/index.html"); exists {
				continue
			}
		}
		return first, false
	}
	return p.site.assetDir, true
}

func checkPrefixBoundary(ctx context.Context, p *Pass) error {
	if err := p.needsCatchAll(); err != nil {
		return err
	}
	var routes []string
	// Under a prefix of several segments, the rest may still be the API's.
	if prefix := p.Target.apiPrefix(); p.site.api == "" && strings.Count(prefix, "/") == 1 {
		routes = append(routes, prefix+"ary")
	}
	if p.site.assetDir != "" {
		routes = append(routes, p.site.assetDir+"-guide")
	}
	if len(routes) == 0 {
		return skipf("there is no API of one segment, and no directory of assets")
	}
	for _, route := range routes {
		if err := p.wantPage(ctx, route, Navigation, "a route that begins like a reserved prefix does not get the page"); err != nil {
			return err
		}
	}
	return nil
}

func checkIndexCanonical(ctx context.Context, p *Pass) error {
	x, err := p.Get(ctx, "/index.html", Navigation)
	if err != nil {
		return err
	}
	end, err := p.follow(ctx, x, Navigation)
	if err != nil {
		return err
	}
	if !p.IsPage(end) {
		p.Reportf(end, "200 and the page, at once or behind one redirect to /", "", "/index.html does not get the page")
	}
	const made = "/users/index.html"
	if _, exists := p.file("users/index.html"); exists {
		return nil
	}
	if x, err = p.Get(ctx, made, Navigation); err != nil {
		return err
	}
	if end, err = p.follow(ctx, x, Navigation); err != nil {
		return err
	}
	if !p.IsPage(end) && end.Response.Status != http.StatusNotFound {
		p.Reportf(
			end,
			"the page or 404, at once or behind one redirect",
			"",
			"the index of a directory that does not exist loses the app",
		)
	}
	return nil
}

func checkRealFileWins(ctx context.Context, p *Pass) error {
	files := p.realFiles()
	if len(files) == 0 {
		return skipf("no file of the build is known: the page refers to none")
	}
	for _, f := range files {
		x, err := p.Get(ctx, f.Target, Navigation)
		if err != nil {
			return err
		}
		if strings.HasSuffix(f.Target, "/") {
			if x, err = p.follow(ctx, x, Navigation); err != nil {
				return err
			}
		}
		body, err := p.Content(x)
		if err != nil {
			return err
		}
		if p.Target.Dist == nil {
			if p.Resembles(x) {
				p.Reportf(x, "the file", "", "an existing file is answered with the page")
			}
			continue
		}
		want, err := fs.ReadFile(p.Target.Dist, f.Name)
		if err != nil {
			return err
		}
		if x.Response.Status != http.StatusOK || !bytes.Equal(body, want) {
			p.Reportf(x, "200 and the bytes of "+f.Name, "", "an existing file is not served to a navigation")
		}
	}
	return nil
}

func checkBasePath(ctx context.Context, p *Pass) error {
	base := p.client.base
	x, err := p.Do(ctx, Request{Target: base, Header: Navigation, fromRoot: true})
	if err != nil {
		return err
	}
	if x, err = p.follow(ctx, x, Navigation); err != nil {
		return err
	}
	if !p.IsPage(x) {
		p.Reportf(
			x,
			"200 and the page, at once or behind one redirect",
			"",
			"the path of the app without its slash does not get the page",
		)
	}
	// What else is on the origin may redirect to the app, or be another one.
	for _, outside := range []string{p.Routes()[0], base + "-guide"} {
		x, err := p.Do(ctx, Request{Target: outside, Header: Navigation, fromRoot: true})
		if err != nil {
			return err
		}
		if p.Resembles(x) {
			p.Reportf(x, "404, or what else is there", "", "the app answers outside its path")
		}
	}
	return nil
}

// realFiles are some files to open in the address bar: indexes of directories,
// and files at the root that are not empty.
func (p *Pass) realFiles() []File {
	if p.Target.Dist == nil {
		return p.site.files[:min(3, len(p.site.files))]
	}
	var indexes, rest []File
	for _, f := range p.site.files {
		switch {
		case f.Target == "/":
		case strings.HasSuffix(f.Target, "/"):
			indexes = append(indexes, f)
		case !strings.Contains(f.Name, "/") && f.Ext() != ".html":
			if info, err := fs.Stat(p.Target.Dist, f.Name); err == nil && info.Size() > 0 {
				rest = append(rest, f)
			}
		}
	}
	return append(indexes[:min(3, len(indexes))], rest[:min(3, len(rest))]...)
}

// file finds a file of the build by its name in Dist.
func (p *Pass) file(name string) (File, bool) {
	i := slices.IndexFunc(p.site.files, func(f File) bool { return f.Name == name })
	if i < 0 {
		return File{}, false
	}
	return p.site.files[i], true
}
