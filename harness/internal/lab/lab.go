// Package lab makes the things that are measured: it ensures a container engine, builds images from the
// project's Dockerfiles, starts a variant's containers, reads their counters and takes everything away again.
// It is the only importer of testcontainers and of the Docker client.
package lab

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	tclog "github.com/testcontainers/testcontainers-go/log"
)

// EngineAPI is the newest version of the engine's API that the client speaks; an older engine's own is negotiated.
const EngineAPI = client.MaxAPIVersion

// Log takes one line of progress for people, without a line end.
type Log func(format string, args ...any)

// Labels of everything that is created here, so that it can be swept by what it is and never by a guess.
const (
	labelOwner   = "spabench.owner"   // process id of the creator
	labelHost    = "spabench.host"    // its host name
	labelContent = "spabench.content" // of a stand-in base: hash of what it was made from
)

// Prefixes of the names of images, containers, networks and volumes.
const (
	Prefix     = "spabench"
	TestPrefix = "spabench-test" // tests never take or move a name of the user's
)

// Lab is a container engine at work for one process.
type Lab struct {
	root       string          // of the project
	prefix     string          // of the names of containers, networks and volumes
	repository string          // of the images
	built      map[string]bool // references of test images, which Close removes
	builtMu    sync.Mutex
	provider   *testcontainers.DockerProvider
	docker     client.APIClient
	bases      []Base
	log        Log
	serial     atomic.Int64

	cgroupsMu sync.Mutex
	cgroups   hierarchy // once it was asked for
}

// Open ensures an engine and base images and sweeps what dead processes left behind. Root is the project's folder, the
// context of every build. Prefix begins the names of all that is made: Prefix, or in tests TestPrefix, whose images are
// this process's own and are removed by Close; the layers stay, as a cache. The process must have Environment.
func Open(ctx context.Context, root, prefix string, log Log) (*Lab, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(root, "dockerfiles")); err != nil {
		return nil, fmt.Errorf("open lab: %s is not a spabench checkout: it has no dockerfiles folder; run from the checkout's top folder", root)
	}
	if err := EnsureEngine(ctx, log); err != nil {
		return nil, err
	}
	l, err := connect(root, prefix, log)
	if err != nil {
		return nil, err
	}
	if !sharesKernel() {
		log("%s", elsewhere)
	}
	if _, err := l.Sweep(ctx); err != nil {
		return nil, err
	}
	if l.bases, err = l.ensureBases(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// Connect returns a lab on the engine that is running, for cleaning up; it installs, starts and builds nothing.
func Connect(ctx context.Context, log Log) (*Lab, error) {
	if err := ping(ctx); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoEngine, err)
	}
	return connect("", Prefix, log)
}

// Environment is what testcontainers must find in the process's environment, which only a main function or a TestMain
// may change.
func Environment() map[string]string {
	// Clean-up is our own, by label: where no registry answers, the reaper's image cannot be pulled.
	env := map[string]string{"TESTCONTAINERS_RYUK_DISABLED": "true"}
	// With /.dockerenv present testcontainers takes itself for a container beside the engine and asks the default
	// gateway for published ports. A local engine publishes them on the loopback address.
	const override = "TESTCONTAINERS_HOST_OVERRIDE"
	if _, set := os.LookupEnv(override); !set && localEngine() {
		env[override] = "127.0.0.1"
	}
	return env
}

func connect(root, prefix string, log Log) (*Lab, error) {
	for name, value := range Environment() {
		if os.Getenv(name) != value {
			return nil, fmt.Errorf("connect to the container engine: the environment lacks %s=%s: set lab.Environment first", name, value)
		}
	}
	tclog.SetDefault(silent{})
	p, err := testcontainers.NewDockerProvider(testcontainers.WithLogger(silent{}))
	if err != nil {
		return nil, fmt.Errorf("connect to the container engine: %w", err)
	}
	return &Lab{root: root, prefix: prefix, repository: repositoryOf(prefix), built: map[string]bool{}, provider: p, docker: p.Client(), log: log}, nil
}

// Root is the project's folder.
func (l *Lab) Root() string { return l.root }

// Local reports whether the containers run on this machine's own kernel.
func (l *Lab) Local() bool { return sharesKernel() }

// localEngine: published ports are on this machine's loopback address, and its folders can be mounted.
func localEngine() bool {
	host := os.Getenv("DOCKER_HOST")
	return host == "" || strings.HasPrefix(host, "unix:") || strings.HasPrefix(host, "npipe:")
}

// sharesKernel: containers are processes of this machine. On macOS and Windows they run in a virtual machine, whose
// process ids, cgroups and CPUs are not the ones that this process sees.
func sharesKernel() bool { return runtime.GOOS == "linux" && localEngine() }

// CounterSource says where CPU time and memory of containers are read, "" being the kernel's own files.
func (l *Lab) CounterSource() string {
	if sharesKernel() {
		return ""
	}
	return "the engine's statistics, since the containers run in another machine than the harness"
}

// elsewhere is what to tell before anything is measured with an engine whose kernel is another one.
const elsewhere = "the containers run in another machine than this process (or in a virtual machine of it): CPU time and " +
	"memory come from the engine's statistics, CPU sets are of that machine's CPUs, limits of CPUs and memory cannot be " +
	"set, and disturbances by other programs are not detected"

// Close removes every container, network and volume that this process created and lets the engine go.
// It works after ctx's parent was cancelled, if ctx itself was not.
func (l *Lab) Close(ctx context.Context) error {
	_, err := l.Sweep(ctx)
	return errors.Join(err, l.removeTestImages(ctx), l.provider.Close())
}

// labels of a container, network or volume made by this process.
func (l *Lab) labels() map[string]string {
	host, _ := os.Hostname()
	return map[string]string{labelOwner: strconv.Itoa(os.Getpid()), labelHost: host}
}

// name returns a name that no other process and no earlier call has.
func (l *Lab) name(what string) string {
	return fmt.Sprintf("%s-%d-%d-%s", l.prefix, os.Getpid(), l.serial.Add(1), what)
}

// repositoryOf begins the references of images. Those of tests have the process and a random number in it, since tests
// of several packages run at once and each lab removes its own.
func repositoryOf(prefix string) string {
	if prefix == TestPrefix {
		return fmt.Sprintf("%s-%d-%d", TestPrefix, os.Getpid(), rand.Uint32())
	}
	return prefix
}

// Facts are what the engine says of itself and its machine.
type Facts struct {
	CPUs                                        int
	MemoryBytes                                 int64
	CPU, Kernel, OS                             string
	Engine, API, Storage, CgroupV, CgroupDriver string
}

// Facts asks the engine.
func (l *Lab) Facts(ctx context.Context) (Facts, error) {
	res, err := l.docker.Info(ctx, client.InfoOptions{})
	if err != nil {
		return Facts{}, fmt.Errorf("read engine facts: %w", err)
	}
	v, err := l.docker.ServerVersion(ctx, client.ServerVersionOptions{})
	if err != nil {
		return Facts{}, fmt.Errorf("read engine version: %w", err)
	}
	i := res.Info
	return Facts{
		CPUs: i.NCPU, MemoryBytes: i.MemTotal, CPU: CPUModel(), Kernel: i.KernelVersion,
		OS:     fmt.Sprintf("%s (%s)", i.OperatingSystem, i.Architecture),
		Engine: "Docker " + i.ServerVersion, API: v.APIVersion, Storage: i.Driver,
		CgroupV: i.CgroupVersion, CgroupDriver: i.CgroupDriver,
	}, nil
}

// CPUModel returns the processor's name as the kernel gives it, or the architecture where it gives none.
func CPUModel() string {
	b, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(b)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == "model name" {
			return strings.TrimSpace(v)
		}
	}
	return runtime.GOARCH
}

type silent struct{}

func (silent) Printf(string, ...any) {}
