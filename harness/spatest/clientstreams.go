package spatest

import (
	"bytes"
	"context"
	"net/http"
	"slices"

	"spabench/harness/internal/browser"
)

// handshake is what a browser sends to open a WebSocket. It is written as bytes, since a
// field Connection: close beside Connection: Upgrade would be another request.
func (p *Pass) handshake(target string) Request {
	fields := []Field{{"Host", p.client.authority()}}
	for _, f := range browser.Handshake(p.client.origin.String()) {
		fields = append(fields, Field(f))
	}
	return rawRequest(http.MethodGet, p.client.base+target, "", fields...)
}

// eventSource is what a browser sends for server-sent events.
var eventSource = slices.Concat([]Field{{"Accept", "text/event-stream"}, {"Cache-Control", "no-cache"}},
	Subresource("empty")[1:])

// streams are where apps have their streams, by names that are common and by one that is not.
func (p *Pass) streams() []string {
	targets := []string{"/ws", "/socket.io/?EIO=4&transport=websocket", "/spatest/stream", p.Routes()[0]}
	if p.site.noAPI == "" {
		targets = append(targets, p.Target.apiPrefix()+unknownAPI, p.Target.APIGet)
	}
	return targets
}

func checkStreams(ctx context.Context, p *Pass) error {
	for _, target := range p.streams() {
		for _, request := range []Request{p.handshake(target), {Target: target, Header: eventSource}} {
			x, err := p.Do(ctx, request)
			if refusedByClosing(err) {
				continue
			}
			if err != nil {
				return err
			}
			what, expected := "a WebSocket handshake", "101, or an error (any 4xx)"
			if request.Raw == "" {
				what, expected = "a request for server-sent events", "a stream of events, or an error (any 4xx)"
			}
			if x.Response.Status/100 != 2 || !p.Resembles(x) {
				continue
			}
			if p.Target.inAPIs(target) {
				bare, err := p.Get(ctx, target, JSON)
				if err != nil {
					return err
				}
				if p.Resembles(bare) {
					continue // whoever asks: checks of the API say so
				}
			}
			p.Reportf(x, expected, "", "%s gets the page", what)
		}
	}
	return nil
}

// foreign is an origin from which no app is used.
const foreign = "https://spatest.invalid"

// preflight is what a browser sends before a page of another origin may send a request.
func preflight(target, method string) Request {
	var header []Field
	for _, f := range browser.Preflight(foreign, method) {
		header = append(header, Field(f))
	}
	return Request{Method: http.MethodOptions, Target: target, Header: header}
}

// checkPreflight: whether other origins may use the API is its own decision, that it is asked is not.
func checkPreflight(ctx context.Context, p *Pass) error {
	asked := []Request{preflight(p.Target.APIGet, http.MethodGet)}
	for _, prefix := range p.Target.apiPrefixes() {
		asked = append(asked, preflight(prefix+unknownAPI, http.MethodPost), preflight(prefix+"/", http.MethodPut))
	}
	if p.Target.APIWrite != "" {
		asked = append(asked, preflight(p.Target.APIWrite, http.MethodPost))
	}
	for _, request := range asked {
		x, err := p.Do(ctx, request)
		if refusedByClosing(err) {
			continue
		}
		if err != nil {
			return err
		}
		const expected = "204 or 200 with Access-Control fields, or a refusal by the API (any 4xx)"
		away := p.location(x) != nil && !p.isAPIRedirect(x)
		switch {
		case p.Resembles(x) || x.Response.Status/100 == 2 && mediaType(x) == "text/html" && !listsMethods(x):
			p.Reportf(x, expected, "", "a preflight of the API gets the page")
		case away:
			p.Reportf(x, expected, "", "a preflight of the API is redirected away from it")
		}
	}
	return nil
}

// listsMethods reports whether the server answers OPTIONS of itself, with the methods that a path has: Express sends
// them as content, too, and Django sends none, both as text/html.
func listsMethods(x *Exchange) bool {
	return x.Response.Header.Get("Allow") != "" && !bytes.Contains(x.Response.Body, []byte("<"))
}
