package harness

import (
	"context"
	"errors"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/spatest"
	"spabench/variants"
)

// rig is what a run lends every variant that it checks.
type rig struct {
	lab     *lab.Lab
	builds                    // of the React app, or in the rig that of returns, of the variant's front end
	fronts  map[string]builds // of the other front ends, as far as they were asked for; never nil
	browser spatest.Browser   // nil where none is installed
	checks  []string          // checks and groups that are run; empty: all
}

// builds are the app in one front end: the build that is served, and another one that checks deploy.
type builds struct{ dist, next dist }

func (b builds) remove() error { return errors.Join(b.dist.remove(), b.next.remove()) }

// of is the rig with the builds of the variant's front end. They are made when they are first asked for.
func (g rig) of(ctx context.Context, v variants.Variant) (rig, error) {
	if v.Front == "" {
		return g, nil
	}
	b, made := g.fronts[v.Front]
	if !made {
		var err error
		if b.dist, err = buildDist(ctx, g.lab, v.Front, lab.Usual); err != nil {
			return g, err
		}
		if b.next, err = buildDist(ctx, g.lab, v.Front, lab.Next); err != nil {
			return g, errors.Join(err, b.dist.remove())
		}
		g.fronts[v.Front] = b
	}
	g.builds = b
	return g, nil
}

// remove removes the copies of all builds.
func (g rig) remove() error {
	err := g.builds.remove()
	for _, b := range g.fronts {
		err = errors.Join(err, b.remove())
	}
	return err
}

// conformance starts a variant once and runs every check on it.
func (g rig) conformance(ctx context.Context, v variants.Variant, refs []string) (c record.Conformance) {
	c = record.Conformance{Variant: v.Name, Waived: v.Waive}
	err := g.withRunning(ctx, v, refs, func(target spatest.Target) error {
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

// withRunning starts a variant with canaries planted around the folder that it serves, waits until it answers
// correctly, and hands it to f as a target of the conformance suite, with the power to start more servers of its kind.
// On an error, log gets the end of its output.
func (g rig) withRunning(ctx context.Context, v variants.Variant, refs []string, f func(spatest.Target) error, log *string) (err error) {
	if g, err = g.of(ctx, v); err != nil {
		return err
	}
	r, err := g.lab.Create(ctx, v, lab.Options{Refs: refs, Bridge: true})
	if r != nil {
		defer cleaning(ctx, &err, r.Remove)
	}
	if err != nil {
		return err
	}
	target := targetOf(v, r.URL, g.dist.fsys)
	if err := plantCanaries(ctx, r, v, &target); err != nil {
		return err
	}
	if err = ready(ctx, r, v, g.dist); err == nil {
		var h *host
		if h, err = g.newHost(ctx, v, refs); err == nil {
			defer cleaning(ctx, &err, h.close)
			target.Host, target.NextDist, target.Browser = h, g.next.fsys, g.browser
			target.Only = g.checks
			err = f(target)
		}
	}
	if err != nil {
		clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpWithin)
		defer cancel()
		*log = r.Logs(clean)
	}
	return err
}
