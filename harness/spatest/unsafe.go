package spatest

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
)

// writing is a request that no file or route has a use for.
type writing struct {
	method, target string
	header         []Field
}

// writings try the page, a route and a file, each with other methods. None could
// change what a server has: PUT and DELETE name what does not exist.
func (p *Pass) writings() []writing {
	route := p.Routes()[0]
	list := []writing{{"SPATEST", "/", Navigation}, {"SPATEST", route, Navigation}}
	for _, target := range []string{"/", route} {
		path, _, _ := strings.Cut(target, "?")
		if !slices.Contains(p.Target.FormPosts, path) {
			list = append(list, writing{http.MethodPost, target, Navigation})
		}
	}
	if p.site.catchAll {
		const madeUp = "/spatest/route-that-nobody-named"
		for _, method := range []string{http.MethodPut, http.MethodPatch, http.MethodDelete} {
			list = append(list, writing{method, madeUp, Navigation})
		}
	}
	if scripts := p.filesWhere(func(f File) bool { return f.Dest == "script" }); len(scripts) > 0 {
		list = append(list,
			writing{http.MethodPost, scripts[0].Target, Script},
			writing{"SPATEST", scripts[0].Target, Script})
	}
	return list
}

// sendUnsafe sends it; its exchange is nil if the server refused by closing.
func (p *Pass) sendUnsafe(ctx context.Context, w writing) (*Exchange, error) {
	request := Request{Method: w.method, Target: w.target, Header: w.header}
	if w.method != http.MethodDelete {
		request.Body = "spatest=1"
		request.Header = slices.Concat(w.header, []Field{{"Content-Type", "application/x-www-form-urlencoded"}})
	}
	x, err := p.Do(ctx, request)
	if refusedByClosing(err) {
		return nil, nil
	}
	return x, err
}

func checkUnsafe(ctx context.Context, p *Pass) error {
	for _, w := range p.writings() {
		x, err := p.sendUnsafe(ctx, w)
		if err != nil {
			return err
		}
		if x == nil {
			continue
		}
		const expected = "405, 404 or 501 (any 4xx)"
		switch status := x.Response.Status; {
		case status/100 == 2:
			p.Reportf(x, expected, "", "%s is not refused", w.method)
		case status >= 500 && status != http.StatusNotImplemented:
			p.Reportf(x, expected, "", "%s causes a server error", w.method)
		}
	}
	return nil
}

func checkAllow(ctx context.Context, p *Pass) error {
	seen := 0
	for _, w := range p.writings() {
		x, err := p.sendUnsafe(ctx, w)
		if err != nil {
			return err
		}
		if x == nil || x.Response.Status != http.StatusMethodNotAllowed {
			continue
		}
		seen++
		const expected = "405, with an Allow that lists GET"
		values := x.Response.Header.Values("Allow")
		allow := listItems(strings.Join(values, ","))
		got := "405, Allow: " + strings.Join(allow, ", ")
		switch {
		case len(values) == 0:
			p.Reportf(x, expected, "405 without Allow", "a 405 does not say which methods are supported")
		case !slices.Contains(allow, http.MethodGet):
			p.Reportf(x, expected, got, "a 405 does not list GET, which works")
		case slices.Contains(allow, w.method):
			p.Reportf(x, expected+", and not "+w.method, got, "a 405 lists the method that it refuses")
		}
	}
	if seen == 0 {
		return skipf("no method is refused with 405")
	}
	return nil
}

func checkOptionsTrace(ctx context.Context, p *Pass) error {
	targets := []File{{Target: "/", Dest: "document"}, {Target: p.Routes()[0], Dest: "document"}}
	if scripts := p.filesWhere(func(f File) bool { return f.Dest == "script" }); len(scripts) > 0 {
		targets = append(targets, scripts[0])
	}
	for _, f := range targets {
		get, err := p.Get(ctx, f.Target, Subresource(f.Dest))
		if err != nil {
			return err
		}
		for _, request := range []Request{
			{Method: http.MethodOptions, Target: f.Target, Header: Subresource(f.Dest)},
			preflight(f.Target, http.MethodPost),
			p.trace(f),
		} {
			x, err := p.Do(ctx, request)
			if refusedByClosing(err) {
				continue
			}
			if err != nil {
				return err
			}
			sent := p.Resembles(x) || len(get.Response.Body) > 0 && bytes.Equal(x.Response.Body, get.Response.Body)
			switch {
			case x.Response.Status/100 == 2 && sent:
				p.Reportf(x, "its methods, or 404, 405 or 501", "", "%s gets what GET gets", request.Method)
			case request.Method == http.MethodTrace && bytes.Contains(x.Response.Body, []byte(traceCookie)):
				p.Reportf(x, "405 or 501, or an echo without the Cookie", "", "TRACE sends a cookie back")
			}
		}
	}
	return nil
}

const traceCookie = "spatest=cookie-that-must-not-come-back"

// trace has a cookie of its own, and none of the target's credentials: an echo
// of them would be in the report.
func (p *Pass) trace(f File) Request {
	return rawRequest(http.MethodTrace, p.client.base+f.Target, "",
		Field{"Host", p.client.authority()}, Field{"User-Agent", "spatest"}, Field{"Accept", "*/*"},
		Field{"Cookie", traceCookie}, Field{"Connection", "close"})
}
