package spatest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"spabench/harness/internal/rawhttp"
)

func checkRoot(_ context.Context, p *Pass) error {
	x := p.site.page
	p.noteLimit(x)
	switch {
	case p.isHome(x) && isDownload(x):
		p.reportDownload(x, "/")
	case p.isHome(x):
		if p.site.served != nil {
			p.Notef("the page has something in it that is not in the build's, as a configuration or a nonce is")
		}
	case p.site.signature == "" && x.Response.Status == http.StatusOK:
		p.Reportf(
			x,
			"200 and the page, which loads a script",
			"",
			"the page at / runs no script: it is not a single-page app",
		)
	case p.site.exact && mediaType(x) == "text/html" && x.Response.Status == http.StatusOK:
		p.Reportf(x, "the bytes of the build's index.html", "", "the page at / is not the build's index.html")
	default:
		p.Reportf(x, "200, text/html, and the page", "", "/ does not get the page%s", p.elsewhere(x))
	}
	return nil
}

// elsewhere points to where "/" redirects on the same origin, such as the folder of a language: the app may be there.
func (p *Pass) elsewhere(x *Exchange) string {
	to := p.location(x)
	if to == nil || !p.stays(to) || to.Path == "" || to.Path == "/" {
		return ""
	}
	folder := url.URL{Scheme: to.Scheme, Host: to.Host, Path: to.Path}
	return fmt.Sprintf(": it redirects to %s; if the app is there, check that URL", folder.String())
}

// isDownload: browsers save the response under a name, and do not show it (RFC 6266, section 4.2).
func isDownload(x *Exchange) bool {
	kind, _, _ := strings.Cut(x.Response.Header.Get("Content-Disposition"), ";")
	return strings.EqualFold(strings.TrimSpace(kind), "attachment")
}

func (p *Pass) reportDownload(x *Exchange, where string) {
	p.Reportf(x, "no Content-Disposition: attachment",
		"Content-Disposition: "+x.Response.Header.Get("Content-Disposition"),
		"browsers save the page at %s instead of showing it", where)
}

func checkDeepLink(ctx context.Context, p *Pass) error {
	if p.site.slashed {
		p.Notef("routes are redirected to the same with a slash at the end, and were asked for so")
	}
	for i, route := range p.Routes() {
		err := p.wantPage(ctx, route, Navigation, "a hard load of a client route does not get the page")
		if err != nil {
			return err
		}
		if i > 0 {
			continue
		}
		x, err := p.Get(ctx, route, Navigation)
		if err != nil {
			return err
		}
		if p.IsPage(x) && isDownload(x) {
			p.reportDownload(x, "a client route")
		}
		err = p.wantPage(ctx, route, PlainNavigation,
			"a hard load by a browser without Fetch Metadata does not get the page")
		if err != nil {
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
		err := p.wantPage(ctx, route, Navigation, "a route with an encoded segment does not get the page")
		if err != nil {
			return err
		}
	}
	return nil
}

func checkHostilePath(ctx context.Context, p *Pass) error {
	const expected = "the page, or 400, 404 or 414 (any 4xx)"
	for _, target := range p.hostilePaths() {
		x, err := p.Get(ctx, target, Navigation)
		switch {
		case errors.Is(err, rawhttp.ErrClosed):
			p.Reportf(x, expected, "the connection closed without a response", "a hostile path gets no answer")
		case err != nil:
			return err
		case x.Response.Status >= 500:
			p.Reportf(x, expected, "", "a hostile path causes a server error")
		case x.Response.Status/100 == 2 && !p.IsPage(x) && target != p.belowFile(): // else: assets-file-as-dir
			p.Reportf(x, expected, "", "a hostile path gets something that is not the page")
		}
	}
	return nil
}

// hostilePaths are malformed, or longer than a file system lets a name or a path be
// (255 and 4096 bytes), where there is a directory to look into and where there is none.
func (p *Pass) hostilePaths() []string {
	long := strings.Repeat("a", 300)
	paths := []string{
		"/users/100%", "/%", "/%zz", "/users/%F0%9F%98%80", "/users/42?q=%ff&r=%",
		"/%ff", "/..%c0%af", "/t/" + long, "/" + long, "/" + long + ".html",
		"/" + strings.Repeat("%E2%82%AC", 100), strings.Repeat("/a", 2100),
	}
	if p.site.assetDir != "" {
		paths = append(paths, p.site.assetDir+"/"+long+".js")
	}
	return append(paths, p.belowFile())
}

// belowFile is a route below what is no directory.
func (p *Pass) belowFile() string {
	for _, f := range p.filesWhere(func(f File) bool { _, inFolder := firstSegment(f.Target); return !inFolder }) {
		if f.Target != "/" && !strings.Contains(f.Target, "?") {
			return f.Target + "/edit"
		}
	}
	return "/index.html/edit"
}

func checkPrefixBoundary(ctx context.Context, p *Pass) error {
	if err := p.needsCatchAll(); err != nil {
		return err
	}
	var routes []string
	for _, prefix := range p.Target.apiPrefixes() {
		// Under a prefix of several segments, the rest may still be the API's.
		if p.site.noAPI == "" && strings.Count(prefix, "/") == 1 {
			routes = append(routes, prefix+"ary")
		}
	}
	if p.site.assetDir != "" {
		routes = append(routes, p.site.assetDir+"-guide")
	}
	if len(routes) == 0 {
		return skipf("there is no API of one segment, and no directory of assets")
	}
	for _, route := range routes {
		err := p.wantPage(ctx, route, Navigation, "a route that begins like a reserved prefix does not get the page")
		if err != nil {
			return err
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
