// Package witness checks the load generator with a second one that has no code in common with it, h2load: both send
// the same load to the same containers by turns, and the CPU time that it costs the server is read in the same way for
// both.
//
// The witness is h2load because it can send at a fixed rate, in an open loop as long as answers take less than 16 ms
// (one request at a time on each of 16 connections that are kept alive), and logs the times of each request. wrk, the
// other generator in Debian, knows only a closed loop: it sends the next request when the last one has been answered,
// so its rate is the server's.
package witness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// Options say what is measured.
type Options struct {
	Root     string // the project's folder
	Prefix   string // of what is made, lab.TestPrefix in tests; "" is lab.Prefix
	File     string // where the run is written, after each round
	Command  string // repeats this run
	Variants []variants.Variant
	Load     record.Load // of the page alone; Duration and LeadIn are those of each slice
	Rounds   int
	Turns    int // in each round
	Seed     uint64
	Progress rig.Progress
}

// check says what is wrong with the options.
func (o Options) check() error {
	l := o.Load
	switch {
	case o.Rounds < 1 || o.Turns < 1:
		return fmt.Errorf("witness: %d rounds of %d turns: give at least one of each", o.Rounds, o.Turns)
	case len(o.Variants) == 0:
		return errors.New("witness: no variants")
	case l.Visit != "" || l.Method != "" || l.Path != "/" || l.Container != "":
		return fmt.Errorf("witness: load %s does not ask for the page alone", l.Name)
	case l.Rate < 1 || l.Duration <= 0 || l.LeadIn <= 0:
		return fmt.Errorf("witness: load %s: rate %d/s, duration %s and lead-in %s must be positive",
			l.Name, l.Rate, l.Duration, l.LeadIn)
	case l.Connections*clientRate < l.Rate:
		return fmt.Errorf("witness: h2load sends %d/s evenly on %d connections or more, not %d",
			l.Rate, (l.Rate+clientRate-1)/clientRate, l.Connections)
	}
	return nil
}

// Run makes a run. When ctx ends, nothing but images is left behind, and the complete rounds are in the file.
func Run(ctx context.Context, o Options) (run record.Witness, err error) {
	if err := o.check(); err != nil {
		return run, err
	}
	l, err := lab.Open(ctx, o.Root, cmp.Or(o.Prefix, lab.Prefix), o.Progress.Line)
	if err != nil {
		return run, err
	}
	defer rig.CleanUp(ctx, &err, l.Close)
	if !l.Local() {
		return run, errors.New("witness: this reads CPU time while the servers are under load, " +
			"which takes an engine on this machine's own kernel")
	}
	env, err := rig.ReadEnv(ctx, l, o.Root)
	if err != nil {
		return run, err
	}
	b := &bench{
		Rig: rig.New(l), Options: o, env: env, header: browser.Header("document", o.Load.Coding),
		random: rand.New(rand.NewPCG(o.Seed, 0)), refs: map[string][]string{},
	}
	defer func() { err = errors.Join(err, b.Remove()) }()
	defer rig.CleanUp(ctx, &err, b.removeGenerators)
	if err := b.prepare(ctx); err != nil {
		return run, err
	}
	return b.rounds(ctx)
}

// bench is a run in progress.
type bench struct {
	rig.Rig
	Options
	env    record.Env
	header http.Header // of each request
	random *rand.Rand

	refs         map[string][]string // images by variant
	ours, theirs *lab.Generator
	run          record.Witness
}

// prepare builds everything, starts both generators, and begins the record.
func (b *bench) prepare(ctx context.Context) (err error) {
	b.Progress.Line("building the app")
	if b.Dist, err = rig.BuildDist(ctx, b.Lab, "", lab.Usual); err != nil {
		return err
	}
	b.Progress.Line("building the load generators")
	if b.ours, err = b.startGenerator(ctx, "generator"); err != nil {
		return err
	}
	if b.theirs, err = b.startGenerator(ctx, "witness"); err != nil {
		return err
	}
	client, err := version(ctx, b.theirs)
	if err != nil {
		return err
	}
	for _, v := range b.Variants {
		b.Progress.Line("building %s", v.Name)
		if b.refs[v.Name], err = rig.BuildImages(ctx, b.Lab, v); err != nil {
			return err
		}
	}
	b.run = record.Witness{
		Schema: record.WitnessSchema, Started: time.Now().UTC(), Env: b.env, Command: b.Command,
		Client: client, Invocation: b.invocation(), Variants: variants.Names(b.Variants),
		Load: b.Load, Rounds: b.Rounds, Turns: b.Turns, Seed: b.Seed, Slices: []record.Witnessed{},
	}
	for _, v := range b.Variants {
		if v.Kind == variants.Baseline {
			b.run.Baseline = v.Name
		}
	}
	return b.run.Write(b.File)
}

// startGenerator builds a generator's image, and starts its container on the generator's CPUs.
func (b *bench) startGenerator(ctx context.Context, name string) (*lab.Generator, error) {
	ref, err := b.Lab.Build(ctx, name)
	if err != nil {
		return nil, err
	}
	return b.Lab.StartGenerator(ctx, ref, b.env.GeneratorCPUs)
}

func (b *bench) removeGenerators(ctx context.Context) error {
	var errs []error
	for _, g := range []*lab.Generator{b.ours, b.theirs} {
		if g != nil {
			errs = append(errs, g.Remove(ctx))
		}
	}
	return errors.Join(errs...)
}

func (b *bench) invocation() []string {
	return invocation(b.Load, b.header, b.Load.LeadIn+b.Load.Duration)
}

// rounds makes all rounds, and writes the run after each.
func (b *bench) rounds(ctx context.Context) (record.Witness, error) {
	for n := 1; n <= b.Rounds; n++ {
		made, err := b.round(ctx, n)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return b.run, fmt.Errorf("round %d: %w", n, err)
		}
		b.run.Slices = append(b.run.Slices, made...)
		if n == b.Rounds {
			ended := time.Now().UTC()
			b.run.Ended = &ended
		}
		if err := b.run.Write(b.File); err != nil {
			return b.run, err
		}
	}
	return b.run, nil
}
