// Package opening finds out what a browser requests when it opens the page of a server of which nothing is known but
// its address: from the browser, or else from the page.
package opening

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	"spabench/harness/chromium"
	"spabench/harness/internal/browser"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/spatest"
)

const (
	restTime   = 500 * time.Millisecond // without a request, and an opened page has come to rest
	settleTime = 10 * time.Second       // for which one that does not is watched
)

// Watch opens a page in a browser and returns what it requests from the server at the address (host and port). Each
// wave is answered only once no more requests come: so the waves tell what the browser can request at once, and not how
// fast the server is.
func Watch(ctx context.Context, b *chromium.Browser, addr, target string) (o record.Opened, err error) {
	o.Path = target
	opened, err := b.Open(ctx)
	if err != nil {
		return o, err
	}
	tab, ok := opened.(*chromium.Tab)
	if !ok {
		return o, fmt.Errorf("open a tab: it is a %T", opened)
	}
	r := newRecorder(addr)
	server := httptest.NewServer(r)
	defer func() {
		err = errors.Join(err, tab.Close())
		r.letAllGo()
		server.CloseClientConnections() // some streams would never end
		server.Close()
		r.direct.CloseIdleConnections()
	}()
	r.origin, r.pending = server.URL, tab.Pending
	watching, stop := context.WithCancel(ctx)
	defer stop()
	go r.conduct(watching)
	if err := tab.Navigate(ctx, server.URL+target); err != nil {
		return o, err
	}
	for end := time.Now().Add(settleTime); time.Now().Before(end) && !r.atRest(restTime) && ctx.Err() == nil; {
		time.Sleep(lookTime)
	}
	o.Waves, o.LeftOut = r.recorded()
	o.LeftOut = append(o.LeftOut, elsewhere(server.URL, tab.Loads())...)
	return o, ctx.Err()
}

// elsewhere are the requests to other origins. What is behind a path may be secret, and is left out.
func elsewhere(origin string, loads []spatest.Load) []record.LeftOut {
	var all []record.LeftOut
	seen := map[string]bool{}
	for _, l := range loads {
		u, err := url.Parse(l.URL)
		if err != nil || "http://"+u.Host == origin {
			continue
		}
		u = &url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
		if text := u.String(); !seen[text] && len(all) < maxLeftOut {
			seen[text] = true
			all = append(all, record.LeftOut{URL: text, Why: "it goes to another origin"})
		}
	}
	return all
}

// Read returns what a page refers to: the page, and then its scripts, style sheets, icons and preloads, all at once.
func Read(ctx context.Context, addr, target string) (record.Opened, error) {
	o := record.Opened{Path: target}
	header := browser.Header("document", "identity")
	page, err := rawhttp.Ask(ctx, addr, http.MethodGet, target, header, "")
	if err != nil {
		return o, err
	}
	base, err := url.Parse("http://" + addr + target)
	if err != nil {
		return o, err
	}
	o.Waves = [][]record.Asked{{{Target: target, Header: kept(header)}}}
	var second []record.Asked
	for _, f := range spatest.References(base, page.Body) {
		if f.Target != target && len(second) < maxAsked {
			second = append(second, record.Asked{Target: f.Target, Header: kept(browser.Header(f.Dest, "identity"))})
		}
	}
	if len(second) > 0 {
		o.Waves = append(o.Waves, second)
	}
	return o, nil
}
