// Package doctor says whether this machine can run the benchmark, and what to do about what is in the way. It installs,
// starts and changes nothing.
package doctor

import (
	"context"
	"errors"
	"runtime"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/sentinel"
)

// Finding is one thing that was looked at.
type Finding struct {
	Subject string `json:"subject"`      // a word or two, the same in every examination
	State   State  `json:"state"`        // what it means for a run
	Says    string `json:"says"`         // what was seen
	Do      string `json:"do,omitempty"` // what the user can do about it; "" where nothing is to be done
}

// State is what a finding means for a run.
type State string

const (
	Good    State = "ok"
	Limited State = "note" // a run is possible; it measures less, or less precisely
	Blocked State = "fail" // no run is possible
)

// CanMeasure reports whether nothing is in the way of a run.
func CanMeasure(findings []Finding) bool {
	for _, f := range findings {
		if f.State == Blocked {
			return false
		}
	}
	return true
}

// Examine looks at the engine, the machine and the tools. Root is the project's folder, "" outside a checkout. For the
// duration of spin, it times a fixed piece of work on the CPUs of the servers, so nothing else should run meanwhile.
// The error is ctx's: all else is a finding.
func Examine(ctx context.Context, root string, spin time.Duration) ([]Finding, error) {
	findings, facts := examineEngine(ctx, root)
	cpus, local := facts.CPUs, facts.Local
	if cpus == 0 {
		cpus = runtime.NumCPU()
	}
	servers, generator := rig.CPUSets(cpus)
	findings = append(findings, divided(cpus, servers, generator))
	if local {
		findings = append(findings, examineCores(hardware(), servers, generator)...)
		noise, err := sentinel.MeasureNoise(ctx, servers, spin)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		findings = append(findings, judgeNoise(noise, err), examineDisk(facts.DataRoot))
	}
	return append(findings, examineBrowser(ctx)), ctx.Err()
}

// examineEngine looks at the engine and the base images. The facts are zero if no engine runs.
func examineEngine(ctx context.Context, root string) ([]Finding, lab.Facts) {
	running, install, err := lab.Prospect(ctx)
	if !running {
		findings := []Finding{absentEngine(install, err)}
		if root == "" {
			findings = append(findings, outsideCheckout)
		}
		return findings, lab.Facts{Local: lab.MayBeLocal()} // of the engine that a run would start
	}
	failed := func(err error) ([]Finding, lab.Facts) {
		return []Finding{{Subject: "engine", State: Blocked, Says: err.Error()}}, lab.Facts{}
	}
	l, err := lab.Connect(ctx, func(string, ...any) {})
	if err != nil {
		return failed(err)
	}
	defer func() { _ = l.Disconnect() }()
	facts, err := l.Facts(ctx)
	if err != nil {
		return failed(err)
	}
	findings := judgeEngine(facts, l.CounterSource())
	if root == "" {
		return append(findings, outsideCheckout), facts
	}
	source, err := l.BaseSource(ctx, root)
	return append(findings, judgeBases(source, err)), facts
}

// outsideCheckout is found where a command of the project has been started somewhere else.
var outsideCheckout = Finding{
	Subject: "checkout", State: Blocked, Says: "this is not inside a spabench checkout",
	Do: "change into one: the variants are built from its Dockerfiles; spabench check works anywhere",
}

// absentEngine is what it means that no engine responds, which a run would install or start, or why it could not.
func absentEngine(install bool, err error) Finding {
	f := Finding{Subject: "engine", State: Good, Says: "none runs; the installed one is started by the next run"}
	switch {
	case errors.Is(err, lab.ErrNoEngine):
		f.State, f.Says = Blocked, err.Error()
	case install:
		f.Says = "none is installed; the next run installs docker.io from the distribution and starts it"
	}
	return f
}
