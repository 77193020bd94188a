// Package rig builds variants, starts them, sends them requests and removes them: what the conformance suite, the bench
// and the tests of claims share.
package rig

import (
	"cmp"
	"context"
	"errors"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/spatest"
	"spabench/variants"
)

// Rig is what a run lends to every variant that it starts. Make one with [New] or [Open].
type Rig struct {
	Lab *lab.Lab

	// Builds are those of the React app. In a rig that [Rig.For] returned, they are of the variant's front end.
	Builds

	Browser spatest.Browser // nil if none is installed
	Checks  []string        // the checks and groups that are run; empty means all

	// StartTimeout is how long a variant may take from the first start call to its first correct responses; 0 means
	// [ReadyWithin], and for an added server [AddedReadyWithin].
	StartTimeout time.Duration

	stacks map[string]*lab.Stack // by the Stack of variants: the Compose projects that are added servers
	fronts *fronts               // builds of other front ends
}

// ReadyWithin is the default of [Rig.StartTimeout].
const ReadyWithin = 30 * time.Second

// AddedReadyWithin is more, since nobody here knows what an added server does before it listens.
const AddedReadyWithin = 2 * time.Minute

// Builds are two builds of the app: the one that variants serve, and the one that checks deploy after it.
type Builds struct{ Dist, Next Dist }

func (b Builds) remove() error { return errors.Join(b.Dist.Remove(), b.Next.Remove()) }

// New returns a rig without any build.
func New(l *lab.Lab) Rig {
	return Rig{Lab: l, fronts: &fronts{builds: map[string]Builds{}}, stacks: map[string]*lab.Stack{}}
}

// Open connects to the engine, makes the base images ready, and builds the app. Root is the project's folder.
func Open(ctx context.Context, root string, p Progress) (Rig, error) {
	l, err := lab.Open(ctx, root, lab.Prefix, p.Line)
	if err != nil {
		return Rig{}, err
	}
	g := New(l)
	p.Line("building the app")
	if g.Dist, err = BuildDist(ctx, l, "", lab.Usual); err != nil {
		CleanUp(ctx, &err, l.Close)
	}
	return g, err
}

// Close removes everything that was made, except for images.
func (g Rig) Close(ctx context.Context) (err error) {
	CleanUp(ctx, &err, g.Lab.Close)
	return errors.Join(err, g.Remove())
}

// Remove removes the copies of all builds.
func (g Rig) Remove() error {
	err := g.Builds.remove()
	for _, s := range g.stacks {
		CleanUp(context.Background(), &err, s.Close)
	}
	return errors.Join(err, g.fronts.remove())
}

// For returns the rig with the builds of the variant's front end, which are made when they are first needed. For an
// added server, none are known.
func (g Rig) For(ctx context.Context, v variants.Variant) (Rig, error) {
	switch {
	case v.Kind == variants.Added:
		g.Builds = Builds{}
		return g, nil
	case v.Front == "":
		return g, nil
	}
	b, err := g.fronts.build(ctx, g.Lab, v.Front)
	if err != nil {
		return g, err
	}
	g.Builds = b
	return g, nil
}

func (g Rig) startTimeout(r *lab.Running) time.Duration {
	if r.Added() {
		return cmp.Or(g.StartTimeout, AddedReadyWithin)
	}
	return cmp.Or(g.StartTimeout, ReadyWithin)
}

// ErrVariant says that the run is complete, but that not all of its variants did what they should.
var ErrVariant = errors.New("some variants did not build, start, respond correctly or conform")

// Progress is told how a run is going. Its methods are called from one goroutine.
type Progress interface {
	Line(format string, args ...any)      // one line for people
	Step(done, total int, current string) // done of total steps are over, and the current one is about to begin
}
