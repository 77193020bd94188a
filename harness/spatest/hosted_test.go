package spatest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

// counting is a host that counts its servers.
type counting struct {
	spatest.Host
	started, closed *atomic.Int64
	deploy          error
}

func (h counting) Start(ctx context.Context, b spatest.Build) (spatest.Server, error) {
	server, err := h.Host.Start(ctx, b)
	if err != nil {
		return nil, err
	}
	h.started.Add(1)
	return countedServer{server, h}, nil
}

type countedServer struct {
	spatest.Server
	host counting
}

func (s countedServer) Deploy(ctx context.Context, b spatest.Build) error {
	if s.host.deploy != nil {
		return s.host.deploy
	}
	return s.Server.Deploy(ctx, b)
}

func (s countedServer) Close(ctx context.Context) error {
	s.host.closed.Add(1)
	return s.Server.Close(ctx)
}

// TestServersAreClosed: whatever a check finds, it leaves no server behind.
func TestServersAreClosed(t *testing.T) {
	names := []string{"", "deleted-500", "stop-hangs-up", "any-tag", "replica-page",
		"routes-from-start", "dead-api-page"}
	for _, m := range append(mutant.All(), mutant.Mutant{}) {
		if !slices.Contains(names, m.Name) {
			continue
		}
		t.Run("mutant "+m.Name, func(t *testing.T) {
			t.Parallel()
			url, stop, err := mutant.Start(m.Handler())
			if err != nil {
				t.Fatal(err)
			}
			defer stop()
			target := m.Target(url)
			host := counting{Host: m.Host(), started: new(atomic.Int64), closed: new(atomic.Int64)}
			target.Host = host
			target.Only = []string{"lifecycle", "deploy-skew", "api-dead-upstream", "security-symlink-escape"}
			inspect(t, target)
			if n := host.started.Load(); n < 10 || n != host.closed.Load() {
				t.Errorf("%d servers were started, %d closed", n, host.closed.Load())
			}
		})
	}
}

// TestFailingHost: what the host cannot do says nothing of the server.
func TestFailingHost(t *testing.T) {
	url, stop, err := mutant.Start(mutant.Reference(mutant.Fixture()))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	target := mutant.Target(url)
	host := counting{
		Host:    target.Host,
		started: new(atomic.Int64),
		closed:  new(atomic.Int64),
		deploy:  errors.New("the disk is full"),
	}
	target.Host = host
	target.Only = []string{"deploy-skew-old-chunk", "deploy-skew-root-vs-deep"}
	for _, o := range inspect(t, target).Outcomes {
		if o.Verdict != spatest.Errored || !strings.Contains(o.Reason, "the disk is full") {
			t.Errorf("%s: %s (%s)", o.Check, o.Verdict, o.Reason)
		}
	}
	if host.started.Load() != 2 || host.closed.Load() != 2 {
		t.Errorf("%d servers were started, %d closed, want 2", host.started.Load(), host.closed.Load())
	}
}

// TestNeedlessWaiver: where a fault may not show, a pass is not held against the waiver.
func TestNeedlessWaiver(t *testing.T) {
	url, stop, err := mutant.Start(mutant.Reference(mutant.Fixture()))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	target := mutant.Target(url)
	target.Waive = map[string]string{
		"lifecycle-replace-coherent": "shows at times", "lifecycle-missing-build-fails-loud": "always shows",
	}
	for waived := range target.Waive {
		target.Only = append(target.Only, waived)
	}
	for _, o := range inspect(t, target).Outcomes {
		intermittent := o.Check == "lifecycle-replace-coherent"
		if (o.Verdict == spatest.Passed) != intermittent {
			t.Errorf("%s: %s (%+v)", o.Check, o.Verdict, o.Findings)
		}
	}
}

// TestPageVersions: no two have one size, plain or compressed, and none is the
// beginning of another.
func TestPageVersions(t *testing.T) {
	page := []byte("<!doctype html>\n<script src=/a.js></script>\n" + strings.Repeat("text ", 400))
	plain, small := map[int]bool{}, map[int]bool{}
	versions := spatest.PageVersions(page)
	for _, v := range versions {
		plain[len(v)] = true
		small[len(gzipped(t, v))] = true
		for _, other := range versions {
			if len(v) < len(other) && strings.HasPrefix(string(other), string(v)) {
				t.Errorf("a version begins as another one: %.60q", v)
			}
		}
	}
	if len(plain) != len(versions) || len(small) != len(versions) {
		t.Errorf("%d versions have %d sizes, compressed %d", len(versions), len(plain), len(small))
	}
}

func gzipped(t *testing.T, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
