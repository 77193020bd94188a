package spatest

import (
	"context"
	"net/http"
	"strings"
	"time"
)

func queryChecks() []Check {
	return []Check{
		{
			Name: "assets-query", Group: "assets", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc3986.html#section-3.4",
			Doc: `a file with a query behind its name is the file, with the same type and cache policy

Build tools, plug-ins and advertisements append ?v=1. A server that looks at the whole request
target for the extension, or for the folder of assets, sends the page, a wrong type or no policy.
A redirect to the URL without the query is legal.`,
			Run: checkAssetQuery,
		},
	}
}

func checkAssetQuery(ctx context.Context, p *Pass) error {
	files := 0
	for _, f := range p.revisited()[2:] {
		if strings.Contains(f.Target, "?") {
			continue
		}
		header := Subresource(f.Dest)
		plain, err := p.Get(ctx, f.Target, header)
		if err != nil {
			return err
		}
		if !isOK(plain) || p.Resembles(plain) {
			continue
		}
		files++
		for _, query := range []string{"?v=1", "?url=/a.html&t=1.2"} {
			x, err := p.Get(ctx, f.Target+query, header)
			if err != nil {
				return err
			}
			if x, err = p.follow(ctx, x, header); err != nil {
				return err
			}
			same, err := p.sameContent(x, plain)
			want, got := lifetime(plain.Response.Header, false), lifetime(x.Response.Header, false)
			switch {
			case err != nil:
				p.Notef("%s was not compared: %v", f.Target, err)
			case x.Response.Status != http.StatusOK || !same:
				p.Reportf(x, "what "+f.Target+" gets", "", "a file with a query is not the file")
			case mediaType(x) != mediaType(plain):
				p.Reportf(x, "Content-Type: "+mediaType(plain), shown(x, "Content-Type"),
					"a file with a query has another type")
			case want.Round(time.Minute) != got.Round(time.Minute):
				p.Reportf(x, policy(plain)+", as without a query", policy(x),
					"a file with a query has another cache policy")
			}
		}
	}
	if files == 0 {
		return skipf("no file of the build is known: the page refers to none")
	}
	return nil
}
