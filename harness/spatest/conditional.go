package spatest

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
)

func conditionalChecks() []Check {
	return []Check{
		{
			Name: "conditional-304", Group: "conditional", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-13.1.2",
			Doc: `a matching If-None-Match gets 304 without a body, and the connection stays in step

The page is revalidated at every visit: with a 304 this costs a few hundred
bytes. A 304 with a body shifts every later response on the connection.`,
			Run: checkNotModified,
		},
	}
}

func checkNotModified(ctx context.Context, p *Pass) error {
	targets := []File{{Target: "/", Dest: "document"}}
	if scripts := p.filesWhere(func(f File) bool { return f.Dest == "script" }); len(scripts) > 0 {
		targets = append(targets, scripts[0])
	}
	validated := 0
	for _, f := range targets {
		header := Subresource(f.Dest)
		x, err := p.Get(ctx, f.Target, header)
		if err != nil {
			return err
		}
		if x.Response.Status != http.StatusOK {
			continue // other checks say so
		}
		condition := Field{"If-None-Match", x.Response.Header.Get("ETag")}
		if condition.Value == "" {
			condition = Field{"If-Modified-Since", x.Response.Header.Get("Last-Modified")}
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
		return skipf("neither the page nor a script has an ETag, or answers If-Modified-Since with 304")
	}
	return nil
}

// revalidate sends the condition, and an ordinary request after it on the same
// connection. A server that ignores If-Modified-Since decides nothing: its 304 is
// a SHOULD (RFC 9110, section 13.1.3), that of If-None-Match a MUST.
func (p *Pass) revalidate(ctx context.Context, target string, header []Field, condition Field) (decided bool, err error) {
	plain := Request{Method: http.MethodGet, Target: target, Header: header}
	conditional := plain
	conditional.Header = slices.Concat(header, []Field{condition})
	const expected = "304 Not Modified, no body"

	done, err := p.client.do(ctx, conditional, plain)
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
		p.Reportf(x, expected, "", "the 304 is not whole")
		return true, nil
	}
	after := done[len(done)-1]
	closes := strings.EqualFold(x.Response.Header.Get("Connection"), "close") || x.Response.Proto == "HTTP/1.0"
	switch {
	case after != x && after.Response != nil && after.Response.Status == http.StatusOK:
		return true, nil
	case closes || errors.Is(err, errClosed):
		return true, p.noBody(ctx, conditional) // a server may close; what it sent before is still to be seen
	case errors.Is(err, os.ErrDeadlineExceeded):
		return false, err
	case err != nil:
		p.Reportf(x, "304, and then the response to the next request", err.Error(), "what follows the 304 on its connection is not a response")
	default:
		p.Reportf(after, "200 on the connection that carried the 304", "", "the request after the 304 is not answered as it would be alone")
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
