package spatest

import (
	"bytes"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"spabench/harness/internal/rawhttp"
)

// Pass is one run of one check against one target.
type Pass struct {
	Target Target // with its defaults filled in

	check  Check
	client *client
	site   *site

	limited atomic.Bool // a request got 429, whatever it asked for

	mu       sync.Mutex
	findings []Finding
	notes    []string
}

// Routes are the client routes to open: the target's, or the default ones, each with a
// slash at its end if the server redirects to that.
func (p *Pass) Routes() []string {
	switch {
	case p.site != nil && p.site.routes != nil:
		return p.site.routes
	case len(p.Target.Routes) > 0:
		return p.Target.Routes
	}
	return defaultRoutes
}

// Do exchanges one request, byte for byte as written. An error means that no
// response came.
func (p *Pass) Do(ctx context.Context, request Request) (*Exchange, error) {
	done, err := p.client.do(ctx, request)
	if len(done) == 0 {
		return nil, err
	}
	p.noteLimit(done[0])
	return done[0], err
}

// noteLimit remembers that a response (nil: none) says that there were too many requests.
func (p *Pass) noteLimit(exchanges ...*Exchange) {
	for _, x := range exchanges {
		if x != nil && x.Response != nil && x.Response.Status == http.StatusTooManyRequests {
			p.limited.Store(true)
		}
	}
}

// Get is Do with GET.
func (p *Pass) Get(ctx context.Context, target string, header []Field) (*Exchange, error) {
	return p.Do(ctx, Request{Method: http.MethodGet, Target: target, Header: header})
}

// maxFindings of one check; more add nothing that a reader needs.
const maxFindings = 10

// Reportf records a violation that x shows. An empty got is taken from x.
func (p *Pass) Reportf(x *Exchange, expected, got, format string, args ...any) {
	f := Finding{Check: p.check.Name, Message: fmt.Sprintf(format, args...), Expected: expected, Got: got}
	if x != nil {
		if got == "" {
			f.Got = p.describe(x)
		}
		copied := *x
		copied.took = 0 // no part of the report
		if x.Response != nil {
			response := *x.Response
			response.Body, response.limit = nil, 0
			response.chunked, response.unread, response.decoded = false, false, false
			copied.Response = &response
		}
		f.Exchange = &copied
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.findings = append(p.findings, f)
}

// Notef records what limits a verdict, such as a part that was not decided.
func (p *Pass) Notef(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.notes = append(p.notes, fmt.Sprintf(format, args...))
}

// describe is the response in one line, and whether it is the page.
func (p *Pass) describe(x *Exchange) string {
	summary := x.Response.summary()
	switch {
	case x.Response == nil:
	case p.Resembles(x):
		summary += ": the page"
	case x.Response.Excerpt != "":
		summary += fmt.Sprintf(": %q", x.Response.Excerpt)
	}
	return summary
}

// skipped says why a check cannot be decided.
type skipped struct{ reason string }

func (s skipped) Error() string { return s.reason }

func skipf(format string, args ...any) error { return skipped{fmt.Sprintf(format, args...)} }

// needsCatchAll skips a check of made-up routes on a server that knows its routes.
func (p *Pass) needsCatchAll() error {
	if !p.site.catchAll {
		return skipf("the server answers only the routes it knows, and the check uses made-up routes")
	}
	return nil
}

// maxCodings of one body: each may unfold to rawhttp.DefaultMaxBody once more.
const maxCodings = 4

// Content is the body with its content codings undone.
func (p *Pass) Content(x *Exchange) ([]byte, error) {
	body := x.Response.Body
	if x.Response.decoded {
		return body, nil
	}
	codings := strings.Split(strings.Join(x.Response.Header.Values("Content-Encoding"), ","), ",")
	if len(codings) > maxCodings {
		return nil, fmt.Errorf("undo %d codings: more than %d", len(codings), maxCodings)
	}
	for i := len(codings) - 1; i >= 0; i-- {
		var r io.Reader
		switch coding := strings.ToLower(strings.TrimSpace(codings[i])); coding {
		case "", "identity":
			continue
		case "gzip", "x-gzip":
			unzip, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				return nil, fmt.Errorf("undo gzip: %w", err)
			}
			r = unzip
		case "deflate":
			r = flate.NewReader(bytes.NewReader(body)) // what some servers send
			if unzip, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
				r = unzip
			}
		default:
			decode := p.Target.Decoders[coding]
			if decode == nil {
				return nil, fmt.Errorf("undo %s: %w", coding, errCoding)
			}
			r = decode(bytes.NewReader(body))
		}
		var err error
		if body, err = io.ReadAll(io.LimitReader(r, cmp.Or(x.Response.limit, rawhttp.DefaultMaxBody))); err != nil {
			return nil, fmt.Errorf("undo %s: %w", codings[i], err)
		}
	}
	return body, nil
}

// errCoding: there is no decoder for a content coding.
var errCoding = errors.New("no decoder (Target.Decoders)")

// IsPage reports whether x is 200 with the page, as a browser would show it: that of
// "/", or the one that routes have, where that is another.
func (p *Pass) IsPage(x *Exchange) bool {
	if p.isHome(x) {
		return true
	}
	body, ok := p.shown(x)
	return ok && p.site.fallback != nil && p.isPageLike(body, p.site.fallback)
}

// isHome is IsPage for the page of "/" alone.
func (p *Pass) isHome(x *Exchange) bool {
	body, ok := p.shown(x)
	return ok && p.site.signature != "" && p.isPageLike(body, p.site.shell)
}

// shown is the HTML that a browser would show.
func (p *Pass) shown(x *Exchange) (body []byte, ok bool) {
	r := x.Response
	if r == nil || r.Status != http.StatusOK || r.Broken != "" || mediaType(x) != "text/html" {
		return nil, false
	}
	body, err := p.Content(x)
	return body, err == nil
}

// isPageLike compares with a page of the build byte for byte, apart from what the
// server writes into "/" as well; without a build, by the signature.
func (p *Pass) isPageLike(body, page []byte) bool {
	switch {
	case !p.site.exact:
		return bytes.Equal(body, page) || signature(readTags(body)) == signature(readTags(page))
	case p.site.served == nil:
		return bytes.Equal(body, page)
	}
	return isBranded(page, body) && p.writtenAsHome(body)
}

// Resembles reports whether the body is the page, whatever status and type say.
func (p *Pass) Resembles(x *Exchange) bool {
	if x.Response == nil || p.site == nil || p.site.signature == "" {
		return false
	}
	body, err := p.Content(x)
	if err != nil {
		return false
	}
	is := signature(readTags(body))
	return bytes.Equal(body, p.site.shell) || is == p.site.signature || is != "" && slices.Contains(p.site.also, is)
}

const thePage = "200 and the page, without a redirect"

// wantPage opens target and reports if that does not get the page.
func (p *Pass) wantPage(ctx context.Context, target string, header []Field, format string, args ...any) error {
	x, err := p.Get(ctx, target, header)
	if err != nil {
		return err
	}
	if p.site.slashed && p.inApp(p.location(x)) == withSlash(target) {
		if x, err = p.Get(ctx, withSlash(target), header); err != nil {
			return err
		}
	}
	if !p.IsPage(x) {
		p.Reportf(x, thePage, "", format, args...)
	}
	return nil
}

// location resolves the redirect in x as a browser does. It is nil if x is none.
func (p *Pass) location(x *Exchange) *url.URL {
	switch x.Response.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil
	}
	// The URL standard reads a backslash as a slash.
	to := strings.ReplaceAll(x.Response.Header.Get("Location"), `\`, "/")
	base, err := url.Parse(x.Origin + x.Request.Target)
	if err != nil || to == "" {
		return nil
	}
	u, err := base.Parse(to)
	if err != nil {
		return nil
	}
	return u
}

// stays reports whether u is on the target's origin.
func (p *Pass) stays(u *url.URL) bool { return sameOrigin(u, p.client.origin) }

// inApp is the target of a request for u, counted from the app's path. It is
// empty if u is nil, on another origin, or outside that path.
func (p *Pass) inApp(u *url.URL) string {
	if u == nil || !p.stays(u) {
		return ""
	}
	target, ok := strings.CutPrefix(u.RequestURI(), p.client.base)
	if !ok || !strings.HasPrefix(target, "/") {
		return ""
	}
	return target
}

// follow takes the one redirect that x may be, on the same origin.
func (p *Pass) follow(ctx context.Context, x *Exchange, header []Field) (*Exchange, error) {
	to := p.location(x)
	if to == nil || !p.stays(to) {
		return x, nil
	}
	return p.Do(ctx, Request{Target: to.RequestURI(), Header: header, fromRoot: true})
}

// mediaType is the type of the body in lower case, without parameters.
func mediaType(x *Exchange) string {
	kind, _, err := mime.ParseMediaType(x.Response.Header.Get("Content-Type"))
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return ""
	}
	return kind
}

func isJSON(x *Exchange) bool {
	kind := mediaType(x)
	return kind == "application/json" || strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json")
}
