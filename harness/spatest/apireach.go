package spatest

import (
	"context"
	"io/fs"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

func apiReachedChecks() []Check {
	return []Check{
		{
			Name: "api-reached", Group: "api", Level: Must,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureAPI},
			Spec: "https://caddyserver.com/docs/caddyfile/directives#directive-order",
			Doc: `the endpoints of the API, declared or named by the app's scripts, are answered by the API, ` +
				`never by the page

A rewrite to the page that comes before the proxy swallows the API whole: every call of
the app gets 200 and HTML. A health endpoint that is the page is worse: whoever watches it
sees a healthy API that is not there.`,
			Run: checkAPIReached,
		},
	}
}

func apiReachChecks() []Check {
	return []Check{
		{
			Name: "api-preflight", Group: "api", Level: Must,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureAPI},
			Spec: "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
			Doc: `a CORS preflight of an API path is answered by the API or refused, never answered with the page ` +
				`or redirected away

A fallback that takes OPTIONS answers before the API is asked: the browser finds no
Access-Control field, and never sends the request. Whether other origins may use
the API is its own decision.`,
			Run: checkPreflight,
		},
		{
			Name: "api-extension", Group: "api", Level: Should,
			DependsOn: []string{"api-unknown-json"}, Needs: []Feature{FeatureAPI},
			Spec: "https://nginx.org/en/docs/http/ngx_http_core_module.html#location",
			Doc: `an API path that ends like a file, such as report.csv, is answered by the API as any other path is

A rule by file extension takes it away from the API, because regular expressions come before
prefixes: the report is looked for among the files, and its 404 comes from a server that the
API's owners do not know of.`,
			Run: checkAPIExtension,
		},
	}
}

// apiPrefixes are those of all APIs that the target has.
func (t Target) apiPrefixes() []string { return append([]string{t.apiPrefix()}, t.OtherAPIs...) }

// inAPIs reports whether a target is under the prefix of an API.
func (t Target) inAPIs(target string) bool {
	path, _, _ := strings.Cut(target, "?")
	return slices.ContainsFunc(t.apiPrefixes(), func(prefix string) bool {
		return strings.HasPrefix(path+"/", prefix+"/")
	})
}

func checkAPIReached(ctx context.Context, p *Pass) error {
	var targets []string
	if p.site.named == nil || p.Target.APIGet != p.Target.apiPrefix()+"/health" {
		targets = append(targets, p.Target.APIGet)
	}
	for _, target := range slices.Concat(targets, p.site.named) {
		var data *Exchange
		for i, header := range [][]Field{JSON, {{"Accept", "*/*"}}, Navigation} {
			x, err := p.Get(ctx, target, header)
			if err != nil {
				return err
			}
			if i == 0 {
				data = x
			}
			if p.Resembles(x) && !(i == 2 && p.isNegotiated(data, x)) {
				p.Reportf(x, "a response from the API (or, if it is somewhere else, say that there is none here)", "",
					"an endpoint of the API gets the page")
				break
			}
		}
	}
	return nil
}

// isNegotiated: one resource is data for the app, and a page for who navigates to it, and no
// cache takes the one for the other.
func (p *Pass) isNegotiated(data, page *Exchange) bool {
	known := isOK(data) || data.Response.Status == http.StatusUnauthorized || data.Response.Status == http.StatusForbidden
	apart := !sharedMayStore(page.Response.Header)
	for _, field := range []string{"Accept", "Sec-Fetch-Dest", "Sec-Fetch-Mode"} {
		apart = apart || varies(page.Response.Header, field)
	}
	return known && apart && !p.Resembles(data)
}

// checkAPIExtension compares with what an unknown path without an extension gets.
func checkAPIExtension(ctx context.Context, p *Pass) error {
	decided := false
	for _, prefix := range p.Target.apiPrefixes() {
		plain, err := p.Get(ctx, prefix+unknownAPI, JSON)
		if err != nil {
			return err
		}
		if !isJSON(plain) {
			continue
		}
		decided = true
		for _, ext := range []string{".csv", ".json", ".pdf", ".png", ".js", ".txt"} {
			x, err := p.Get(ctx, prefix+unknownAPI+ext, JSON)
			if err != nil {
				return err
			}
			kind := mediaType(x)
			alien := x.Response.Size > 0 && (kind == "text/html" || kind == "text/plain" || kind == "")
			if alien || x.Response.Status/100 != plain.Response.Status/100 {
				p.Reportf(x, plain.Response.summary()+", as without "+ext, "",
					"an API path that ends in %s is not answered by the API", ext)
			}
		}
	}
	if !decided {
		return skipf("an unknown API path does not get JSON, by which the API could be told from a file server")
	}
	return nil
}

// maxNamed endpoints of the API are taken from scripts, of which maxScripts are read.
const maxNamed, maxScripts = 5, 20

// unasked are endpoints that change something although they answer GET, by their names.
var unasked = regexp.MustCompile(`(?i)(log|sign)[-_ ]?(out|off)|delete|remove|unsubscribe|reset|revoke`)

// namedEndpoints are the paths under the prefix that the app's scripts have as string literals.
func (p *Pass) namedEndpoints(ctx context.Context, prefix string) []string {
	literal := regexp.MustCompile("[\"'`](" + regexp.QuoteMeta(prefix) + "(?:/[A-Za-z0-9_.-]+)*/?)[\"'`?]")
	var named []string
	scripts := p.filesWhere(func(f File) bool { return f.Dest == "script" })
	for _, f := range scripts[:min(len(scripts), maxScripts)] {
		for _, found := range literal.FindAllSubmatch(p.source(ctx, f), -1) {
			target := string(found[1])
			if !unasked.MatchString(target) && !slices.Contains(named, target) && len(named) < maxNamed {
				named = append(named, target)
			}
		}
	}
	return named
}

// source is the content of a file: of the build, else as it is served.
func (p *Pass) source(ctx context.Context, f File) []byte {
	if p.Target.Dist != nil {
		content, _ := fs.ReadFile(p.Target.Dist, f.Name)
		return content
	}
	x, err := p.Get(ctx, f.Target, Subresource(f.Dest))
	if err != nil || x.Response.Status != http.StatusOK {
		return nil
	}
	content, _ := p.Content(x)
	return content
}
