package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"spabench/harness/chromium"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/sentinel"
	"spabench/variants"
)

// Options of a run.
type Options struct {
	Root     string // the project's folder
	Prefix   string // of what is made, lab.TestPrefix in tests; "" is lab.Prefix
	Record   string // file to create, and to append every result to as it is measured
	Plan     Plan
	Resume   bool // go on with the run that Record has, which was cut off; Plan is its own
	Progress rig.Progress

	// Settled reports whether the run so far says all that is asked of it: every headline interval is within this part of
	// its centre. It is asked after each round of a plan whose budget has a width.
	Settled func(run record.Run, within float64) bool
}

// Run makes a run: it builds the plan's variants, checks that they conform, measures them in interleaved rounds,
// and records each result as it ends. A variant that fails is recorded and the others go on; the error then is
// ErrVariant. When ctx ends, all containers, networks and volumes are removed, what was measured stays in the record,
// and the error is ctx's.
func Run(ctx context.Context, o Options) (err error) {
	if err := checkPlan(o.Plan); err != nil {
		return err
	}
	began := time.Now()
	l, err := lab.Open(ctx, o.Root, cmp.Or(o.Prefix, lab.Prefix), o.Progress.Line)
	if err != nil {
		return err
	}
	defer rig.CleanUp(ctx, &err, l.Close)
	env, err := rig.ReadEnv(ctx, l, o.Root)
	if err != nil {
		return err
	}
	if err := checkLimits(ctx, l, o.Plan.Limits, env.ServerCPUs); err != nil {
		return err
	}
	w, before, err := o.open(record.Run{Schema: record.Schema, Started: began.UTC(), Env: env, Plan: o.Plan})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()

	b := &runner{
		leastCPU: map[string]time.Duration{},
		Rig:      rig.Rig{Lab: l, Checks: o.Plan.Checks, Fronts: map[string]rig.Builds{}}, plan: o.Plan, progress: o.Progress, w: w, serverCPUs: env.ServerCPUs, before: before,
		images: map[string]lab.Image{}, failed: map[string]bool{}, ceilings: map[string]record.Calibration{},
		began: began, settled: o.Settled, measured: record.Run{Plan: o.Plan},
	}
	defer func() { err = errors.Join(err, b.Rig.Remove()) }()
	if err := b.build(ctx); err != nil {
		return err
	}
	if err := b.conform(ctx); err != nil {
		return err
	}
	if err := b.rounds(ctx, env.GeneratorCPUs); err != nil {
		return err
	}
	end := record.End{Ended: time.Now().UTC(), Took: time.Since(began), PeakMemory: rig.PeakMemory()}
	if o.Plan.Budget.Within > 0 {
		end.Rounds, end.Because = b.made, b.because
	}
	if err := w.End(end); err != nil {
		return err
	}
	if len(b.failed) > 0 {
		return fmt.Errorf("%w: %s", rig.ErrVariant, strings.Join(slices.Sorted(maps.Keys(b.failed)), ", "))
	}
	return nil
}

// runner is a run under way.
type runner struct {
	rig.Rig
	plan         Plan
	before       recorded
	progress     rig.Progress
	w            *record.Writer
	serverCPUs   string
	generatorRef string
	generator    *lab.Generator

	ceilings map[string]record.Calibration // by load: what the generator can do with it
	sentinel *sentinel.Sentinel            // nil where there is none
	leastCPU map[string]time.Duration      // see excess

	began       time.Time // the run, or its resumption
	roundsBegan time.Time
	settled     func(run record.Run, within float64) bool
	measured    record.Run // its plan and trials
	made        int        // rounds
	because     string     // why there were no more

	images map[string]lab.Image // by variant: those that were built and started once
	failed map[string]bool      // by variant: something of it is wrong
}

// arms are the plan's variants, in its order.
func (b *runner) arms() []variants.Variant {
	var arms []variants.Variant
	for _, name := range b.plan.Variants {
		if v, ok := variants.Find(name); ok {
			arms = append(arms, v)
		}
	}
	return arms
}

// visited are the arms of a round: the plan's variants, and the control under its own name.
func (b *runner) visited() []variants.Variant {
	arms := b.arms()
	if v, ok := variants.Find(b.plan.Control); ok {
		v.Name = record.ControlArm
		arms = append(arms, v)
	}
	return arms
}

// fail notes that a variant is not as it should be, and tells the first line of why.
func (b *runner) fail(v variants.Variant, why string) {
	b.failed[v.Name] = true
	line, _, _ := strings.Cut(why, "\n")
	b.progress.Line("%s: %s", v.Name, line)
}

// build builds the application's files, the load generator, and every variant of the plan.
func (b *runner) build(ctx context.Context) error {
	b.progress.Line("building the application")
	var err error
	if b.Dist, err = rig.BuildDist(ctx, b.Lab, "", lab.Usual); err != nil {
		return err
	}
	if !b.plan.Unchecked {
		if b.Next, err = rig.BuildDist(ctx, b.Lab, "", lab.Next); err != nil {
			return err
		}
	}
	if b.plan.Rounds > 0 {
		b.progress.Line("building the load generator")
		if b.generatorRef, err = b.Lab.Build(ctx, "generator"); err != nil {
			return err
		}
	}
	for _, v := range b.arms() {
		recorded, is := b.before.builds[v.Name]
		if is && recorded.Err != "" {
			b.fail(v, recorded.Err)
			continue
		}
		b.progress.Line("building %s", v.Name)
		built, img := rig.BuildVariant(ctx, b.Lab, v)
		if err := ctx.Err(); err != nil {
			return err
		}
		if built.Err == "" {
			b.images[v.Name] = img
			if _, err := b.For(ctx, v); err != nil { // now, not between two measurements
				return err
			}
		} else {
			b.fail(v, built.Err)
		}
		if is {
			if err := sameImages(v, recorded, built); err != nil {
				return err
			}
			continue
		}
		if err := b.w.Build(built); err != nil {
			return err
		}
	}
	return nil
}

// conform checks every variant that was built, but the floor: it answers everything with the page.
func (b *runner) conform(ctx context.Context) (err error) {
	if b.plan.Unchecked {
		return nil
	}
	// Its processes end before anything is measured.
	unchecked := slices.ContainsFunc(b.arms(), func(v variants.Variant) bool {
		_, checked := b.before.reports[v.Name]
		return v.Kind != variants.Baseline && !checked
	})
	if len(b.Checks) == 0 && unchecked {
		browser, startErr := chromium.Start(ctx)
		if startErr != nil {
			b.progress.Line("what needs a browser is not checked: %v", startErr)
		} else {
			b.Browser = browser
			defer func() { err = errors.Join(err, browser.Close()) }()
		}
	}
	for _, v := range b.arms() {
		img, built := b.images[v.Name]
		if v.Kind == variants.Baseline || !built {
			continue
		}
		c, is := b.before.reports[v.Name]
		if !is {
			b.progress.Line("checking %s", v.Name)
			c = b.Conformance(ctx, v, img.Refs)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if c.Err != "" {
			b.fail(v, c.Err)
			delete(b.images, v.Name) // it would only cost every round its time to become ready
		} else if err := c.Report.Err(); err != nil && v.Kind != variants.Recipe { // of a recipe, what fails is the finding
			b.fail(v, err.Error())
		}
		if is {
			continue
		}
		if err := b.w.Conformance(c); err != nil {
			return err
		}
	}
	return nil
}
