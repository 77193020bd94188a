package spatest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// negativeCaching is more than what CDNs keep a 404 by default: two minutes, or three.
const negativeCaching = 5 * time.Minute

func checkErrorsNotStored(ctx context.Context, p *Pass) error {
	missing := []Request{
		{Target: p.site.assetDir + "/index-DEADBEEF.js", Header: Script},
		{Target: p.site.assetDir + "/index-DEADBEEF.css", Header: Subresource("style")},
		{Target: p.site.assetDir + "/sans-DEADBEEF.woff2", Header: Subresource("font")},
		{Target: p.site.assetDir + "/logo-DEADBEEF.svg", Header: Subresource("image")},
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
				fmt.Sprintf("%d, %s", x.Response.Status, policy(x)),
				"caches may keep the response for something that is missing")
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
			p.Reportf(x, "no Set-Cookie", "Set-Cookie: "+name+"=…",
				"an asset that shared caches may store sets a cookie")
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
