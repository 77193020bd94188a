package spatest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

func lifecycleChecks() []Check {
	return []Check{
		{
			Name: "lifecycle-missing-build-fails-loud", Group: "lifecycle", Level: Must,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureEmpty},
			Spec: "https://kubernetes.io/docs/tasks/configure-pod-container/" +
				"configure-liveness-readiness-startup-probes/#define-a-liveness-http-request",
			Doc: `without a build the server refuses to start or answers / with an error

A health probe accepts any 2xx. A server that answers 200 without an app replaces
the old one, and every user gets a blank page.`,
			Run: checkMissingBuild,
		},
		{
			Name: "lifecycle-graceful-stop", Group: "lifecycle", Level: Must,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureHost, FeatureSlow},
			Spec: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
			Doc: `on its stop signal the server finishes the requests in progress and exits successfully by itself

Every deploy stops a server. One that hangs up breaks the requests in progress;
one that must be killed makes each deploy wait for the grace period. Exit codes 0
and 143 (ended by SIGTERM, as the JVM and uvicorn report it) count as success. The
server need not wait for idle connections, which browsers keep open.`,
			Run: checkGracefulStop,
		},
		{
			Name: "lifecycle-replace-coherent", Group: "lifecycle", Level: Must,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureFolder, FeatureDist}, Intermittent: true,
			Spec: "https://www.rfc-editor.org/rfc/rfc9110.html#section-8.8.1",
			Doc: `while the page is replaced by a rename, every response is consistent: bytes, ` +
				`length and ETag of one version

The length of the old file with the bytes of the new one is a truncated page. The
tag of one version on the bytes of another keeps the wrong page in caches until
the next deploy. Serving the old version for a while is fine. The fault may last
a moment and show once in many deploys, so that a single pass proves little.`,
			Run: checkReplace,
		},
		{
			Name: "lifecycle-file-deleted", Group: "lifecycle", Level: Should,
			DependsOn: []string{"assets-missing-404"}, Needs: []Feature{FeatureFolder, FeatureDist},
			Spec: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.5",
			Doc: `an asset that is deleted while the server runs gets 404 (or 410), and nothing else changes

Deploys remove old assets. A server that lists its files at start answers 500, or
an empty 200. Keeping the file in memory and serving it for a while is fine.`,
			Run: checkDeleted,
		},
		{
			Name: "lifecycle-new-file-visible", Group: "lifecycle", Level: May,
			DependsOn: []string{"assets-missing-404"}, Needs: []Feature{FeatureFolder},
			Spec: "https://nginx.org/en/docs/http/ngx_http_core_module.html#open_file_cache",
			Doc: `an asset that is added while the server runs is served within two seconds

Otherwise a deploy must restart the server, or the new page comes without its
scripts.`,
			Run: checkNewFile,
		},
		{
			Name: "lifecycle-io-error-not-shell", Group: "lifecycle", Level: Should,
			DependsOn: []string{"assets-missing-404"}, Needs: []Feature{FeatureFolder, FeatureDist},
			Spec: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.6.1",
			Doc: `an asset that cannot be read gets an error (403, 404 or 5xx), never the page or an empty success

A deploy with a wrong umask, or a process out of file descriptors, must be visible
as an error. Answered with the page it becomes "Unexpected token '<'", and caches keep it.`,
			Run: checkUnreadable,
		},
	}
}

func checkMissingBuild(ctx context.Context, p *Pass) error {
	err := p.withServer(ctx, None, func(ctx context.Context, s *hosted) error {
		x, err := s.open(ctx, "/", Navigation)
		if refusedByClosing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if x.Response.Status/100 == 2 {
			p.Reportf(x, "no start, or an error", "", "a server without a build answers as if it were healthy")
		}
		return nil
	})
	if errors.Is(err, ErrEnded) {
		return nil
	}
	return err
}

const (
	// headStart is how long a request is on its way when the stop signal comes;
	// what APISlow names takes a second or more.
	headStart = 400 * time.Millisecond
	slowLimit = 10 * time.Second // for it to be answered, on top of the time of other exchanges
)

func checkGracefulStop(ctx context.Context, p *Pass) error {
	// Twice before it is held against the server: on a busy machine the request
	// may not have got there when the signal came.
	for attempt := 1; ; attempt++ {
		var violations []func()
		err := p.withServer(ctx, Current, func(ctx context.Context, s *hosted) (err error) {
			violations, err = s.stopWhileBusy(ctx)
			return err
		})
		if err != nil {
			return err
		}
		if len(violations) == 0 || attempt == 2 {
			for _, report := range violations {
				report()
			}
			return nil
		}
	}
}

// stopWhileBusy stops the server while it answers, and returns what to report.
func (s *hosted) stopWhileBusy(ctx context.Context) (violations []func(), err error) {
	p := s.p
	report := func(x *Exchange, expected, got, message string) {
		violations = append(violations, func() { p.Reportf(x, expected, got, "%s", message) })
	}
	idle, err := s.hold(ctx)
	if err != nil {
		return nil, err
	}
	defer idle.conn.Close()
	busy, err := s.hold(ctx)
	if err != nil {
		return nil, err
	}
	defer busy.conn.Close()

	type answer struct {
		x   *Exchange
		err error
	}
	answered := make(chan answer, 1)
	go func() {
		x, err := busy.do(ctx, Request{Target: p.Target.APISlow, Header: JSON}, p.Target.Timeout+slowLimit)
		answered <- answer{x, err}
	}()
	select {
	case a := <-answered:
		if a.err != nil {
			return nil, a.err
		}
		return nil, fmt.Errorf(
			"%s took less than %s (%s): it must take a second or more",
			p.Target.APISlow,
			headStart,
			a.x.Response.summary(),
		)
	case <-time.After(headStart):
	}
	exit, err := s.Stop(ctx)
	if err != nil {
		return nil, fmt.Errorf("stop the server: %w", err)
	}
	const finishes = "2xx and the whole body, as without the signal"
	switch a := <-answered; {
	case a.err != nil:
		report(a.x, finishes, a.err.Error(), "a request that was being answered when the stop signal came is lost")
	case a.x.Response.Status/100 != 2 || a.x.Response.Broken != "":
		report(a.x, finishes, "", "a request that was being answered when the stop signal came is not finished")
	}
	switch {
	case exit.Killed:
		report(nil, "an exit within the grace period", "killed", "the server does not exit on its stop signal")
	case exit.Code != 0 && exit.Code != 128+15:
		report(
			nil,
			"exit code 0, or 143",
			fmt.Sprintf("exit code %d", exit.Code),
			"the server exits with a failure although it was asked to stop",
		)
	}
	return violations, nil
}

func checkDeleted(ctx context.Context, p *Pass) error {
	victim, spared, err := p.victim()
	if err != nil {
		return err
	}
	return p.spoil(ctx, victim, spared, "deleted", "404", func(ctx context.Context, s *hosted, name string) error {
		return s.Remove(ctx, name)
	}, isMissing)
}

func checkUnreadable(ctx context.Context, p *Pass) error {
	victim, spared, err := p.victim()
	if err != nil {
		return err
	}
	return p.spoil(
		ctx,
		victim,
		spared,
		"unreadable",
		"403, 404 or 5xx",
		func(ctx context.Context, s *hosted, name string) error {
			return s.Forbid(ctx, name)
		},
		func(x *Exchange) bool {
			return isMissing(x) || x.Response.Status == http.StatusForbidden || x.Response.Status/100 == 5
		},
	)
}

// spoil asks for a file, does something to it and its compressed copies, and
// wants it refused, or as it was: servers may have it in memory.
func (p *Pass) spoil(ctx context.Context, victim, spared File, state, expected string,
	do func(ctx context.Context, s *hosted, name string) error, refused func(*Exchange) bool) error {
	want, err := fs.ReadFile(p.Target.Dist, victim.Name)
	if err != nil {
		return err
	}
	return p.withServer(ctx, Current, func(ctx context.Context, s *hosted) error {
		plain := Subresource(victim.Dest)
		zipped := append(slices.Clone(plain), Field{"Accept-Encoding", "gzip"})
		asItWas := func(x *Exchange) bool {
			body, err := p.Content(x)
			return err == nil && x.Response.Status == http.StatusOK && x.Response.Broken == "" &&
				bytes.Equal(body, want)
		}
		for _, header := range [][]Field{plain, zipped} {
			x, err := s.get(ctx, victim.Target, header)
			if err != nil {
				return err
			}
			if !asItWas(x) {
				return fmt.Errorf("%s is not served as it was built: %s", victim.Target, x.Response.summary())
			}
		}
		for _, name := range withSidecars(p.Target.Dist, victim.Name) {
			if err := do(ctx, s, name); err != nil {
				return fmt.Errorf("make %s %s: %w", name, state, err)
			}
		}
		for _, header := range [][]Field{plain, zipped} {
			x, err := s.await(ctx, victim.Target, header, func(x *Exchange) bool { return !asItWas(x) })
			switch {
			case hasEnded(err):
				p.Reportf(x, expected, err.Error(), "the server ended after one of its files became %s", state)
				return nil
			case refusedByClosing(err):
				p.Reportf(x, expected, err.Error(), "a request for a file that is %s is not answered", state)
			case err != nil:
				return err
			case asItWas(x):
				p.Notef("%s is served from memory", victim.Target)
			case !refused(x) || p.isAnyPage(x) || x.Response.Broken != "":
				p.Reportf(x, expected+", and not the page", "", "a file that is %s does not get an error", state)
			}
		}
		return s.wantAlive(ctx, spared, "when a file is "+state)
	})
}

func checkNewFile(ctx context.Context, p *Pass) error {
	dir := strings.Trim(p.site.assetDir, "/")
	name := path.Join(dir, "spatest-1f3a5c7e.js")
	content := []byte("export default 'added while the server runs'\n")
	return p.withServer(ctx, Current, func(ctx context.Context, s *hosted) error {
		// Asked before, to see what a server that remembers a miss does with it.
		if _, err := s.get(ctx, "/"+name, Script); err != nil {
			return err
		}
		if err := s.Write(ctx, name, content); err != nil {
			return fmt.Errorf("add %s: %w", name, err)
		}
		x, err := s.await(ctx, "/"+name, Script, func(x *Exchange) bool {
			return x.Response.Status == http.StatusOK && bytes.Equal(x.Response.Body, content)
		})
		if err != nil {
			return err
		}
		if body, err := p.Content(x); err != nil || x.Response.Status != http.StatusOK || !bytes.Equal(body, content) {
			p.Reportf(x, "200 and the file", "", "an added asset is not served")
		}
		return nil
	})
}
