package rig

import (
	"context"
	"errors"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/spatest"
	"spabench/variants"
)

// Rig is what a run lends every variant that it checks.
type Rig struct {
	Lab     *lab.Lab
	Builds                    // of the React app, or in the rig that of returns, of the variant's front end
	Fronts  map[string]Builds // of the other front ends, as far as they were asked for; never nil
	Browser spatest.Browser   // nil where none is installed
	Checks  []string          // checks and groups that are run; empty: all
}

// Builds are the app in one front end: the build that is served, and another one that checks deploy.
type Builds struct{ Dist, Next Dist }

func (b Builds) remove() error { return errors.Join(b.Dist.Remove(), b.Next.Remove()) }

// For is the rig with the builds of the variant's front end. They are made when they are first asked for.
func (g Rig) For(ctx context.Context, v variants.Variant) (Rig, error) {
	if v.Front == "" {
		return g, nil
	}
	b, made := g.Fronts[v.Front]
	if !made {
		var err error
		if b.Dist, err = BuildDist(ctx, g.Lab, v.Front, lab.Usual); err != nil {
			return g, err
		}
		if b.Next, err = BuildDist(ctx, g.Lab, v.Front, lab.Next); err != nil {
			return g, errors.Join(err, b.Dist.Remove())
		}
		g.Fronts[v.Front] = b
	}
	g.Builds = b
	return g, nil
}

// Remove removes the copies of all builds.
func (g Rig) Remove() error {
	err := g.Builds.remove()
	for _, b := range g.Fronts {
		err = errors.Join(err, b.remove())
	}
	return err
}

// Conformance starts a variant once and runs every check on it.
func (g Rig) Conformance(ctx context.Context, v variants.Variant, refs []string) (c record.Conformance) {
	c = record.Conformance{Variant: v.Name, Waived: v.Waive}
	err := g.WithRunning(ctx, v, refs, func(target spatest.Target) error {
		report, err := spatest.Inspect(ctx, target)
		c.Report = report
		return err
	}, &c.Log)
	if err != nil {
		c.Err = err.Error()
		var be *lab.BuildError
		if errors.As(err, &be) {
			c.Log = be.Log
		}
	}
	return c
}

// WithRunning starts a variant with canaries planted around the folder that it serves, waits until it answers
// correctly, and hands it to f as a target of the conformance suite, with the power to start more servers of its kind.
// On an error, log gets the end of its output.
func (g Rig) WithRunning(ctx context.Context, v variants.Variant, refs []string, f func(spatest.Target) error, log *string) (err error) {
	if g, err = g.For(ctx, v); err != nil {
		return err
	}
	r, err := g.Lab.Create(ctx, v, lab.Options{Refs: refs, Bridge: true})
	if r != nil {
		defer CleanUp(ctx, &err, r.Remove)
	}
	if err != nil {
		return err
	}
	target := TargetOf(v, r.URL, g.Dist.FS)
	if err := plantCanaries(ctx, r, v, &target); err != nil {
		return err
	}
	if err = AwaitReady(ctx, r, v, g.Dist); err == nil {
		var h *Host
		if h, err = g.NewHost(ctx, v, refs); err == nil {
			defer CleanUp(ctx, &err, h.Close)
			target.Host, target.NextDist, target.Browser = h, g.Next.FS, g.Browser
			target.Only = g.Checks
			err = f(target)
		}
	}
	if err != nil {
		clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), CleanUpWithin)
		defer cancel()
		*log = r.Logs(clean)
	}
	return err
}

// ErrVariant says that the run is whole but for variants that did not build, start, answer or conform.
var ErrVariant = errors.New("not every variant built, started, answered correctly and conforms")

// Progress is told how a run goes on. Its methods are called from one goroutine.
type Progress interface {
	Line(format string, args ...any)      // one line for people
	Step(done, total int, current string) // a trial is about to begin, after done of total
}
