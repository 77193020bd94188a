package spatest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"spabench/harness/internal/rawhttp"
	"strconv"
	"strings"
)

// failures are statuses that servers before an API like to answer themselves.
var failures = []int{400, 403, 404, 500, 503}

func checkAPIErrors(ctx context.Context, p *Pass) error {
	var arrived []*Exchange
	speaksJSON := false
	for _, status := range failures {
		x, err := p.failure(ctx, status, JSON)
		if err != nil {
			return err
		}
		if x != nil {
			arrived = append(arrived, x)
			speaksJSON = speaksJSON || isJSON(x)
		}
	}
	for _, x := range arrived {
		body, err := p.Content(x)
		if err != nil {
			return err
		}
		switch {
		case mediaType(x) == "text/html":
			p.Reportf(x, "the API's content", "", "an API error arrives as HTML, which the client did not ask for")
		case speaksJSON && (!isJSON(x) || !json.Valid(body)):
			p.Reportf(x, "JSON, like other errors of the API", "", "the content of an error is not the API's")
		}
	}
	if !speaksJSON {
		p.Notef("no API error is JSON: whether the content is the API's own could not be decided")
	}
	// Handlers of exceptions look at Accept.
	_, err := p.failure(ctx, http.StatusNotFound, Navigation)
	return err
}

// failure asks the API to fail, and reports if something else comes of it; there
// is no exchange then.
func (p *Pass) failure(ctx context.Context, status int, header []Field) (*Exchange, error) {
	x, err := p.Get(ctx, strings.ReplaceAll(p.Target.APIFail, "{status}", strconv.Itoa(status)), header)
	if err != nil {
		return nil, err
	}
	if x.Response.Status != status || p.Resembles(x) {
		p.Reportf(x, fmt.Sprintf("%d, with the API's content", status), "", "an API error does not arrive unchanged")
		return nil, nil
	}
	return x, nil
}

func checkAPINotAssetCached(ctx context.Context, p *Pass) error {
	x, err := p.knownEndpoint(ctx)
	if err != nil {
		return err
	}
	const year = 365 * 24 * 60 * 60
	age, immutable := storedFor(x.Response.Header)
	const expected = "no-store, no-cache, or a lifetime that the endpoint has chosen"
	if immutable || age >= year {
		p.Reportf(x, expected, storing(x), "an API response may be cached as assets are")
		return nil
	}
	const negligible = 60
	assets := onePerExtension(p.filesWhere(func(f File) bool { return f.Hashed }))
	if age <= negligible || len(assets) == 0 {
		return nil
	}
	asset, err := p.Get(ctx, assets[0].Target, Subresource(assets[0].Dest))
	if err != nil {
		return err
	}
	if assetAge, _ := storedFor(asset.Response.Header); assetAge == age {
		p.Reportf(x, expected, storing(x)+", as "+assets[0].Target,
			"an API response has the cache policy of the assets")
	}
	return nil
}

// storedFor is for how many seconds a cache may use a response without asking,
// as far as that is said (RFC 9111, section 4.2.1), and whether it is immutable.
func storedFor(header http.Header) (seconds int64, immutable bool) {
	if revalidates(header) {
		return 0, false
	}
	directives := cacheControl(header)
	_, immutable = directives["immutable"]
	for _, name := range []string{"max-age", "s-maxage"} {
		if age, err := strconv.ParseInt(directives[name], 10, 64); err == nil {
			seconds = max(seconds, age)
		}
	}
	if _, ok := directives["max-age"]; ok {
		return seconds, immutable
	}
	if expires, err := http.ParseTime(header.Get("Expires")); err == nil {
		if date, err := http.ParseTime(header.Get("Date")); err == nil {
			seconds = max(seconds, int64(expires.Sub(date).Seconds()))
		}
	}
	return seconds, immutable
}

// storing shows what a response says of caching it.
func storing(x *Exchange) string {
	said := policy(x)
	if expires := x.Response.Header.Get("Expires"); expires != "" {
		said += ", Expires: " + expires
	}
	return said
}

// maxContent is the most that is sent to an endpoint, in bytes.
const maxContent = 32 << 20

// write is a POST of a JSON object that no API expects, and of size bytes.
func (p *Pass) write(target string, size int64) Request {
	const content = `{"spatest":true}`
	return Request{
		Method: http.MethodPost, Target: target, Body: content, Padding: max(0, size-int64(len(content))),
		Header: append([]Field{{"Content-Type", "application/json"}}, JSON...),
	}
}

func checkAPIBodyLimit(ctx context.Context, p *Pass) error {
	if p.Target.APILimit <= 0 {
		return skipf("needs the largest request body that the endpoint accepts (APILimit)")
	}
	small, err := p.Do(ctx, p.write(p.Target.APIWrite, 0))
	if err != nil {
		return err
	}
	switch status := small.Response.Status; {
	case status/100 == 2,
		status == http.StatusBadRequest,
		status == http.StatusUnprocessableEntity,
		status == http.StatusConflict:
	default:
		return skipf(
			"POST %s gets %s: name an endpoint that accepts JSON (APIWrite)",
			p.Target.APIWrite,
			small.Response.summary(),
		)
	}
	within := p.write(p.Target.APIWrite, min(p.Target.APILimit/2, maxContent))
	if err := p.contentWithin(ctx, within, small); err != nil {
		return err
	}
	over := p.Target.APILimit + p.Target.APILimit/2 + 1
	if over > maxContent {
		p.Notef("content over the limit was not tried: more than %d bytes", maxContent)
		return nil
	}
	return p.contentOver(ctx, p.write(p.Target.APIWrite, over))
}

// contentWithin: content within the limit gets as far as a small one, whatever
// the API then says of it.
func (p *Pass) contentWithin(ctx context.Context, request Request, small *Exchange) error {
	x, err := p.Do(ctx, request)
	const expected = "a response from the API, as for small content"
	switch {
	case errors.Is(err, rawhttp.ErrClosed) || unanswered(ctx, x, err):
		p.Reportf(x, expected, err.Error(), "content within the limit gets no answer")
	case err != nil:
		return err
	case x.Response.Status == http.StatusRequestEntityTooLarge:
		p.Reportf(x, expected, "", "content of half the declared limit is refused as too large")
	case x.Response.Status >= 500 || x.Response.Status/100 == 3 || mediaType(x) != mediaType(small) || p.Resembles(x):
		p.Reportf(x, expected, "", "content within the limit does not reach the API")
	}
	return nil
}

// contentOver: a response may be lost when the server closes a connection on
// which content still arrives (RFC 9112, section 9.6), so closing is asked again.
func (p *Pass) contentOver(ctx context.Context, request Request) error {
	const expected = "413 Content Too Large"
	const attempts = 3
	var x *Exchange
	var err error
	for range attempts {
		if x, err = p.Do(ctx, request); !refusedByClosing(err) {
			break
		}
	}
	switch {
	case refusedByClosing(err):
		p.Reportf(x, expected, "the connection closed without a response", "content over the limit gets no answer")
	case unanswered(ctx, x, err):
		p.Reportf(x, expected, err.Error(), "content over the limit gets no answer")
	case err != nil:
		return err
	case p.Resembles(x) || x.Response.Status != http.StatusRequestEntityTooLarge:
		p.Reportf(x, expected, "", "content over the declared limit is not refused as too large")
	}
	return nil
}
