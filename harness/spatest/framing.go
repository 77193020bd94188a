package spatest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"spabench/harness/internal/rawhttp"
	"strings"
)

func checkHost(ctx context.Context, p *Pass) error {
	own := p.client.authority()
	for _, test := range []struct {
		hosts []Field
		fault string
	}{
		{nil, "without Host"},
		{[]Field{{"Host", own}, {"Host", "spatest.invalid"}}, "with two Host fields"},
	} {
		fields := append(test.hosts, Field{"User-Agent", "spatest"}, Navigation[0], Field{"Connection", "close"})
		x, err := p.Do(ctx, rawRequest(http.MethodGet, p.client.base+"/", "", fields...))
		if errors.Is(err, rawhttp.ErrClosed) {
			p.Reportf(
				x,
				"400 Bad Request",
				"the connection closed without a response",
				"a request %s is not answered",
				test.fault,
			)
			continue
		}
		if err != nil {
			return err
		}
		if x.Response.Status != http.StatusBadRequest {
			p.Reportf(x, "400 Bad Request", "", "a request %s does not get a 400", test.fault)
		}
	}
	return nil
}

func checkAbsoluteForm(ctx context.Context, p *Pass) error {
	app := p.client.origin.Scheme + "://" + p.client.authority() + p.client.base
	for _, route := range []string{"/", p.Routes()[0]} {
		err := p.wantPage(ctx, app+route, Navigation, "a request target in absolute form does not get the page")
		if err != nil {
			return err
		}
	}
	return nil
}

func checkTwoFramings(ctx context.Context, p *Pass) error {
	targets := []string{"/"}
	if p.site.noAPI == "" { // which may be read by another server
		targets = append(targets, cmp.Or(p.Target.APIWrite, p.Target.apiPrefix()+unknownAPI))
	}
	for _, target := range targets {
		if err := p.sendTwoFramings(ctx, target); err != nil {
			return err
		}
	}
	return nil
}

// sendTwoFramings sends a request that ends at the same byte by either framing, so
// that no server and no proxy before it is led astray, and then another one.
func (p *Pass) sendTwoFramings(ctx context.Context, target string) error {
	host := Field{"Host", p.client.authority()}
	agent := Field{"User-Agent", "spatest"}
	const noChunks = "0\r\n\r\n"
	both := rawRequest(
		http.MethodPost,
		p.client.base+target,
		noChunks,
		host,
		agent,
		Field{"Content-Length", "5"},
		Field{"Transfer-Encoding", "chunked"},
	)
	next := rawRequest(http.MethodGet, p.client.base+"/", "", host, agent, Navigation[0], Field{"Connection", "close"})
	done, err := p.client.do(ctx, both, next)
	p.noteLimit(done...)
	if len(done) == 0 {
		return err
	}
	first, last := done[0], done[len(done)-1]
	if first.Response == nil {
		if refusedByClosing(err) {
			return nil
		}
		return err
	}
	closes := strings.EqualFold(first.Response.Header.Get("Connection"), "close") || first.Response.Proto == "HTTP/1.0"
	switch {
	case first.Response.Broken != "":
		return fmt.Errorf("read the response to a request with two framings: %s", first.Response.Broken)
	case last.Response != nil:
		shown := *last
		shown.Request.Raw = both.Raw + next.Raw // what an attacker would send at once
		p.Reportf(&shown, "400, or a response after which the connection ends", "",
			"the request after one with two framings is answered on the same connection")
	case refusedByClosing(err):
	case closes && errors.Is(err, os.ErrDeadlineExceeded): // announced, and taking its time
	default:
		return err
	}
	return nil
}
