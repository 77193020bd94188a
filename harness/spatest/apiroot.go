package spatest

import "context"

func apiRootChecks() []Check {
	return []Check{
		{
			Name: "api-root", Group: "api", Level: Should,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureAPI},
			Spec: "https://www.rfc-editor.org/rfc/rfc3986.html#section-3.3",
			Doc: `the path of the API itself, with and without a slash, is not a route of the app

Whoever opens it by hand, or joins a base and an empty path, gets the page and 200. It breaks
nothing but the API, and some hosts can only match what is below a prefix.`,
			Run: checkAPIRoot,
		},
	}
}

// checkAPIRoot: the root of an API may be an endpoint, but not the page's.
func checkAPIRoot(ctx context.Context, p *Pass) error {
	prefix := p.Target.apiPrefix()
	for _, target := range []string{prefix, prefix + "/"} {
		x, err := p.Get(ctx, target, Navigation)
		if err != nil {
			return err
		}
		redirected := p.location(x) != nil && !p.isAPIRedirect(x)
		if p.Resembles(x) || redirected {
			p.Reportf(x, "404, or a response from the API", "",
				"the root of the API is treated like a route of the app")
		}
	}
	return nil
}
