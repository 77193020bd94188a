// Package bench makes measured runs: it builds the variants of a plan, checks that they conform, measures them in
// interleaved rounds, and records every result as soon as it is known.
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

	"spabench/harness/internal/built"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/sentinel"
	"spabench/variants"
)

// Options of a run.
type Options struct {
	Root     string // the project's folder
	Prefix   string // of the names of images, containers and networks; "" means lab.Prefix
	Record   string // the file to create, to which every result is appended when it is known
	Plan     Plan
	Added    []rig.Added   // the servers of the plan that are not in the catalogue
	Theirs   *built.Folder // the build that the variants serve in place of our app; nil for our app
	Resume   bool          // continue the interrupted run in Record, whose plan must be Plan
	Progress rig.Progress

	// Settled reports whether every headline interval of the run so far is within this fraction of its centre. It is
	// called after each round of a plan whose budget has such a bound.
	Settled func(run record.Run, within float64) bool

	// Together ends the run before its rounds if a variant could not be built or checked, since the others alone show
	// nothing.
	Together bool

	// Accepts is told where the run is to be measured, before anything is built or recorded. Its error ends the run.
	// If it is nil, any place will do.
	Accepts func(env record.Env) error

	// StartTimeout is that of [rig.Rig].
	StartTimeout time.Duration
}

// Run makes a run. A variant that fails is recorded and the others go on; the error then is [rig.ErrVariant]. When ctx
// ends, all containers, networks and volumes are removed, what was measured stays in the record, and the error is
// ctx's.
func Run(ctx context.Context, o Options) (err error) {
	if err := checkPlan(o.Plan, o.Added...); err != nil {
		return err
	}
	if err := checkTheirs(o.Plan.App, o.Theirs); err != nil {
		return err
	}
	began := time.Now()
	l, err := lab.Open(ctx, o.Root, cmp.Or(o.Prefix, lab.Prefix), o.Progress.Line)
	if err != nil {
		return err
	}
	defer rig.CleanUp(ctx, &err, l.Close)
	defer func() {
		if kept := l.Kept(); kept != "" {
			o.Progress.Line("%s", kept)
		}
	}()
	b, err := newRun(ctx, o, l, began)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Rig.Remove(), b.w.Close()) }()
	for _, step := range []func(context.Context) error{b.obtain, b.build, b.conform, b.rounds} {
		if o.Together && len(b.failed) > 0 || b.nothingLeft() {
			break
		}
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := b.w.End(b.end()); err != nil {
		return err
	}
	if len(b.failed) > 0 {
		return fmt.Errorf("%w: %s", rig.ErrVariant, strings.Join(slices.Sorted(maps.Keys(b.failed)), ", "))
	}
	return nil
}

// benchRun is a run in progress.
type benchRun struct {
	rig.Rig
	plan     Plan
	progress rig.Progress
	w        *record.Writer
	earlier  earlierResults

	theirs  *built.Folder                 // nil for our app
	added   map[string]rig.Added          // by name: the servers that are not in the catalogue
	known   map[string]variants.Variant   // and the variants that start them; those that serve somebody's build, too
	images  map[string]lab.Image          // by variant: those that were built and could be started
	reports map[string]record.Conformance // by variant: those that could be checked
	failed  map[string]bool               // by variant: those with which something is wrong

	serverCPUs    string
	generatorCPUs string
	generatorRef  string
	generator     *lab.Generator
	ceilings      map[string]record.Calibration // by load: what the generator can do
	sentinel      *sentinel.Sentinel            // nil where nothing can be watched

	began       time.Time // when the run began, or was resumed
	roundsBegan time.Time
	settled     func(run record.Run, within float64) bool
	measured    record.Run // the plan, and the rounds so far
	roundsMade  int
	stopReason  string // why there were no more rounds, in a plan that leaves their number open
}

// newRun checks whether the plan is possible here, and opens the record.
func newRun(ctx context.Context, o Options, l *lab.Lab, began time.Time) (*benchRun, error) {
	env, err := rig.ReadEnv(ctx, l, o.Root)
	if err != nil {
		return nil, err
	}
	if o.Accepts != nil {
		if err := o.Accepts(env); err != nil {
			return nil, err
		}
	}
	if err := checkLimits(ctx, l, o.Plan.Limits, env.ServerCPUs); err != nil {
		return nil, err
	}
	w, earlier, err := o.open(record.Run{Schema: record.Schema, Started: began.UTC(), Env: env, Plan: o.Plan})
	if err != nil {
		return nil, err
	}
	g := rig.New(l)
	g.Checks, g.StartTimeout = o.Plan.Checks, o.StartTimeout
	added, known := map[string]rig.Added{}, map[string]variants.Variant{}
	for _, a := range o.Added {
		added[a.Name], known[a.Name] = a, a.Variant()
	}
	return &benchRun{
		theirs: o.Theirs, added: added, known: known, reports: map[string]record.Conformance{},
		Rig: g, plan: o.Plan, progress: o.Progress, w: w, earlier: earlier,
		images: map[string]lab.Image{}, failed: map[string]bool{},
		serverCPUs: env.ServerCPUs, generatorCPUs: env.GeneratorCPUs,
		ceilings: map[string]record.Calibration{},
		began:    began, settled: o.Settled, measured: record.Run{Schema: record.Schema, Plan: o.Plan},
	}, nil
}

// nothingLeft reports whether of all that was to be measured nothing could be built and started but the baseline, whose
// rounds alone would show nothing.
func (b *benchRun) nothingLeft() bool {
	wanted := 0
	for _, v := range b.arms() {
		if v.Kind == variants.Baseline {
			continue
		}
		wanted++
		if _, ok := b.images[v.Name]; ok || !b.failed[v.Name] {
			return false
		}
	}
	if wanted == 0 || b.plan.Rounds == 0 {
		return false
	}
	b.progress.Line("nothing is left to measure but the baseline: no rounds are made")
	return true
}

func (b *benchRun) end() record.End {
	end := record.End{Ended: time.Now().UTC(), Took: time.Since(b.began), PeakMemory: rig.PeakMemory()}
	if b.plan.Budget.Within > 0 {
		end.Rounds, end.Because = b.roundsMade, b.stopReason
	}
	return end
}

// arms are the plan's variants, in its order.
func (b *benchRun) arms() []variants.Variant {
	var arms []variants.Variant
	for _, name := range b.plan.Variants {
		if v, ok := b.find(name); ok {
			arms = append(arms, v)
		}
	}
	return arms
}

// find finds a variant of the catalogue, or an added server.
func (b *benchRun) find(name string) (variants.Variant, bool) {
	if v, ok := b.known[name]; ok {
		return v, true
	}
	return variants.Find(name)
}

// armsOfRound are the plan's variants, and the A/A control under its own name.
func (b *benchRun) armsOfRound() []variants.Variant {
	arms := b.arms()
	if v, ok := b.find(b.plan.Control); ok {
		v.Name = record.ControlArm
		arms = append(arms, v)
	}
	return arms
}

// fail notes that something is wrong with a variant, and shows the first line of the reason. The first time it also
// shows the end of the output, in which the variant itself may say why.
func (b *benchRun) fail(v variants.Variant, reason, log string) {
	again := b.failed[v.Name]
	b.failed[v.Name] = true
	line, _, _ := strings.Cut(reason, "\n")
	b.progress.Line("%s: %s", v.Name, line)
	if log = strings.TrimSpace(log); log == "" || again {
		return
	}
	for line := range strings.Lines(log) {
		b.progress.Line("  %s", strings.TrimRight(line, "\r\n"))
	}
}
