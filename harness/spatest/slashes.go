package spatest

import (
	"context"
	"strings"
)

// withSlash is the target with a slash at the end of its path.
func withSlash(target string) string {
	path, query, found := strings.Cut(target, "?")
	path = strings.TrimRight(path, "/") + "/"
	if found {
		path += "?" + query
	}
	return path
}

// addsSlash reports whether the server answers a route at its name with a slash, and
// redirects to that with the query.
func (p *Pass) addsSlash(ctx context.Context, route string) bool {
	if route == withSlash(route) {
		return false
	}
	if !strings.Contains(route, "?") {
		route += "?a=1"
	}
	x, err := p.Get(ctx, route, Navigation)
	if err != nil || p.inApp(p.location(x)) != withSlash(route) {
		return false
	}
	x, err = p.Get(ctx, withSlash(route), Navigation)
	return err == nil && (p.IsPage(x) || p.fallbackPage(x) != nil)
}
