package spatest

import (
	"context"
	"net/http"
	"strings"
)

func checkWellKnown(ctx context.Context, p *Pass) error {
	for _, f := range p.filesWhere(func(f File) bool { return strings.HasPrefix(f.Target, "/.well-known/") }) {
		x, err := p.Get(ctx, f.Target, Subresource("empty"))
		if err != nil {
			return err
		}
		if x.Response.Status != http.StatusOK || p.Resembles(x) {
			p.Reportf(x, "200 and the file", "", "a file under /.well-known/ is not served")
		}
	}
	const absent = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200"
	x, err := p.Get(ctx, absent, Subresource("empty"))
	if err != nil {
		return err
	}
	// Probes follow redirects.
	if x, err = p.follow(ctx, x, Subresource("empty")); err != nil {
		return err
	}
	if x.Response.Status/100 != 4 || p.Resembles(x) {
		p.Reportf(x, "404 (any 4xx), and not the page", "", "a missing file under /.well-known/ is not refused")
	}
	return nil
}
