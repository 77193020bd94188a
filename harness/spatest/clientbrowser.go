package spatest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"spabench/harness/internal/browser"
)

// maxOnConnection bounds what is asked for on one connection.
const maxOnConnection = 8

// asBrowser is the request for a file with all fields that a browser sends.
func (p *Pass) asBrowser(f File) Request {
	r := Request{Method: http.MethodGet, Target: f.Target}
	for _, field := range browser.Whole(f.Dest, p.url("/").String()) {
		r.Header = append(r.Header, Field(field))
	}
	return r
}

func checkBrowserFields(ctx context.Context, p *Pass) error {
	visited := []File{pageFile}
	for _, route := range p.Routes() {
		visited = append(visited, File{Target: route, Dest: "document"})
	}
	visited = append(visited, onePerExtension(p.filesWhere(func(f File) bool {
		return f.Dest != "document" && !strings.HasPrefix(f.Target, "/.well-known/") // which no page loads
	}))...)
	visited = visited[:min(len(visited), maxOnConnection)]
	// Any script may be a worker's. How service workers are served is a check of its own.
	scripts := slices.Concat(p.workers(), p.filesWhere(func(f File) bool { return f.Dest == "script" }))
	i := slices.IndexFunc(scripts, func(f File) bool { return !slices.Contains(workerNames, path.Base(f.Target)) })
	if i >= 0 {
		visited = append(visited, File{Target: scripts[i].Target, Dest: "worker"})
	}
	var requests []Request
	for _, f := range visited {
		requests = append(requests, p.asBrowser(f))
	}
	for len(requests) > 0 {
		done, err := p.client.do(ctx, requests...)
		p.noteLimit(done...)
		answered := 0
		for i, x := range done {
			if x.Response == nil {
				break
			}
			answered++
			if err := p.compareBare(ctx, x, visited[i]); err != nil {
				return err
			}
		}
		if answered == 0 { // not even on a connection of its own
			if len(done) == 0 || !refusedByClosing(err) && !unanswered(ctx, done[0], err) {
				return err
			}
			if err := p.compareBare(ctx, done[0], visited[0]); err != nil {
				return err
			}
			answered = 1
		}
		// A server may end a connection after any response; a browser opens another.
		requests, visited = requests[answered:], visited[answered:]
	}
	return nil
}

// bareFields are those that a server needs to tell what is asked for. A worker's script is a script.
func bareFields(f File) []Field {
	if strings.HasSuffix(f.Dest, "worker") {
		return Script
	}
	return Subresource(f.Dest)
}

// compareBare reports that a browser does not get what a bare request gets. What a
// bare request does not get either is the matter of other checks.
func (p *Pass) compareBare(ctx context.Context, x *Exchange, f File) error {
	if p.served(x, f) || p.toHTTPS(x) {
		return nil
	}
	if x.Response != nil && p.inApp(p.location(x)) != "" {
		end, err := p.follow(ctx, x, p.asBrowser(f).Header)
		if err != nil || p.served(end, f) {
			return err
		}
	}
	bare, err := p.Get(ctx, f.Target, bareFields(f))
	if err != nil || !p.served(bare, f) {
		return err
	}
	culprit, err := p.culprit(ctx, f)
	if err != nil {
		return err
	}
	got := ""
	if x.Response == nil {
		got = "the connection closed without a response"
	}
	p.Reportf(x, "200, as without these fields", got, "a browser does not get %s, because of %s", f.Target, culprit)
	return nil
}

// served: x is 200 with the page, or with a file that is not the page.
func (p *Pass) served(x *Exchange, f File) bool {
	if x.Response == nil || !isOK(x) {
		return false
	}
	if f.Dest != "document" {
		return !p.Resembles(x)
	}
	if p.IsPage(x) {
		return true
	}
	_, err := p.Content(x)
	return errors.Is(err, errCoding) && mediaType(x) == "text/html"
}

// toHTTPS: Upgrade-Insecure-Requests asks for a redirect to https, which is legal.
func (p *Pass) toHTTPS(x *Exchange) bool {
	if x.Response == nil {
		return false
	}
	to := p.location(x)
	if to == nil || to.Scheme != "https" || p.client.origin.Scheme == "https" {
		return false
	}
	p.Notef("browsers are redirected to https")
	return true
}

// culprit names the field without which a browser's request is served.
func (p *Pass) culprit(ctx context.Context, f File) (string, error) {
	whole := p.asBrowser(f)
	x, err := p.Do(ctx, whole)
	if err != nil && !refusedByClosing(err) {
		return "", err
	}
	if err == nil && p.served(x, f) {
		return "its place among the requests of one connection", nil
	}
	bare := bareFields(f)
	for i, field := range whole.Header {
		if slices.Contains(bare, field) {
			continue
		}
		without := whole
		without.Header = slices.Delete(slices.Clone(whole.Header), i, i+1)
		x, err := p.Do(ctx, without)
		if err == nil && p.served(x, f) {
			return field.Name + ": " + field.Value, nil
		}
		if err != nil && !refusedByClosing(err) {
			return "", err
		}
	}
	return "the fields that it sends", nil
}

func checkRawCharacters(ctx context.Context, p *Pass) error {
	if err := p.needsCatchAll(); err != nil {
		return err
	}
	for _, route := range []string{
		"/search/a|b[1]", "/search/it's;v=1,2(3)!$&*+=:@~", "/search?filter[name]={a|b}^c`d", `/search?path=c:\d`,
		"/search?next=https://shop.example.com/index.html?a=1&v=1.2", // as sign-in and sharing have it
		"/search?iss=https%3A%2F%2Fid.example.com&file=a.b",
	} {
		x, err := p.Get(ctx, route, Navigation)
		if err != nil {
			return err
		}
		end, err := p.follow(ctx, x, Navigation) // to the spelling that RFC 3986 has
		if err != nil {
			return err
		}
		switch {
		case p.IsPage(end):
		case strings.Contains(route, ".com"):
			p.Reportf(x, thePage, "", "a route with a URL and a dot in its query does not get the page")
		default:
			p.Reportf(x, thePage, "", "a route with characters that browsers leave raw does not get the page")
		}
	}
	return nil
}

// manyCookies are about 7 KB: less than the 8 KB that servers commonly take in one field.
func manyCookies() string {
	var cookies []string
	for i := range 20 {
		cookies = append(cookies, fmt.Sprintf("spatest_%02d=%s", i, strings.Repeat("0123456789abcdef", 21)))
	}
	return strings.Join(cookies, "; ")
}

func checkCookies(ctx context.Context, p *Pass) error {
	for name := range p.Target.Header {
		if http.CanonicalHeaderKey(name) == "Cookie" {
			return skipf("every request has a Cookie of its own (Header)")
		}
	}
	cookie := Field{"Cookie", manyCookies()}
	requests := []Request{{Target: "/", Header: Navigation}, {Target: p.Routes()[0], Header: Navigation}}
	if scripts := p.filesWhere(func(f File) bool { return f.Dest == "script" }); len(scripts) > 0 {
		requests = append(requests, Request{Target: scripts[0].Target, Header: Script})
	}
	if p.site.noAPI == "" {
		requests = append(requests, Request{Target: p.Target.APIGet, Header: JSON})
	}
	for _, request := range requests {
		bare, err := p.Do(ctx, request)
		if err != nil {
			return err
		}
		if bare.Response.Status != http.StatusOK {
			continue // other checks say so
		}
		request.Header = append(slices.Clone(request.Header), cookie)
		x, err := p.Do(ctx, request)
		if x != nil {
			shorten(&x.Request, cookie.Name)
		}
		const expected = "200, as without cookies"
		switch {
		case refusedByClosing(err) || err != nil && unanswered(ctx, x, err):
			p.Reportf(x, expected, err.Error(), "a request with 7 KB of cookies gets no answer")
		case err != nil:
			return err
		case x.Response.Status != http.StatusOK:
			p.Reportf(x, expected, "", "a request with 7 KB of cookies is refused")
		}
	}
	return nil
}
