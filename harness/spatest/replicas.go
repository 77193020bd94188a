package spatest

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path"
	"sync/atomic"
)

// maxMixed assets of each build are asked for.
const maxMixed = 12

func checkMixedReplicas(ctx context.Context, p *Pass) error {
	assets := map[Build][]File{}
	for b, other := range map[Build]Build{Current: Next, Next: Current} {
		files, err := p.onlyIn(b, other)
		if err != nil {
			return err
		}
		assets[b] = files[:min(len(files), maxMixed)]
	}
	if len(assets[Current])+len(assets[Next]) == 0 {
		return skipf("the two builds have the same hashed assets")
	}
	return p.withServer(ctx, Current, func(ctx context.Context, a *hosted) error {
		return p.withServer(ctx, Next, func(ctx context.Context, b *hosted) error {
			at, stop, err := p.balance(a.URL(), b.URL())
			if err != nil {
				return err
			}
			defer stop()
			return p.boot(ctx, at, assets)
		})
	})
}

// boot loads what the pages of both builds need, each twice in a row: the
// balancer sends the two to different servers.
func (p *Pass) boot(ctx context.Context, at string, assets map[Build][]File) error {
	seen := map[Build]bool{}
	for range 2 {
		x, err := p.doAt(ctx, at, p.Target, Request{Target: "/", Header: Navigation})
		if err != nil {
			return err
		}
		seen[p.buildOf(x)] = true
	}
	if !seen[Current] || !seen[Next] {
		return fmt.Errorf("/ is not the page of one build and then of the other")
	}
	asked, refused := 0, 0
	for _, b := range []Build{Current, Next} {
		for _, f := range assets[b] {
			for range 2 {
				x, err := p.doAt(ctx, at, p.Target, Request{Target: f.Target, Header: Subresource(f.Dest)})
				if err != nil {
					return err
				}
				asked++
				switch to := p.location(x); {
				case p.isFile(x, b, f):
				case to != nil && path.Base(to.Path) == path.Base(f.Name): // to another store of assets
				case x.Response.Status < 400 || p.isAnyPage(x):
					p.Reportf(
						x,
						"the bytes of "+f.Name+", or an error",
						"",
						"a server of another build answers for an asset that it does not have",
					)
				case isKept(x.Response.Header):
					p.Reportf(
						x,
						"an error that is not kept",
						policy(x),
						"a server of another build answers with an error that caches keep",
					)
				default:
					refused++
				}
			}
		}
	}
	p.Notef("%d of %d requests for assets of one build met a server of the other, and an error", refused, asked)
	return nil
}

// balance sends requests to the servers in turn, as they are.
func (p *Pass) balance(urls ...string) (at string, stop func(), err error) {
	var origins []*url.URL
	var base string // the path of the app
	for _, u := range urls {
		origin, err := url.Parse(u)
		if err != nil {
			return "", nil, fmt.Errorf("read the URL of a started server: %w", err)
		}
		base = origin.EscapedPath()
		origins = append(origins, &url.URL{Scheme: origin.Scheme, Host: origin.Host})
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("start a balancer: %w", err)
	}
	transport := &http.Transport{
		DialContext:           p.Target.Dial,
		TLSClientConfig:       p.Target.TLS,
		DisableCompression:    true,
		ResponseHeaderTimeout: p.Target.Timeout,
	}
	var turn atomic.Uint64
	quiet := log.New(io.Discard, "", 0)
	server := &http.Server{ErrorLog: quiet, Handler: &httputil.ReverseProxy{
		Transport: transport, ErrorLog: quiet,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(origins[int(turn.Add(1))%len(origins)])
		},
	}}
	go server.Serve(listener)
	return "http://" + listener.Addr().String() + base, func() {
		server.Close()
		transport.CloseIdleConnections()
	}, nil
}
