package spatest

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

func apiChecks() []Check {
	return []Check{
		{
			Name: "api-unknown-404", Group: "api", Level: Must,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureAPI},
			Spec: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.5",
			Doc: `an unknown API path gets a 404, never the page, whatever Accept says

A client that gets 200 and HTML for a mistyped or retired endpoint fails far from
the cause, in a JSON parser; a monitor sees a healthy API that is not there.`,
			Run: checkAPIUnknown,
		},
		{
			Name: "api-unknown-json", Group: "api", Level: Should,
			DependsOn: []string{"api-unknown-404"}, Needs: []Feature{FeatureAPI},
			Spec: "https://www.rfc-editor.org/rfc/rfc9457.html#section-3",
			Doc: `an API error is JSON (application/json or application/problem+json) for a client that asks for JSON

Clients show the message of an error; HTML or plain text from a proxy or a
framework's default makes them fail a second time.`,
			Run: checkAPIUnknownJSON,
		},
		{
			Name: "api-unsafe-never-shell", Group: "api", Level: Must,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureAPI},
			Spec: "https://www.rfc-editor.org/rfc/rfc9110.html#section-9.2.1",
			Doc: `POST, PUT, PATCH and DELETE to an unknown API path never succeed and never get the page

A write that is answered 200 looks saved: the user's data is silently lost.`,
			Run: checkAPIUnsafe,
		},
		{
			Name: "api-405-allow", Group: "api", Level: Must,
			DependsOn: []string{"api-reached"}, Needs: []Feature{FeatureAPI},
			Spec: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.6",
			Doc: `a method that a known endpoint does not support is refused, and a 405 lists the supported methods ` +
				`in Allow

RFC 9110 calls for 405 with Allow; 404 and 501 are legal refusals. Success, or the
page, tells a client that its write arrived.`,
			Run: checkAPIAllow,
		},
		{
			Name: "api-trailing-slash", Group: "api", Level: Should,
			DependsOn: []string{"api-reached", "api-unknown-404", "api-unsafe-never-shell"},
			Needs:     []Feature{FeatureAPI},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.4",
			Doc: `an endpoint with a slash added or removed is the endpoint itself, a 4xx, ` +
				`or one redirect to it on the same origin that keeps a POST a POST

Frameworks redirect such paths by a URL that they build themselves: behind a proxy
it names http:// or an internal host, and browsers block it. After a 301 or 302
they send a POST again as a GET, without its content (RFC 9110, section 15.4.2).`,
			Run: checkAPITrailingSlash,
		},
		{
			Name: "api-path-normalisation", Group: "api", Level: Should,
			DependsOn: []string{"api-reached", "api-unknown-404"}, Needs: []Feature{FeatureAPI},
			Spec: "https://www.rfc-editor.org/rfc/rfc3986.html#section-6.2.2",
			Doc: `another spelling of an API path, such as //api or %61pi, gets the API, a redirect or a refusal, ` +
				`never the page

Clients that join a base and a path often double a slash; if the answer is 200 and
the page, they fail in a JSON parser. A router and a file handler that read a path
differently are also how guards are bypassed.`,
			Run: checkAPINormalisation,
		},
		{
			Name: "api-error-passthrough", Group: "api", Level: Must,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureAPI, FeatureFail},
			Spec: "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_intercept_errors",
			Doc: `an API error arrives with its status and its own content, never as the page

Error pages and fallbacks of the server in front of the API replace its answer:
users see "something went wrong" for a name that is taken, and a monitor sees 200.`,
			Run: checkAPIErrors,
		},
		{
			Name: "api-not-asset-cached", Group: "api", Level: Must,
			DependsOn: []string{"api-reached"}, Needs: []Feature{FeatureAPI},
			Spec: "https://www.rfc-editor.org/rfc/rfc9111.html#section-4.2.1",
			Doc: `an API response does not inherit the cache policy of assets

A policy that is set for everything, or by a file extension that an API path
happens to have, shows users stale data for a year, and one user's data to others.
A lifetime that an endpoint chooses for itself is legal.`,
			Run: checkAPINotAssetCached,
		},
		{
			Name: "api-streaming", Group: "api", Level: Should,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureAPI, FeatureEvents},
			Spec: "https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes",
			Doc: `server-sent events arrive as they are sent, whether or not the client accepts gzip

A proxy that buffers, or a compressor that does not flush, keeps events until the
stream ends: progress bars freeze and chats fall silent.`,
			Run: checkAPIStreaming,
		},
		{
			Name: "api-body-limit", Group: "api", Level: Should,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureAPI, FeatureWrite},
			Spec: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.14",
			Doc: `content within the declared limit reaches the API, and content over it gets 413

Each hop has a limit of its own (nginx: 1 MB unless told otherwise), and the
smallest counts. Without any limit, anyone can exhaust the server's memory; if the
answer is a closed connection, users are told that they are offline.`,
			Run: checkAPIBodyLimit,
		},
	}
}

// made up, and unlikely in any API
const unknownAPI = "/spatest-no-such-endpoint"

func checkAPIUnknown(ctx context.Context, p *Pass) error {
	for _, prefix := range p.Target.apiPrefixes() {
		if err := p.checkAPIUnknownUnder(ctx, prefix); err != nil {
			return err
		}
	}
	return nil
}

func (p *Pass) checkAPIUnknownUnder(ctx context.Context, prefix string) error {
	for _, target := range []string{prefix + unknownAPI, prefix + unknownAPI + ".csv"} {
		for _, header := range [][]Field{JSON, Navigation} {
			x, err := p.Get(ctx, target, header)
			if err != nil {
				return err
			}
			if !p.Resembles(x) && (isRefusal(x) || p.isAPIRedirect(x)) {
				continue
			}
			p.Reportf(x, "404, and not the page", "", "an unknown API path does not get a 404")
		}
	}
	return nil
}

// isRefusal: an API that asks who is calling before it looks at the path may
// answer 401 or 403.
func isRefusal(x *Exchange) bool {
	return slices.Contains(
		[]int{http.StatusNotFound, http.StatusGone, http.StatusUnauthorized, http.StatusForbidden},
		x.Response.Status,
	)
}

func (p *Pass) isAPIRedirect(x *Exchange) bool {
	to, _, _ := strings.Cut(p.inApp(p.location(x)), "?")
	return to != "" && p.Target.inAPIs(to)
}

func checkAPIUnknownJSON(ctx context.Context, p *Pass) error {
	x, err := p.Get(ctx, p.Target.apiPrefix()+unknownAPI, JSON)
	if err != nil {
		return err
	}
	if p.location(x) != nil {
		return skipf("an unknown API path is redirected")
	}
	const expected = "application/problem+json or application/json, and a body that parses"
	if !isJSON(x) {
		p.Reportf(x, expected, "", "an API error is not JSON")
		return nil
	}
	body, err := p.Content(x)
	if err != nil {
		return err
	}
	if !json.Valid(body) {
		p.Reportf(x, expected, "", "an API error is labelled JSON but does not parse")
	}
	return nil
}

func checkAPIUnsafe(ctx context.Context, p *Pass) error {
	for _, prefix := range p.Target.apiPrefixes() {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			x, err := p.Do(ctx, Request{
				Method: method, Target: prefix + unknownAPI, Body: "{}",
				Header: slices.Concat(JSON, []Field{{"Content-Type", "application/json"}}),
			})
			if err != nil {
				return err
			}
			redirected := x.Response.Status/100 == 3 && !p.isAPIRedirect(x)
			if x.Response.Status/100 == 2 || redirected || p.Resembles(x) {
				p.Reportf(x, "404 or 405 (any 4xx), and not the page", "",
					"%s to an unknown API path is not refused", method)
			}
		}
	}
	return nil
}

func checkAPIAllow(ctx context.Context, p *Pass) error {
	if _, err := p.knownEndpoint(ctx); err != nil {
		return err
	}
	x, err := p.Do(ctx, Request{Method: http.MethodDelete, Target: p.Target.APIGet, Header: JSON})
	if err != nil {
		return err
	}
	const expected = "405, with an Allow that lists GET"
	switch x.Response.Status {
	case http.StatusMethodNotAllowed:
		allow := strings.Join(x.Response.Header.Values("Allow"), ", ")
		if !slices.Contains(listItems(allow), "GET") {
			p.Reportf(x, expected, "405, Allow: "+allow, "a 405 does not list the methods that the endpoint supports")
		}
	case http.StatusNotFound, http.StatusNotImplemented, http.StatusUnauthorized, http.StatusForbidden:
		p.Notef("DELETE is refused with %d, which needs no Allow", x.Response.Status)
	default:
		p.Reportf(x, expected, "", "a method that the endpoint does not support is not refused")
	}
	return nil
}

// listItems splits a comma-separated field value (RFC 9110, section 5.6.1).
func listItems(value string) []string {
	var items []string
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}
