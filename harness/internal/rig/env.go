package rig

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
)

// ReadEnv describes the machine, the engine, the base images and the version of the harness that a run uses. Root is
// the project's folder.
func ReadEnv(ctx context.Context, l *lab.Lab, root string) (record.Env, error) {
	f, err := l.Facts(ctx)
	if err != nil {
		return record.Env{}, err
	}
	env := record.Env{
		CPU: f.CPU, CPUs: f.CPUs, MemoryBytes: f.MemoryBytes, Kernel: f.Kernel, OS: f.OS,
		Engine: f.Engine, EngineAPI: f.API, EngineLacks: f.Lacks,
		StorageDriver: f.Storage, ImageStore: f.ImageStore,
		CgroupVersion: f.CgroupV, CgroupDriver: f.CgroupDriver,
		Path: "from a container on the variant's bridge network, straight to its entry; " +
			"cold start by the published port",
		Go: runtime.Version(),
	}
	env.ServerCPUs, env.GeneratorCPUs = CPUSets(f.CPUs)
	packages, err := l.BasePackages(ctx)
	if err != nil {
		return record.Env{}, err
	}
	for _, b := range l.Bases() {
		env.Bases = append(env.Bases, record.Base{
			Name: b.Arg, Image: b.Image, ID: b.ID, StandIn: b.StandIn, Packages: packages[b.Image],
		})
	}
	env.Counters = l.CounterSource()
	env.Commit, env.Dirty = commit(ctx, root)
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			switch m.Path {
			case "github.com/tsenart/vegeta/v12":
				env.Tools.Vegeta = m.Version
			case "github.com/testcontainers/testcontainers-go":
				env.Tools.Testcontainers = m.Version
			}
		}
	}
	return env, nil
}

// CPUSets divides the machine's CPUs between the servers and the load generator, half each. They share a single CPU.
func CPUSets(n int) (servers, generator string) {
	span := func(from, to int) string {
		if from == to {
			return fmt.Sprint(from)
		}
		return fmt.Sprintf("%d-%d", from, to)
	}
	if n < 2 {
		return "0", "0"
	}
	return span(0, n/2-1), span(n/2, n-1)
}

// commit returns the checkout's commit, or "" outside a checkout, and whether tracked files differ from it.
func commit(ctx context.Context, root string) (string, bool) {
	git := func(args ...string) (string, error) {
		out, err := exec.CommandContext(ctx, "git", append([]string{"-C", root}, args...)...).Output()
		return strings.TrimSpace(string(out)), err
	}
	head, err := git("rev-parse", "HEAD")
	if err != nil {
		return "", false
	}
	// Runs are written to results, so changes there do not count.
	changes, err := git("status", "--porcelain", "--untracked-files=no", "--", ".", ":(exclude)results")
	return head, err == nil && changes != ""
}
