package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"spabench/harness/internal/bench"
	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
	"spabench/harness/internal/witness"
	"spabench/variants"
)

// The slices of a run with two generators. Each is a command in a container, which takes a tenth of a second to start,
// so they are longer than those of a bench.
const (
	witnessSlice  = time.Second
	witnessLeadIn = 100 * time.Millisecond
)

// witnessFlags say what both load generators are compared on.
type witnessFlags struct {
	only          []string
	rounds, turns int
	seed          uint64
	results       resultsFlags
}

func witnessCommand() *cobra.Command {
	f := witnessFlags{results: resultsFlags{record: record.WitnessFile}}
	c := &cobra.Command{
		Use:   "witness",
		Short: "Check the load generator with a second, independent one",
		Long: `Check spabench's load generator with a second one that has no code in common with it: h2load, from
Debian's package nghttp2-client, in a container of its own. Both send the page load of the default plan to the same
containers by turns, and for each variant the run says whether they agree within 10% on the server's CPU time per page
and on the median and the 99th percentile of the latency, and if not, by how much they differ. The run is written into a
new folder: ` + record.WitnessFile + ` and README.md.

A disagreement is a finding, not a failure of the run.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	f.register(c.Flags())
	complete(c, "only", func() []string { return variants.Names(variants.Measured()) })
	return c
}

func (f *witnessFlags) register(flags *pflag.FlagSet) {
	flags.StringSliceVar(&f.only, "only", nil,
		"send to these `variants`, comma-separated, and the baseline, instead of all that are measured by default")
	flags.IntVar(&f.rounds, "rounds", 6, "`number` of rounds, each in fresh containers")
	flags.IntVar(&f.turns, "turns", 4, "`number` of turns in each round, one slice of each generator on each variant")
	flags.Uint64Var(&f.seed, "seed", 0,
		"random seed for the order within rounds and turns, a whole `number` (default random; it is recorded)")
	f.results.registerOut(flags, "witness")
}

func (f *witnessFlags) run(cmd *cobra.Command) error {
	flags := cmd.Flags()
	if f.rounds < 1 {
		return fmt.Errorf("--rounds %d: give 1 or more; an interval needs at least 2", f.rounds)
	}
	if f.turns < 1 {
		return fmt.Errorf("--turns %d: give 1 or more", f.turns)
	}
	root, err := projectRoot()
	if err != nil {
		return err
	}
	arms, err := selectVariants(f.only)
	if err != nil {
		return err
	}
	if !flags.Changed("seed") {
		f.seed = rand.Uint64N(1 << 53) // JSON readers that use float64 keep it exactly
	}
	page, err := pageLoad(arms)
	if err != nil {
		return err
	}
	folder, err := f.results.folder(flags, root, "witness")
	if err != nil {
		return err
	}
	return runWitness(cmd, folder, witness.Options{
		Root: root, File: folder.file(), Command: f.reproduce(flags), Variants: arms, Load: page,
		Rounds: f.rounds, Turns: f.turns, Seed: f.seed,
	})
}

// pageLoad is the page load of the default plan, in the slices of a run with two generators.
func pageLoad(arms []variants.Variant) (record.Load, error) {
	loads := bench.DefaultPlan(arms, 0).Loads
	i := slices.IndexFunc(loads, func(l record.Load) bool { return l.Name == "page" })
	if i < 0 {
		return record.Load{}, errors.New("the default plan has no load named page")
	}
	page := loads[i]
	page.Warmup, page.LeadIn, page.Slice, page.Duration = 0, witnessLeadIn, witnessSlice, witnessSlice
	return page, nil
}

// reproduce is the command that repeats the run, the order within its rounds included.
func (f *witnessFlags) reproduce(flags *pflag.FlagSet) string {
	args := []string{fmt.Sprintf("--seed %d", f.seed)}
	flags.Visit(func(flag *pflag.Flag) {
		if flag.Name != "seed" && flag.Name != "out" {
			args = append(args, "--"+flag.Name+" "+strings.Trim(flag.Value.String(), "[]"))
		}
	})
	return fmt.Sprintf("make witness ARGS=%q", strings.Join(args, " "))
}

// runWitness makes the run and writes its page, also when Ctrl-C ended it after a round.
func runWitness(cmd *cobra.Command, folder *resultsFolder, o witness.Options) error {
	if err := folder.make(); err != nil {
		return err
	}
	p := newProgress(cmd.ErrOrStderr())
	o.Progress = p
	run, runErr := witness.Run(cmd.Context(), o)
	p.finish()
	if len(run.Slices) == 0 { // no round was completed: leave nothing behind
		folder.discard()
		return runErr
	}
	if err := table.WitnessText(cmd.OutOrStdout(), run); err != nil {
		return errors.Join(runErr, err)
	}
	page, err := table.WitnessPage(run, folder.name())
	contents := record.WitnessFile + " and README.md (the comparisons)"
	return errors.Join(runErr, folder.publish(cmd.ErrOrStderr(), contents, page, err))
}
