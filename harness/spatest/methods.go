package spatest

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

func methodsChecks() []Check {
	return []Check{
		{
			Name: "methods-head-parity", Group: "methods", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-9.3.2",
			Doc: `HEAD gets what GET gets, without the body, for the page, a route, an asset, ` +
				`a missing asset and the API

Monitors, link checkers, download managers and caches ask with HEAD. Vary and
Content-Length may be left out; what is there must be what GET would say. Content that
changes by itself is not compared in length.`,
			Run: checkHead,
		},
		{
			Name: "methods-unsafe-rejected", Group: "methods", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.6",
			Doc: `an unsafe or unknown method is refused for the page, a route and a file

A form or a script that posts to the wrong URL is told that its write arrived,
and the user's data is silently lost. 405 is the answer for a file; 404, 501, any
other refusal, or a redirect will do.`,
			Run: checkUnsafe,
		},
		{
			Name: "methods-405-allow", Group: "methods", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.6",
			Doc: `every 405 for the page, a route or a file has an Allow that lists GET and not the refused method

It is how clients, gateways and CORS debuggers learn what to do instead. (For the
API: api-405-allow.)`,
			Run: checkAllow,
		},
		{
			Name: "methods-options-trace", Group: "methods", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-9.3.8",
			Doc: `OPTIONS, also as a CORS preflight, and TRACE never get the page or a file, ` +
				`and TRACE does not send cookies back

If a preflight gets the page, it is a matter of luck whether it succeeds. An echo
of the request gives a script cookies and credentials that it must not see; an echo
without them is legal, though of little use.`,
			Run: checkOptionsTrace,
		},
		{
			Name: "methods-host-required", Group: "methods", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#section-3.2",
			Doc: `an HTTP/1.1 request without Host, or with two, gets a 400

Without Host, nobody can tell which site is meant. With two, a proxy may route by
one while the app builds links and cache keys from the other.`,
			Run: checkHost,
		},
		{
			Name: "methods-absolute-form", Group: "methods", Level: Must,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#section-3.2.2",
			Doc: `a request target in absolute form ("GET http://host/route") gets what its path gets

Proxies send it, and every server must accept it. One that treats it as a path
answers 404, or looks for a folder named "http:" below its root.`,
			Run: checkAbsoluteForm,
		},
		{
			Name: "methods-te-cl", Group: "methods", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#section-6.1",
			Doc: `the connection ends after a request with both Transfer-Encoding and Content-Length, ` +
				`to the page or to the API, refused or not

A proxy that uses one and a server that uses the other see different requests:
an attacker can hide a second request in the difference, and its response goes to
the next user of the connection (request smuggling). The request of this check ends
at the same byte either way.`,
			Run: checkTwoFramings,
		},
	}
}

func checkHead(ctx context.Context, p *Pass) error {
	type resource struct {
		target string
		header []Field
	}
	resources := []resource{
		{"/", Navigation},
		{p.Routes()[0], Navigation},
		{p.site.assetDir + "/index-DEADBEEF.js", Script},
	}
	if scripts := p.filesWhere(func(f File) bool { return f.Dest == "script" }); len(scripts) > 0 {
		resources = append(resources, resource{scripts[0].Target, Script})
	}
	if p.site.noAPI == "" {
		resources = append(resources, resource{p.Target.APIGet, JSON})
	}
	for _, r := range resources {
		for _, coding := range []string{"", "gzip"} {
			header := r.header
			if coding != "" {
				header = slices.Concat(header, []Field{{"Accept-Encoding", coding}})
			}
			if err := p.compareHead(ctx, r.target, header); err != nil {
				return err
			}
		}
	}
	return nil
}

// compareHead reports where HEAD differs from GET. What differs between two GETs
// too is of the moment, and not compared.
func (p *Pass) compareHead(ctx context.Context, target string, header []Field) error {
	get, err := p.Get(ctx, target, header)
	if err != nil {
		return err
	}
	head, err := p.Do(ctx, Request{Method: http.MethodHead, Target: target, Header: header})
	if err != nil {
		return err
	}
	if head.Response.Extra > 0 {
		p.Reportf(head, "no bytes after the header", "", "HEAD gets a body")
	}
	differences := headDifferences(get.Response, head.Response)
	if len(differences) == 0 {
		return nil
	}
	again, err := p.Get(ctx, target, header)
	if err != nil {
		return err
	}
	headAgain, err := p.Do(ctx, Request{Method: http.MethodHead, Target: target, Header: header})
	if err != nil {
		return err
	}
	same := bytes.Equal(get.Response.Body, again.Response.Body)
	for _, d := range differences {
		if d.name == "Content-Length" && (!same || headAgain.Response.Header.Get("Content-Length") != d.got) {
			continue // a clock or a counter in the content may be a digit longer by now
		}
		if d.want == d.of(again.Response) {
			p.Reportf(head, d.name+": "+d.want+", as GET says", d.name+": "+d.got, "HEAD and GET differ")
		}
	}
	return nil
}

// difference is a property of a response that HEAD gives otherwise than GET.
type difference struct {
	name      string
	want, got string
	of        func(*Response) string
}

func headDifferences(get, head *Response) []difference {
	field := func(name string) func(*Response) string {
		return func(r *Response) string { return strings.Join(r.Header.Values(name), ", ") }
	}
	properties := []difference{
		{name: "status", of: func(r *Response) string { return fmt.Sprint(r.Status) }},
		{name: "Content-Type", of: field("Content-Type")},
		{name: "ETag", of: field("ETag")},
	}
	// Determined while the content is generated (RFC 9110, section 9.3.2): HEAD
	// may leave them out, but not say something else (section 8.6).
	if head.Header.Get("Vary") != "" {
		properties = append(properties, difference{name: "Vary", of: func(r *Response) string {
			names := listItems(strings.ToLower(field("Vary")(r)))
			slices.Sort(names)
			return strings.Join(slices.Compact(names), ", ")
		}})
	}
	if head.Header.Get("Content-Length") != "" {
		properties = append(properties, difference{name: "Content-Length", of: func(r *Response) string {
			if r == head {
				return r.Header.Get("Content-Length")
			}
			return fmt.Sprint(r.Size)
		}})
	}
	var differ []difference
	for _, d := range properties {
		if d.want, d.got = d.of(get), d.of(head); d.want != d.got {
			differ = append(differ, d)
		}
	}
	return differ
}
