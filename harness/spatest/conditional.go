package spatest

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"spabench/harness/internal/rawhttp"
	"strings"
)

func conditionalChecks() []Check {
	return []Check{
		{
			Name: "conditional-validator", Group: "conditional", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-8.8.3",
			Doc: `the page and its files have a well-formed validator: an ETag in quotes, or a Last-Modified

Without one every visit downloads the page again, although it has not changed. A
tag without quotes is dropped by some caches and never matched by others. What may
not be stored, or differs with every request, needs none.`,
			Run: checkValidator,
		},
		{
			Name: "conditional-304", Group: "conditional", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-13.1.2",
			Doc: `a matching If-None-Match gets 304 without a body, and the connection stays in sync

The page is revalidated at every visit: with a 304 this costs a few hundred
bytes. A 304 with a body shifts every later response on the connection.`,
			Run: checkNotModified,
		},
		{
			Name: "conditional-304-headers", Group: "conditional", Level: Must,
			DependsOn: []string{"conditional-304"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.4.5",
			Doc: `a 304 repeats ETag, Cache-Control, Vary, Content-Location, Expires and Date as the 200 would have them

A cache updates what it holds from the 304: without Cache-Control it keeps the old
policy, and without Vary it may hand one coding to every client.`,
			Run: checkNotModifiedHeader,
		},
		{
			Name: "conditional-inm-forms", Group: "conditional", Level: Must,
			DependsOn: []string{"conditional-304"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-13.1.2",
			Doc: `If-None-Match is read as a list, compared weakly, and "*" matches any existing resource

Caches that hold several builds send a list, and proxies that compress make the
tag weak. A server that compares strings sends the page again, every time. A tag
that is in no list must not match.`,
			Run: checkNoneMatchForms,
		},
		{
			Name: "conditional-precedence", Group: "conditional", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-13.2.2",
			Doc: `with an If-None-Match that does not match, If-Modified-Since is ignored

After a rollback the older build has the older date: browsers that hold the newer
one get a 304 and keep the build that was rolled back.`,
			Run: checkPrecedence,
		},
		{
			Name: "conditional-mtime-sane", Group: "conditional", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-8.8.2.1",
			Doc: `Last-Modified, and the time that an ETag is made of, is after the year 2000 and ` +
				`not later than the response, and no ETag is made of the length alone

Images, archives and embedded files give every build the same time: 1970, 1980 or
none. Judged by such a date, the page is never modified: the names of its chunks have a fixed
length, so that a tag of length and time stays the same, too. Caches that use a
heuristic keep it for years. A date in the future is forbidden outright.`,
			Run: checkModificationTime,
		},
		{
			Name: "conditional-malformed", Group: "conditional", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-13.1.3",
			Doc: `an If-Modified-Since, If-None-Match or Range that cannot be read is ignored: never a 304, never a 5xx

An invalid date must be ignored (section 13.1.3), an invalid range may be refused
with 400 or 416 (section 14.2), and so may an invalid tag with 400. What old
caches and broken proxies send must not keep users from the page.`,
			Run: checkMalformed,
		},
	}
}

// revisited are what conditional requests are tried on: the page, at / and at a
// route, and a file of each kind. Different parts of a server may answer them.
func (p *Pass) revisited() []File {
	files := []File{pageFile, p.routeFile()}
	for _, dest := range []string{"script", "style", "image", "font"} {
		if same := p.filesWhere(func(f File) bool { return f.Dest == dest }); len(same) > 0 {
			files = append(files, same[0])
		}
	}
	return files
}

// routeFile is the page as it comes at a client route.
func (p *Pass) routeFile() File { return File{Target: p.Routes()[0], Dest: "document"} }

// differsEachTime: the page has a nonce or the like, so that no response is ever valid
// again, and its tag says so.
func (p *Pass) differsEachTime(f File) bool {
	if f.Dest != "document" || !p.site.retagged {
		return false
	}
	p.Notef("the page changes with every request, and its ETag with it")
	return true
}

// conditionOf is what a cache sends to revalidate a response with this header;
// its value is empty if the response has no validator.
func conditionOf(header http.Header) Field {
	if tag := header.Get("ETag"); tag != "" {
		return Field{"If-None-Match", tag}
	}
	return Field{"If-Modified-Since", header.Get("Last-Modified")}
}

func checkNotModified(ctx context.Context, p *Pass) error {
	validated := 0
	for _, f := range p.revisited() {
		header := Subresource(f.Dest)
		x, err := p.Get(ctx, f.Target, header)
		if err != nil {
			return err
		}
		if x.Response.Status != http.StatusOK {
			continue // other checks say so
		}
		if p.differsEachTime(f) {
			continue
		}
		condition := conditionOf(x.Response.Header)
		if condition.Name == "If-None-Match" && !isEntityTag(condition.Value) {
			continue // conditional-validator says so
		}
		if condition.Value == "" {
			p.Notef("%s has neither ETag nor Last-Modified", f.Target)
			continue
		}
		decided, err := p.revalidate(ctx, f.Target, header, condition)
		if err != nil {
			return err
		}
		if decided {
			validated++
		}
	}
	if validated == 0 {
		return skipf("neither the page nor a file has an ETag, or answers If-Modified-Since with 304")
	}
	return nil
}

// revalidate sends the condition, and an ordinary request after it on the same
// connection. A server that ignores If-Modified-Since decides nothing: its 304 is
// a SHOULD (RFC 9110, section 13.1.3), that of If-None-Match a MUST.
func (p *Pass) revalidate(
	ctx context.Context,
	target string,
	header []Field,
	condition Field,
) (decided bool, err error) {
	plain := Request{Method: http.MethodGet, Target: target, Header: header}
	conditional := plain
	conditional.Header = slices.Concat(header, []Field{condition})
	const expected = "304 Not Modified, no body"

	done, err := p.client.do(ctx, conditional, plain)
	p.noteLimit(done...)
	if len(done) == 0 || done[0].Response == nil {
		return false, err
	}
	x := done[0]
	if x.Response.Status != http.StatusNotModified {
		if condition.Name == "If-Modified-Since" {
			p.Notef("%s is sent again for a matching If-Modified-Since", target)
			return false, nil
		}
		p.Reportf(x, expected, "", "a matching %s does not get a 304", condition.Name)
		return true, nil
	}
	if x.Response.Broken != "" {
		p.Reportf(x, expected, "", "the 304 is malformed or incomplete")
		return true, nil
	}
	after := done[len(done)-1]
	closes := strings.EqualFold(x.Response.Header.Get("Connection"), "close") || x.Response.Proto == "HTTP/1.0"
	switch {
	case after != x && after.Response != nil && after.Response.Status == http.StatusOK:
		return true, nil
	case closes || errors.Is(err, rawhttp.ErrClosed):
		return true, p.noBody(ctx, conditional) // a server may close; what it sent before is still to be seen
	case errors.Is(err, os.ErrDeadlineExceeded):
		return false, err
	case err != nil:
		p.Reportf(
			x,
			"304, and then the response to the next request",
			err.Error(),
			"what follows the 304 on its connection is not a response",
		)
	default:
		p.Reportf(
			after,
			"200 on the connection that carried the 304",
			"",
			"the request after the 304 is not answered as it would be on a new connection",
		)
	}
	return true, nil
}

// noBody asks for a 304 on a connection of its own, and reports bytes after it.
func (p *Pass) noBody(ctx context.Context, conditional Request) error {
	x, err := p.Do(ctx, conditional)
	if err != nil {
		return err
	}
	if x.Response.Extra > 0 {
		p.Reportf(x, "304 Not Modified, no body", "", "a 304 has a body")
	}
	return nil
}
