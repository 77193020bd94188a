// Package lab runs the containers that are measured. It makes sure that there is a container engine, builds images from
// the project's Dockerfiles, starts a variant's containers, reads their counters and removes everything again.
// It is the only importer of testcontainers and of the Docker client.
package lab

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	tclog "github.com/testcontainers/testcontainers-go/log"
)

// EngineAPI is the newest version of the engine's API that the client supports. An older one is negotiated if
// necessary.
const EngineAPI = client.MaxAPIVersion

// Log reports progress to the user: one line, without a line end.
type Log func(format string, args ...any)

// Labels on everything that is created here, so that a sweep knows what to remove and never has to guess.
const (
	labelOwner   = "spabench.owner"   // process id of the creator
	labelHost    = "spabench.host"    // host name of the creator
	labelContent = "spabench.content" // on a stand-in base: hash of the files that it was built from
	labelStage   = "spabench.stage"   // ends each build stage in the Dockerfiles
)

// Prefixes of the names of images, containers, networks and volumes.
const (
	Prefix     = "spabench"
	TestPrefix = "spabench-test" // so that tests never take or move a name that the user's runs use
)

// Lab is the container engine as one process uses it.
type Lab struct {
	root     string // the project's folder
	prefix   string // of the names of images, containers, networks and volumes
	provider *testcontainers.DockerProvider
	docker   client.APIClient
	bases    []Base
	log      Log
	serial   atomic.Int64

	toolMu sync.Mutex // held while the image of Docker Compose is built, so that it is built once

	turns turns // with other test processes

	built sync.Map // by reference: the ids of the images that this process built

	keptMu sync.Mutex
	kept   []string // images of added servers that were built or pulled

	cgroupsMu sync.Mutex
	cgroups   hierarchy // the zero value until it is first needed

	engine      engine
	publishedAt netip.Addr
}

// Open makes sure that there are an engine and base images, and sweeps what dead processes left behind. Root is the
// project's folder, the context of every build. Prefix begins every name: Prefix, or in tests TestPrefix, whose images
// are removed by Close, except for the stages of the project's Dockerfiles, which are a cache. The variables of
// Environment must be set in the process's environment.
func Open(ctx context.Context, root, prefix string, log Log) (*Lab, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(root, "dockerfiles")); err != nil {
		return nil, fmt.Errorf("open lab: %s is not a spabench checkout: it has no dockerfiles folder; "+
			"run this from the checkout's top folder", root)
	}
	l, err := OpenEngine(ctx, prefix, log)
	if err != nil {
		return nil, err
	}
	l.root = root
	if !l.Local() {
		log("%s", remoteEngineNotice)
	}
	err = l.turns.build(ctx, func() (err error) { l.bases, err = l.ensureBases(ctx); return err })
	if err != nil {
		return nil, err
	}
	return l, nil
}

// OpenEngine is Open without a checkout: it makes sure that there is an engine, and sweeps, but has no base images, and
// builds none of the project's own.
func OpenEngine(ctx context.Context, prefix string, log Log) (*Lab, error) {
	turns, err := takeTurns(ctx, prefix)
	if err != nil {
		return nil, err
	}
	if err := turns.build(ctx, func() error { return EnsureEngine(ctx, log) }); err != nil {
		return nil, err
	}
	l, err := connect(ctx, prefix, log)
	if err != nil {
		return nil, err
	}
	l.turns = turns
	_, err = l.Sweep(ctx)
	return l, err
}

// Connect returns a lab on the running engine, for cleaning up. It installs, starts and builds nothing.
func Connect(ctx context.Context, log Log) (*Lab, error) {
	if err := ping(ctx); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoEngine, err)
	}
	return connect(ctx, Prefix, log)
}

// Environment returns the variables that testcontainers needs in the process's environment. Only a main function or a
// TestMain may set them.
func Environment() map[string]string {
	// We clean up ourselves, by label: the image of testcontainers' reaper cannot be pulled without a registry.
	env := map[string]string{"TESTCONTAINERS_RYUK_DISABLED": "true"}
	// If /.dockerenv exists, testcontainers assumes that it runs in a container beside the engine, and looks for
	// published ports at the default gateway. A local engine publishes them on the loopback address.
	if _, set := os.LookupEnv(hostOverride); !set && localEngine() {
		env[hostOverride] = loopback.String()
	}
	return env
}

func connect(ctx context.Context, prefix string, log Log) (*Lab, error) {
	for name, value := range Environment() {
		if os.Getenv(name) != value {
			return nil, fmt.Errorf("connect to the container engine: the environment lacks %s=%s: "+
				"set the variables of lab.Environment first", name, value)
		}
	}
	tclog.SetDefault(silentLogger{})
	p, err := testcontainers.NewDockerProvider(testcontainers.WithLogger(silentLogger{}))
	if err != nil {
		return nil, fmt.Errorf("connect to the container engine: %w", err)
	}
	l := &Lab{prefix: prefix, provider: p, docker: p.Client(), log: log}
	p.SetClient(keptOpen{l.docker})
	if l.publishedAt, err = publishedAt(ctx); err == nil {
		l.engine, err = readEngine(ctx, l.docker)
	}
	if err != nil {
		return nil, errors.Join(err, l.Disconnect())
	}
	return l, nil
}

// keptOpen is a client for testcontainers, which closes its client after each operation on a container: that closes
// connections which another goroutine is about to use.
type keptOpen struct{ client.APIClient }

func (keptOpen) Close() error { return nil }

// Root returns the project's folder.
func (l *Lab) Root() string { return l.root }

// localEngine reports whether the engine publishes ports on this machine's loopback address and can mount its folders.
func localEngine() bool {
	host := os.Getenv("DOCKER_HOST")
	return host == "" || strings.HasPrefix(host, "unix:") || strings.HasPrefix(host, "npipe:")
}

// Local reports whether containers are processes of this machine. On macOS and Windows they run in a virtual machine,
// whose process ids, cgroups and CPUs are not the ones that this process sees.
func (l *Lab) Local() bool { return l.engine.local }

// CounterSource says where the CPU time and memory of containers are read from; "" means the kernel's own files.
func (l *Lab) CounterSource() string {
	if l.Local() {
		return ""
	}
	source := "the engine's statistics, because the containers do not run on the harness's own kernel"
	if l.engine.countsAnonymous() {
		source += "; its memory is that of anonymous pages alone"
	}
	return source
}

// remoteEngineNotice tells users of an engine on another kernel what that means for their measurements.
const remoteEngineNotice = "the containers run on another machine than this process, or in a virtual machine: " +
	"CPU time and memory come from the engine's statistics, CPU sets refer to that machine's CPUs, " +
	"CPU and memory limits cannot be set, and disturbances by other programs are not detected"

// Close removes every container, network and volume that this process created, in tests also images, and disconnects
// from the engine. Stages stay, as a cache for the next build.
// It needs a context that has not been cancelled.
func (l *Lab) Close(ctx context.Context) error {
	_, err := l.Sweep(ctx)
	untagErr := l.turns.end(func() error { // otherwise another test process still needs the images
		_, err := l.untag(ctx, keepStages, TestPrefix)
		return err
	})
	return errors.Join(err, untagErr, l.Disconnect())
}

// Disconnect disconnects from the engine, and removes nothing.
func (l *Lab) Disconnect() error { return l.docker.Close() }

// labels returns the labels of a container, network or volume that this process creates.
func (l *Lab) labels() map[string]string {
	host, _ := os.Hostname()
	return map[string]string{labelOwner: strconv.Itoa(os.Getpid()), labelHost: host}
}

// name returns a name that no other process and no earlier call uses.
func (l *Lab) name(what string) string {
	return fmt.Sprintf("%s-%d-%d-%s", l.prefix, os.Getpid(), l.serial.Add(1), what)
}

// silentLogger drops the progress messages of testcontainers: the harness reports its own.
type silentLogger struct{}

func (silentLogger) Printf(string, ...any) {}
