package spatest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"spabench/harness/internal/rawhttp"
)

const (
	closeTime  = 15 * time.Second        // for a server to be taken down after its check
	settleTime = 1500 * time.Millisecond // for a change of the folder to show; caches may hold it back for longer
	settleTick = 50 * time.Millisecond   // between two looks
)

// hosted is a server that a check has started for itself.
type hosted struct {
	Server
	p *Pass
}

// withServer starts a server, and takes it down whatever use does.
func (p *Pass) withServer(ctx context.Context, b Build, use func(ctx context.Context, s *hosted) error) error {
	server, err := p.Target.Host.Start(ctx, b)
	if err != nil {
		return fmt.Errorf("start a server with the %s build: %w", b, err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
		defer cancel()
		if err := server.Close(ctx); err != nil {
			p.Notef("a server could not be taken down: %v", err)
		}
	}()
	return use(ctx, &hosted{server, p})
}

// do exchanges one request with the server, where it is now.
func (s *hosted) do(ctx context.Context, request Request) (*Exchange, error) {
	return s.p.doAt(ctx, s.URL(), s.p.Target, request)
}

func (s *hosted) get(ctx context.Context, target string, header []Field) (*Exchange, error) {
	return s.do(ctx, Request{Target: target, Header: header})
}

// doAt exchanges one request with another server than the target's, as t says.
func (p *Pass) doAt(ctx context.Context, at string, t Target, request Request) (*Exchange, error) {
	c, err := clientAt(t, at)
	if err != nil {
		return nil, err
	}
	done, err := c.do(ctx, request)
	if len(done) == 0 {
		return nil, err
	}
	p.noteLimit(done[0])
	return done[0], err
}

// clientAt is a client for another server than the target's, used in its way.
func clientAt(t Target, at string) (*client, error) {
	u, err := url.Parse(at)
	if err != nil {
		return nil, fmt.Errorf("read the URL of a started server: %w", err)
	}
	t.URL = at
	return newClient(t, &url.URL{Scheme: u.Scheme, Host: u.Host}), nil
}

// held is a connection that stays open between requests, as those of browsers do.
type held struct {
	client *client
	conn   *rawhttp.Conn
}

// hold connects, and asks for the page: so the server has taken the connection.
// From a server that closes each connection it is a new one.
func (s *hosted) hold(ctx context.Context) (*held, error) {
	c, err := clientAt(s.p.Target, s.URL())
	if err != nil {
		return nil, err
	}
	h := &held{client: c}
	if err := h.connect(ctx); err != nil {
		return nil, err
	}
	x, err := h.do(ctx, Request{Target: "/", Header: Navigation}, c.timeout)
	if err != nil {
		h.conn.Close()
		return nil, err
	}
	if strings.EqualFold(x.Response.Header.Get("Connection"), "close") || x.Response.Proto == "HTTP/1.0" ||
		x.Response.Broken != "" {
		h.conn.Close()
		return h, h.connect(ctx)
	}
	return h, nil
}

func (h *held) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, h.client.timeout)
	defer cancel()
	conn, err := h.client.connect(ctx)
	if err != nil {
		return h.client.explain(ctx, "connect", err)
	}
	h.conn = conn
	return nil
}

// do exchanges one request. After an error the connection is of no more use.
func (h *held) do(ctx context.Context, request Request, limit time.Duration) (*Exchange, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	defer h.conn.Bind(ctx)()
	return h.client.exchange(ctx, h.conn, request, false)
}

// open is get, and takes the one redirect on the same origin that may come.
func (s *hosted) open(ctx context.Context, target string, header []Field) (*Exchange, error) {
	x, err := s.get(ctx, target, header)
	if err != nil {
		return x, err
	}
	to := s.p.location(x)
	if origin, err := url.Parse(x.Origin); to == nil || err != nil || !sameOrigin(to, origin) {
		return x, nil
	}
	return s.do(ctx, Request{Target: to.RequestURI(), Header: header, fromRoot: true})
}

// files are those of a build.
func (p *Pass) filesOf(b Build) fs.FS {
	if b == Next {
		return p.Target.NextDist
	}
	return p.Target.Dist
}

// buildOf tells whose page a response is; empty: no build's.
func (p *Pass) buildOf(x *Exchange) Build {
	if x.Response == nil || x.Response.Status != http.StatusOK || x.Response.Broken != "" {
		return ""
	}
	body, err := p.Content(x)
	if err != nil {
		return ""
	}
	for _, b := range []Build{Current, Next} {
		if files := p.filesOf(b); files != nil {
			page, err := fs.ReadFile(files, "index.html")
			if err == nil && (bytes.Equal(body, page) || isSignature(body, page)) {
				return b
			}
		}
	}
	return ""
}

func isSignature(body, page []byte) bool {
	want := signature(readTags(page))
	return want != "" && signature(readTags(body)) == want
}

// isAnyPage reports whether the body is the page of some build.
func (p *Pass) isAnyPage(x *Exchange) bool {
	ok := *x
	if x.Response != nil {
		response := *x.Response
		response.Status = http.StatusOK
		ok.Response = &response
	}
	return p.Resembles(x) || p.buildOf(&ok) != ""
}

// deploy replaces the build, and waits until it is what "/" serves.
func (s *hosted) deploy(ctx context.Context, b Build) error {
	if err := s.Deploy(ctx, b); err != nil {
		return fmt.Errorf("deploy the %s build: %w", b, err)
	}
	x, err := s.await(ctx, "/", Navigation, func(x *Exchange) bool { return s.p.buildOf(x) == b })
	if err != nil {
		return err
	}
	if s.p.buildOf(x) != b {
		return fmt.Errorf("after the deploy of the %s build %w", b, errOtherBuild)
	}
	return nil
}

var errOtherBuild = errors.New("/ does not serve its page")

// await asks until the response is as wanted, for settleTime, and returns the
// last one.
func (s *hosted) await(
	ctx context.Context,
	target string,
	header []Field,
	wanted func(*Exchange) bool,
) (*Exchange, error) {
	for deadline := time.Now().Add(settleTime); ; {
		x, err := s.get(ctx, target, header)
		if err == nil && wanted(x) || time.Now().After(deadline) || ctx.Err() != nil {
			return x, err
		}
		if err := pause(ctx, settleTick); err != nil {
			return x, err
		}
	}
}

// hasEnded: a server that answered before listens no longer. (Windows says so with
// another number, and there the check has an error.)
func hasEnded(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" && errors.Is(err, syscall.ECONNREFUSED)
}

// pause waits, unless ctx ends before.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// wantAlive reports if the page of the current build, or a file of it that the
// check left alone, is no longer served.
func (s *hosted) wantAlive(ctx context.Context, spared File, after string) error {
	for _, f := range []File{{Target: "/", Name: "index.html", Dest: "document"}, spared} {
		if f.Target == "" {
			continue
		}
		x, err := s.get(ctx, f.Target, Subresource(f.Dest))
		if err != nil {
			return err
		}
		if f.Name == "index.html" && s.p.buildOf(x) != Current || x.Response.Status != http.StatusOK {
			s.p.Reportf(x, "200, as before", "", "%s, %s is not served", after, f.Target)
		}
	}
	return nil
}

// victim is an asset for a check to spoil on a server of its own, and another one
// that is to stay as it is.
func (p *Pass) victim() (victim, spared File, err error) {
	assets := p.filesWhere(func(f File) bool { return f.Name != "" && f.Hashed })
	if len(assets) == 0 {
		assets = p.filesWhere(func(f File) bool { return f.Name != "" && f.Dest != "document" })
	}
	if len(assets) == 0 {
		return File{}, File{}, skipf("the build has no file beside the page")
	}
	i := max(0, slices.IndexFunc(assets, func(f File) bool { return f.Dest == "script" }))
	if len(assets) > 1 {
		spared = assets[(i+1)%len(assets)]
	}
	return assets[i], spared, nil
}

// withSidecars lists a file of the build and its compressed copies.
func withSidecars(dist fs.FS, name string) []string {
	names := []string{name}
	for _, ext := range sidecarExts {
		if _, err := fs.Stat(dist, name+ext); err == nil {
			names = append(names, name+ext)
		}
	}
	return names
}
