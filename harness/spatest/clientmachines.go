package spatest

import (
	"context"
	"net/http"
	"strings"
)

// machine is a client that is no browser.
type machine struct {
	who    string
	method string
	header []Field
	old    bool // speaks HTTP/1.0
	bot    bool // may get another page than a browser does
}

var machines = []machine{
	{who: "a command-line tool (Accept: */*)",
		header: []Field{{"User-Agent", "curl/8.14.1"}, {"Accept", "*/*"}}},
	{who: "a client that takes no coding (Accept-Encoding: identity)", header: []Field{
		{"User-Agent", "curl/8.14.1"}, {"Accept", "*/*"}, {"Accept-Encoding", "identity"}}},
	{who: "a client without Accept", header: []Field{{"User-Agent", "Go-http-client/1.1"}}},
	{who: "a monitor, by HEAD", method: http.MethodHead,
		header: []Field{{"User-Agent", "monitor/1.0"}, {"Accept", "*/*"}}},
	{who: "a link preview, by a range", bot: true, header: []Field{
		{"User-Agent", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"}, {"Accept", "*/*"},
		{"Range", "bytes=0-32768"}}},
	{who: "the link preview of a social network", bot: true, header: []Field{
		{"User-Agent", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"},
		{"Accept", "*/*"}, {"Accept-Encoding", "deflate, gzip"}, {"Range", "bytes=0-524287"}}},
	{who: "a crawler", bot: true, header: []Field{
		{"User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
		{"From", "googlebot(at)googlebot.com"},
		{"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}}},
	{who: "a proxy that speaks HTTP/1.0", old: true,
		header: []Field{{"User-Agent", "ApacheBench/2.3"}, {"Accept", "*/*"}}},
}

func checkMachines(ctx context.Context, p *Pass) error {
	for _, m := range machines {
		if m.old && len(p.Target.Header) > 0 {
			p.Notef("HTTP/1.0 was not tried, because every request has further header fields")
			continue
		}
		for _, target := range []string{"/", p.Routes()[0]} {
			if err := p.askAs(ctx, m, target); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Pass) askAs(ctx context.Context, m machine, target string) error {
	request := Request{Method: m.method, Target: target, Header: m.header}
	if m.old {
		request = p.oldRequest(target, m.header)
	}
	x, err := p.Do(ctx, request)
	const expected = "200 and the page, as HTML"
	switch {
	case refusedByClosing(err) || err != nil && unanswered(ctx, x, err):
		p.Reportf(x, expected, err.Error(), "%s gets no answer", m.who)
		return nil
	case err != nil:
		return err
	}
	if m.method == http.MethodHead {
		browser, err := p.Do(ctx, Request{Method: m.method, Target: target, Header: Navigation})
		if err != nil || browser.Response.Status != http.StatusOK {
			return err // whoever asks: methods-head-parity says so
		}
	}
	status := x.Response.Status
	html := mediaType(x) == "text/html" && x.Response.Broken == "" &&
		(status == http.StatusOK || status == http.StatusPartialContent)
	switch {
	case m.old && x.Response.chunked:
		p.Reportf(x, "a body that ends with the connection, or a Content-Length", "Transfer-Encoding: chunked",
			"%s gets chunks, which it does not know", m.who)
	case !html, !m.bot && m.method != http.MethodHead && !p.IsPage(x):
		p.Reportf(x, expected, "", "%s does not get the page", m.who)
	}
	return nil
}

// oldRequest is a GET by HTTP/1.0, with the Host that clients have sent with it for decades.
func (p *Pass) oldRequest(target string, header []Field) Request {
	fields := append([]Field{{"Host", p.client.authority()}}, header...)
	request := rawRequest(http.MethodGet, p.client.base+target, "", fields...)
	request.Raw = strings.Replace(request.Raw, " HTTP/1.1\r\n", " HTTP/1.0\r\n", 1)
	return request
}
