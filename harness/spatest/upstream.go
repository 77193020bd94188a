package spatest

import (
	"context"
	"fmt"
	"net/http"
)

func upstreamChecks() []Check {
	return []Check{
		{
			Name: "api-dead-upstream", Group: "api", Level: Must,
			DependsOn: []string{"api-unknown-404"}, Needs: []Feature{FeatureAPI, FeatureUpstream, FeatureDist},
			Spec: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.6.3",
			Doc: `while the API is down its paths get a 5xx, never the page, and the app itself is still served

Clients retry a 502, 503 or 504, and monitors count it. A 404 says that the
resource is gone; the page says that all is well. Without the app nothing can tell
users what is wrong.`,
			Run: checkDeadUpstream,
		},
	}
}

func checkDeadUpstream(ctx context.Context, p *Pass) error {
	return p.withServer(ctx, Current, func(ctx context.Context, s *hosted) error {
		x, err := s.get(ctx, p.Target.APIGet, JSON)
		if err != nil {
			return err
		}
		if x.Response.Status/100 != 2 || p.Resembles(x) {
			return skipf("GET %s answers %s: name an endpoint that answers GET (APIGet)",
				p.Target.APIGet, x.Response.summary())
		}
		if err := s.StopAPI(ctx); err != nil {
			return fmt.Errorf("stop the API: %w", err)
		}
		patient := p.Target
		patient.Timeout += slowLimit // a proxy may try for a while
		for _, header := range [][]Field{JSON, Navigation} {
			x, err := p.doAt(ctx, s.URL(), patient,
				Request{Method: http.MethodGet, Target: p.Target.APIGet, Header: header})
			if err != nil {
				return err
			}
			if x.Response.Status/100 != 5 || p.isAnyPage(x) {
				p.Reportf(x, "502, 503 or 504 (any 5xx), and not the page", "",
					"an API that is down gets no error status")
			}
		}
		_, spared, err := p.victim()
		if err != nil {
			spared = File{}
		}
		return s.wantAlive(ctx, spared, "while the API is down")
	})
}
