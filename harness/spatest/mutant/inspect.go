package mutant

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"spabench/harness/spatest"
)

// Start serves a handler on a loopback port, until stop is called.
func Start(handler http.Handler) (url string, stop func(), err error) { return start(handler, nil) }

func start(handler http.Handler, wire func(net.Conn) net.Conn) (url string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	return "http://" + listener.Addr().String(), serve(listener, handler, wire), nil
}

// ServeOn serves the mutant until ctx ends.
func (m Mutant) ServeOn(ctx context.Context, listener net.Listener) {
	stop := serve(listener, m.Handler(), m.Wire)
	<-ctx.Done()
	stop()
}

func serve(listener net.Listener, handler http.Handler, wire func(net.Conn) net.Conn) (stop func()) {
	if wire != nil {
		listener = wired{listener, wire}
	}
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)} // mutants abort on purpose
	go server.Serve(listener)
	return func() { server.Close() }
}

// Target is the whole target that the reference is checked as, when it is served
// at url.
func Target(url string) spatest.Target { return Mutant{}.Target(url) }

// Target is the whole target that the mutant is checked as, when it is served at origin.
func (m Mutant) Target(origin string) spatest.Target {
	retains := time.Hour
	if m.Life.Undeclared {
		retains = 0
	}
	target := spatest.Target{
		URL: origin + m.Under, Dist: m.Build(), NextDist: m.NextBuild(), Canaries: []string{Canary},
		API: API, APISlow: slowEndpoint, APIFail: failEndpoint + "?status={status}",
		APIEvents: eventsEndpoint, APIWrite: writeEndpoint, APILimit: apiLimit,
		Guarded: []string{"/.env", guardedFile}, Host: m.Host(), Retains: retains,
	}
	if m.Alone {
		target.Host = nil
	}
	if m.Declared != nil {
		m.Declared(&target)
	}
	return target
}

// dialBriefly makes connections that leave nothing in the kernel's tables when
// they are closed.
func dialBriefly(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	return conn, err
}

// Extent is how much of the suite is run on a mutant.
type Extent int

const (
	Whole Extent = iota // every check: all but the mutant's own must pass
	Own                 // the checks that are to see it, and what depends on its own: do they still find it?
)

// Inspect serves the mutant and checks it, without a browser: see [Mutant.InspectIn].
func (m Mutant) Inspect(ctx context.Context, extent Extent) (spatest.Report, error) {
	socket, stop, err := startLocal(m.Handler(), m.Wire)
	if err != nil {
		return spatest.Report{}, fmt.Errorf("serve mutant %s: %w", m.Name, err)
	}
	defer stop()
	target := m.Target("http://" + localName)
	target.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if addr == localName+":80" {
			network, addr = "unix", socket
		}
		return dialBriefly(ctx, network, addr)
	}
	if extent == Own {
		for _, c := range spatest.Checks() {
			if m.concerns(c.Name) {
				target.Only = append(target.Only, c.Name)
			}
		}
	}
	return spatest.Inspect(ctx, target)
}

// concerns: the mutant declares something of the check, or of one that it depends on.
func (m Mutant) concerns(check string) bool {
	return check == m.Check || slices.Contains(m.Also, check) || dependsOn(check, m.Check)
}

// InspectIn serves the mutant, and runs the checks that need a browser, and no
// others.
func (m Mutant) InspectIn(ctx context.Context, browser spatest.Browser, extent Extent) (spatest.Report, error) {
	url, stop, err := start(m.Handler(), m.Wire)
	if err != nil {
		return spatest.Report{}, fmt.Errorf("serve mutant %s: %w", m.Name, err)
	}
	defer stop()
	target := m.Target(url)
	target.Browser = browser
	for _, c := range spatest.Checks() {
		// What needs two builds takes longest, and only mutants of its own change what it sees.
		if extent == Own && m.Check != "" && !m.concerns(c.Name) {
			continue
		}
		if c.NeedsAny(spatest.FeatureBrowser) &&
			(!c.NeedsAny(spatest.FeatureNext) || m.Check == c.Name || m.Check == "") {
			target.Only = append(target.Only, c.Name)
		}
	}
	return spatest.Inspect(ctx, target)
}

// localName is the host of a server on a local socket.
const localName = "mutant.test"

// startLocal serves a handler on a local socket: hundreds of servers with hundreds
// of connections each would fill the kernel's tables of TCP connections.
func startLocal(handler http.Handler, wire func(net.Conn) net.Conn) (socket string, stop func(), err error) {
	dir, err := os.MkdirTemp("", "mutant")
	if err != nil {
		return "", nil, err
	}
	socket = filepath.Join(dir, "http")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	end := serve(listener, handler, wire)
	return socket, func() { end(); os.RemoveAll(dir) }, nil
}

// Judge says where the suite's verdicts differ from what a mutant declares: it
// fails its check and those in Also, blocks what depends on these, and passes
// all others; an oddity passes, or has skipped, its check too. A check that
// needs a feature which the target lacks may be skipped.
func (m Mutant) Judge(report spatest.Report, oddity bool) []string {
	fails := slices.Clone(m.Also)
	if !oddity {
		fails = append(fails, m.Check)
	}
	var problems []string
	for _, o := range report.Outcomes {
		want := []spatest.Verdict{spatest.Passed}
		switch {
		case slices.Contains(fails, o.Check):
			want = []spatest.Verdict{spatest.Failed}
		case slices.ContainsFunc(fails, func(on string) bool { return dependsOn(o.Check, on) }):
			want = []spatest.Verdict{spatest.Blocked}
		case oddity && (o.Check == m.Check || dependsOn(o.Check, m.Check)):
			want = append(want, spatest.Skipped)
		}
		if o.Verdict == spatest.Skipped && m.lacks(o.Check) && strings.HasPrefix(o.Reason, "needs ") {
			continue
		}
		if !slices.Contains(want, o.Verdict) {
			problem := fmt.Sprintf("%s: %s (%s), want %s", o.Check, o.Verdict, o.Reason, want[0])
			for _, f := range o.Findings {
				problem += "\n" + f.String()
			}
			problems = append(problems, problem)
		}
	}
	return problems
}

// dependsOn follows the declared dependencies of a check.
func dependsOn(check, on string) bool {
	for _, c := range spatest.Checks() {
		if c.Name == check {
			return slices.ContainsFunc(c.DependsOn, func(name string) bool { return name == on || dependsOn(name, on) })
		}
	}
	return false
}

// lacks: the check needs what the mutant's target does not offer.
func (m Mutant) lacks(check string) bool {
	missing := []spatest.Feature{spatest.FeatureBrowser, spatest.FeatureBase}
	if m.Under != "" {
		missing[1] = spatest.FeatureRoot
	}
	if m.Life.Undeclared {
		missing = append(missing, spatest.FeatureRetained)
	}
	if m.Alone {
		missing = append(missing, spatest.FeatureHost, spatest.FeatureNext, spatest.FeatureFolder,
			spatest.FeatureEmpty, spatest.FeatureUpstream)
	}
	if m.Check != check { // only mutants of these checks have such a build
		missing = append(missing, spatest.FeatureFallback, spatest.FeatureNested)
	}
	for _, c := range spatest.Checks() {
		if c.Name == check {
			return c.NeedsAny(missing...)
		}
	}
	return false
}
