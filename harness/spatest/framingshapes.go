package spatest

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
)

func shapeChecks() []Check {
	return []Check{
		{
			Name: "methods-framing-ambiguous", Group: "methods", Level: Must,
			DependsOn: []string{"methods-te-cl"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#section-6.3",
			Doc: `the connection ends after a request whose end can be read in more than one way, refused or not

Two lengths, a length that is not a number, a coding that nobody knows: where a proxy and the server
behind it disagree about the end of a request, an attacker hides another one in the difference. The
requests are those marked "last" in framinggrid.go; each ends at the same byte by every reading.`,
			Run: func(ctx context.Context, p *Pass) error { return p.sendShapes(ctx, last) },
		},
		{
			Name: "methods-framing-refused", Group: "methods", Level: Should,
			DependsOn: []string{"methods-host-required"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#section-5.1",
			Doc: `a space before a field's colon, and a method in lower-case letters, are not taken for what they resemble

What one server repairs, the next one reads as it came: a field that a proxy has not seen reaches the
app. 400 is the answer; another 4xx, 501 and closing the connection will do.`,
			Run: func(ctx context.Context, p *Pass) error { return p.sendShapes(ctx, refuse) },
		},
		{
			Name: "methods-framing-in-step", Group: "methods", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#section-9.3",
			Doc: `after an unusual but legal request, the next one on the connection gets what it asks for, ` +
				`and none causes a server error

Trailers, chunk extensions, a body that nobody needs: a server that answers before it has read the
body takes the rest for the next request. Refusing such a request is legal, and so is closing.`,
			Run: func(ctx context.Context, p *Pass) error { return p.sendShapes(ctx, either) },
		},
	}
}

// write is the request as bytes.
func (s shape) write(p *Pass) Request {
	line, method := s.line, http.MethodPost
	if line == "" {
		line = "POST {path} HTTP/1.1"
	} else if words := strings.Fields(line); len(words) > 0 {
		method = words[0]
	}
	fields := s.fields
	if !strings.Contains(fields, "Host") || strings.Contains(fields, "Connection: Host") {
		fields = "Host: {host}\r\n" + fields
	}
	fill := strings.NewReplacer("{host}", p.client.authority(), "{path}", p.client.base+"/")
	raw := fill.Replace(line+"\r\n"+fields+"User-Agent: spatest\r\nAccept: */*\r\n\r\n") + s.body
	return Request{Method: method, Target: p.client.base + "/", Raw: raw}
}

func (p *Pass) sendShapes(ctx context.Context, want outcome) error {
	chosen := slices.DeleteFunc(slices.Clone(shapes), func(s shape) bool { return s.want != want })
	err := inParallel(ctx, p, chosen, p.sendShape)
	slices.SortFunc(p.findings, func(a, b Finding) int { return strings.Compare(a.Message, b.Message) })
	return err
}

// tryShape sends a request and an ordinary one behind it, at once, as an attacker would. No answer is a refusal,
// too, and a server that waits for more bytes confuses nobody: both exchanges are then nil, and so is the error.
func (p *Pass) tryShape(ctx context.Context, s shape) (first, second *Exchange, err error) {
	first, second, err = p.client.together(ctx, s.write(p), p.ordinary())
	if first != nil || refusedByClosing(err) || errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil {
		return first, second, nil
	}
	return nil, nil, err
}

// ordinary is a request for the page, without the fields that the target is to be sent.
func (p *Pass) ordinary() Request {
	return rawRequest(http.MethodGet, p.client.base+"/", "", Field{"Host", p.client.authority()},
		Field{"User-Agent", "spatest"}, Navigation[0], Field{"Connection", "close"})
}

func (p *Pass) sendShape(ctx context.Context, s shape) error {
	first, second, err := p.tryShape(ctx, s)
	if first == nil {
		return err
	}
	p.noteLimit(first, second)
	status := first.Response.Status
	section := strings.Replace(s.section, ", ", ", section ", 1)
	where := "RFC 9112, section " + section
	if strings.HasPrefix(s.section, "RFC") {
		where = section
	}
	switch refused := isShapeRefused(status); {
	case status >= 500 && !refused:
		p.Reportf(first, "a refusal (4xx), or a normal response", "", "a server error for %s (%s)", s.name, where)
	case s.want == refuse && status/100 == 2:
		p.Reportf(first, "400, or the end of the connection", "", "%s is not refused (%s)", s.name, where)
	case s.want == last && second != nil && isAnswered(second, p):
		p.Reportf(second, "400, or a response after which the connection ends", "",
			"the request after one with %s is answered on the same connection (%s)", s.name, where)
	case s.want == either && second != nil && !isAnswered(second, p) && !isFramingRefusal(second):
		alone, err := p.Do(ctx, p.ordinary())
		if err != nil {
			return err
		}
		if !isAnswered(alone, p) {
			return skipf("a request without the header fields of the target does not get the page (Header)")
		}
		p.Reportf(second, "the page, as for the same request alone", "",
			"the request after one with %s is not answered as it should be (%s)", s.name, where)
	}
	return nil
}

// isAnswered: the request got what it asks for.
func isAnswered(next *Exchange, p *Pass) bool {
	return next.Response.Status == p.site.page.Response.Status
}

// isFramingRefusal: the connection ends with an error about what came before. A server that answers before it reads
// the body has refused the body then.
func isFramingRefusal(x *Exchange) bool { return slices.Contains(framingRefusals, x.Response.Status) }

func isShapeRefused(status int) bool {
	return status/100 == 4 || status == http.StatusNotImplemented || status == http.StatusHTTPVersionNotSupported
}

// shapeTime bounds the wait for answers: a server may wait for bytes that never come.
const shapeTime = time.Second

// together sends two requests at once. The second exchange is nil if the connection ended
// before an answer to it, the first one too if there was none at all.
func (c *client) together(ctx context.Context, a, b Request) (first, second *Exchange, err error) {
	if err := c.pace.wait(ctx, 2); err != nil {
		return nil, nil, err
	}
	if err := c.take(ctx); err != nil {
		return nil, nil, err
	}
	defer c.give()
	ctx, cancel := context.WithTimeout(ctx, min(c.timeout, shapeTime))
	defer cancel()
	conn, err := c.connect(ctx)
	if err != nil {
		return nil, nil, c.explain(ctx, "connect", err)
	}
	defer conn.Close()
	defer conn.Bind(ctx)()
	insecure := c.tls != nil && c.tls.InsecureSkipVerify
	read := func(request Request, message string) *Exchange {
		var response *Response
		if response, err = request.over(conn, message); response == nil {
			return nil
		}
		return &Exchange{Origin: c.origin.String(), insecure: insecure, Request: request, Response: response}
	}
	if first = read(a, a.Raw+b.Raw); first == nil {
		return nil, nil, err
	}
	if first.Response.Broken != "" {
		return first, nil, nil
	}
	b.Raw = a.Raw + b.Raw // the evidence is both
	return first, read(b, ""), nil
}
