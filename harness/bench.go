package harness

import (
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
	"spabench/variants"
)

// ErrVariant says that the run is whole but for variants that did not build, start, answer or conform.
var ErrVariant = errors.New("not every variant built, started, answered correctly and conforms")

// Progress is told how a run goes on. Its methods are called from one goroutine.
type Progress interface {
	Line(format string, args ...any)      // one line for people
	Step(done, total int, current string) // a trial is about to begin, after done of total
}

// Options of a run.
type Options struct {
	Root     string // the project's folder
	Record   string // file to create, and to append every result to as it is measured
	Plan     Plan
	Resume   bool // go on with the run that Record has, which was cut off; Plan is its own
	Progress Progress

	// Settled reports whether the run so far says all that is asked of it: every headline interval is within this part of
	// its centre. It is asked after each round of a plan whose budget has a width.
	Settled func(run record.Run, within float64) bool
}

// Bench makes a run: it builds the plan's variants, checks that they conform, measures them in interleaved rounds,
// and records each result as it ends. A variant that fails is recorded and the others go on; the error then is
// ErrVariant. When ctx ends, all containers, networks and volumes are removed, what was measured stays in the record,
// and the error is ctx's.
func Bench(ctx context.Context, o Options) (err error) {
	if err := checkPlan(o.Plan); err != nil {
		return err
	}
	began := time.Now()
	l, err := lab.Open(ctx, o.Root, o.Progress.Line)
	if err != nil {
		return err
	}
	defer cleaning(ctx, &err, l.Close)
	env, err := environment(ctx, l, o.Root)
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

	b := &bench{
		leastCPU: map[string]time.Duration{},
		rig:      rig{lab: l, checks: o.Plan.Checks, fronts: map[string]builds{}}, plan: o.Plan, progress: o.Progress, w: w, serverCPUs: env.ServerCPUs, before: before,
		images: map[string]lab.Image{}, failed: map[string]bool{}, ceilings: map[string]record.Calibration{},
		began: began, settled: o.Settled, measured: record.Run{Plan: o.Plan},
	}
	defer func() { err = errors.Join(err, b.rig.remove()) }()
	if err := b.build(ctx); err != nil {
		return err
	}
	if err := b.conform(ctx); err != nil {
		return err
	}
	if err := b.rounds(ctx, env.GeneratorCPUs); err != nil {
		return err
	}
	end := record.End{Ended: time.Now().UTC(), Took: time.Since(began), PeakMemory: peakMemory()}
	if o.Plan.Budget.Within > 0 {
		end.Rounds, end.Because = b.made, b.because
	}
	if err := w.End(end); err != nil {
		return err
	}
	if len(b.failed) > 0 {
		return fmt.Errorf("%w: %s", ErrVariant, strings.Join(slices.Sorted(maps.Keys(b.failed)), ", "))
	}
	return nil
}

// bench is a run under way.
type bench struct {
	rig
	plan         Plan
	before       done
	progress     Progress
	w            *record.Writer
	serverCPUs   string
	generatorRef string
	generator    *lab.Generator

	ceilings map[string]record.Calibration // by load: what the generator can do with it
	sentinel *sentinel                     // nil where there is none
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
func (b *bench) arms() []variants.Variant {
	var arms []variants.Variant
	for _, name := range b.plan.Variants {
		if v, ok := variants.Find(name); ok {
			arms = append(arms, v)
		}
	}
	return arms
}

// visited are the arms of a round: the plan's variants, and the control under its own name.
func (b *bench) visited() []variants.Variant {
	arms := b.arms()
	if v, ok := variants.Find(b.plan.Control); ok {
		v.Name = record.ControlArm
		arms = append(arms, v)
	}
	return arms
}

// fail notes that a variant is not as it should be, and tells the first line of why.
func (b *bench) fail(v variants.Variant, why string) {
	b.failed[v.Name] = true
	line, _, _ := strings.Cut(why, "\n")
	b.progress.Line("%s: %s", v.Name, line)
}

// cleaning calls a clean-up with time of its own, since ctx may have ended, and joins its error to err.
func cleaning(ctx context.Context, err *error, cleanUp func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpWithin)
	defer cancel()
	*err = errors.Join(*err, cleanUp(ctx))
}

// build builds the application's files, the load generator, and every variant of the plan.
func (b *bench) build(ctx context.Context) error {
	b.progress.Line("building the application")
	var err error
	if b.dist, err = buildDist(ctx, b.lab, "", lab.Usual); err != nil {
		return err
	}
	if !b.plan.Unchecked {
		if b.next, err = buildDist(ctx, b.lab, "", lab.Next); err != nil {
			return err
		}
	}
	if b.plan.Rounds > 0 {
		b.progress.Line("building the load generator")
		if b.generatorRef, err = b.lab.Build(ctx, "generator"); err != nil {
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
		built, img := buildVariant(ctx, b.lab, v)
		if err := ctx.Err(); err != nil {
			return err
		}
		if built.Err == "" {
			b.images[v.Name] = img
			if _, err := b.of(ctx, v); err != nil { // now, not between two measurements
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
func (b *bench) conform(ctx context.Context) (err error) {
	if b.plan.Unchecked {
		return nil
	}
	// Its processes end before anything is measured.
	unchecked := slices.ContainsFunc(b.arms(), func(v variants.Variant) bool {
		_, checked := b.before.reports[v.Name]
		return !v.Floor && !checked
	})
	if len(b.checks) == 0 && unchecked {
		browser, startErr := chromium.Start(ctx)
		if startErr != nil {
			b.progress.Line("what needs a browser is not checked: %v", startErr)
		} else {
			b.browser = browser
			defer func() { err = errors.Join(err, browser.Close()) }()
		}
	}
	for _, v := range b.arms() {
		img, built := b.images[v.Name]
		if v.Floor || !built {
			continue
		}
		c, is := b.before.reports[v.Name]
		if !is {
			b.progress.Line("checking %s", v.Name)
			c = b.conformance(ctx, v, img.Refs)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if c.Err != "" {
			b.fail(v, c.Err)
			delete(b.images, v.Name) // it would only cost every round its time to become ready
		} else if err := c.Report.Err(); err != nil && v.Recipe == "" { // of a recipe, what fails is the finding
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
