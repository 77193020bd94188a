package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"spabench/harness/internal/bench"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/table"
)

// trustFlags say how many runs the series has, and where they go.
type trustFlags struct {
	duels        bool
	runs, rounds int
	seed         uint64
	score        string
	results      resultsFlags
}

func trustCommand() *cobra.Command {
	f := trustFlags{results: resultsFlags{
		howToResume: "--resume --out %s", settled: []string{"duels", "rounds", "seed"},
	}}
	c := &cobra.Command{
		Use:   "trust",
		Short: "Test the benchmark itself: an A/A test and planted regressions",
		Long: `Find out how far the benchmark can be trusted. A series of runs measures one variant, the same variant
again (an A/A test), and five regressions of known size planted in it: 10% and 5% more CPU time, 2 ms more on 2% of the
answers, one megabyte more in the image, and a start that takes 50 ms longer. The score has the false positives
(differences reported between identical things) and how often each regression was found: within each run, where all take
turns in every round, and from each run to the next, as spabench compare would report it. All comparisons have the
confidence of a run's headline. A pilot run measures first how much a tenth of the CPU time is. The plan is short: the
page load alone, and no conformance checks.

With --duels, the runs are those of spabench duel, between the variant and itself with 10% more CPU time; each run is a
duel, and the next one is the set of rounds that confirms it.

Exit code 1 if the series misses what it must show: at least 20 runs of at least 9 rounds (by default 16); in at least
300 headline verdicts on identical things, at most 1% false positives; each regression found within at least 95% of the
runs (5% more CPU time: 80%), and 10% more CPU time in at least 9 of 10 pairs of consecutive runs. A series with fewer
runs is too short to show it. With --duels: at least 20 duels, of which at least 95% find the planted CPU time, and at
most 1 in 20 calls the same variant different.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	f.register(c.Flags())
	return c
}

func (f *trustFlags) register(flags *pflag.FlagSet) {
	flags.BoolVar(&f.duels, "duels", false, "test duels, with a series of them")
	flags.IntVar(&f.runs, "runs", 0, fmt.Sprintf("`number` of pairs of consecutive runs, so that 19 make a series of "+
		"20 runs; with --resume, the total (default %d; with --duels %d)", runSeries.pairs, duelSeries.pairs))
	flags.IntVar(&f.rounds, "rounds", 0, "`number` of rounds in each run (default: the plan's)")
	f.results.registerOut(flags, "trust")
	flags.BoolVar(&f.results.resume, "resume", false,
		"resume the series in the folder that --out names: complete runs are kept, an interrupted one is continued")
	flags.StringVar(&f.score, "score", "", "only score the series in this `folder` again")
	flags.Uint64Var(&f.seed, "seed", 0,
		"random seed for the order within each round, a whole `number`; "+
			"each run adds one (default random; it is recorded)")
}

func (f *trustFlags) run(cmd *cobra.Command) error {
	flags := cmd.Flags()
	if f.score != "" {
		t, err := scoreSeries(f.score)
		if err != nil {
			return err
		}
		return holdTrust(cmd.OutOrStdout(), t)
	}
	kind := f.kind()
	f.results.record = filepath.Join(pilotName, kind.record)
	if !flags.Changed("runs") {
		f.runs = kind.pairs
	}
	if f.runs < 1 {
		return fmt.Errorf("--runs %d: give 1 or more; the series must have at least 20 runs, which --runs 19 makes",
			f.runs)
	}
	if flags.Changed("rounds") && f.rounds < 1 {
		return tooFewRounds(f.rounds)
	}
	root, err := projectRoot()
	if err != nil {
		return err
	}
	folder, err := f.results.folder(flags, root, kind.name)
	if err != nil {
		return err
	}
	if !flags.Changed("seed") {
		f.seed = rand.Uint64N(1 << 52) // JSON readers that use float64 keep it and those after it exactly
	}
	pilot := bench.PilotPlan(f.seed)
	command := fmt.Sprintf("%s--runs %d --seed %d", kind.flags, f.runs, f.seed)
	pilot.Rounds = kind.plan(f.seed, 0).Rounds
	if f.rounds > 0 {
		pilot.Rounds = f.rounds
		command += fmt.Sprintf(" --rounds %d", f.rounds)
	}
	pilot.Command = fmt.Sprintf("make trust ARGS=%q", command)
	return runTrust(cmd, kind, folder, f.runs, pilot)
}

// kind is that of the series that is resumed, or of the one that the flags ask for.
func (f *trustFlags) kind() trustKind {
	switch {
	case f.results.resume:
		return kindIn(f.results.out)
	case f.duels:
		return duelSeries
	}
	return runSeries
}

// runTrust makes the series, or what is missing of it, and writes its page.
func runTrust(cmd *cobra.Command, kind trustKind, folder *resultsFolder, pairs int, pilot bench.Plan) error {
	measured, err := makeRun(cmd, folder, seriesRun{
		name: pilotName, title: "pilot run", plan: pilot, settled: []string{"seed", "rounds", "command"},
	})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(table.Metrics(), func(m table.Metric) bool { return m.Name == "page-cpu" })
	cpu := table.Value(measured, measured.Plan.Variants[0], table.Metrics()[i])
	if cpu.N == 0 {
		return fmt.Errorf("plant the CPU time: the pilot run in %s did not measure the CPU time of a page: %s",
			folder.path, cpu.Warning)
	}
	var failed error
	for n := range pairs + 1 {
		r := seriesRun{name: runName(n + 1), title: fmt.Sprintf("run %d of %d", n+1, pairs+1)}
		r.plan = kind.plan(measured.Plan.Seed+uint64(n)+1, time.Duration(cpu.Centre))
		r.plan.Rounds, r.plan.Command = measured.Plan.Rounds, measured.Plan.Command
		r.accepts = func(env record.Env) error { return asPilot(folder, r.name, measured.Env, env) }
		_, err := makeRun(cmd, folder, r)
		if err != nil && !errors.Is(err, rig.ErrVariant) {
			return err
		}
		failed = errors.Join(failed, err)
	}
	score, err := scoreSeries(folder.path)
	if err != nil {
		return errors.Join(failed, err)
	}
	page, err := score.Page(folder.name())
	contents := "a folder for each run, and README.md (the score)\n"
	if err := folder.publish(cmd.ErrOrStderr(), contents, page, err); err != nil {
		return errors.Join(failed, err)
	}
	return errors.Join(failed, holdTrust(cmd.OutOrStdout(), score))
}

// asPilot returns an error unless a run of this name is measured where and as the pilot run was.
func asPilot(series *resultsFolder, name string, pilot, env record.Env) error {
	changes := record.Differences(pilot, env)
	if len(changes) == 0 {
		return nil
	}
	return fmt.Errorf("run %s in %s is not measured where and as the pilot run was; "+
		"measure the whole series again, into another folder:%s", name, series.path, listed(changes))
}

// seriesRun is a run of a series.
type seriesRun struct {
	name, title string
	plan        bench.Plan
	settled     []string               // fields of the plan that the record settles, if there is one
	accepts     func(record.Env) error // an error if a run measured there is not one of the series; nil: any is
}

// makeRun makes a run in the series' folder, continues the one that was cut off there, or keeps the complete one. A run
// that is there must have the plan.
func makeRun(cmd *cobra.Command, series *resultsFolder, r seriesRun) (record.Run, error) {
	p := newProgress(cmd.ErrOrStderr())
	folder := &resultsFolder{
		root: series.root, path: filepath.Join(series.path, r.name), record: filepath.Base(series.record),
	}
	o := bench.Options{Plan: r.plan, Accepts: r.accepts}
	if folder.isRecorded() {
		run, err := record.Read(folder.file())
		if cut := new(record.TruncatedError); err != nil && !errors.As(err, &cut) {
			return record.Run{}, err
		}
		if changes := record.Differences(r.plan, run.Plan, r.settled...); len(changes) > 0 {
			return record.Run{}, fmt.Errorf("the run in %s has another plan, so it is not part of this series; "+
				"move it away:%s", folder.path, listed(changes))
		}
		if r.accepts != nil {
			if err := r.accepts(run.Env); err != nil {
				return record.Run{}, err
			}
		}
		if run.End != nil {
			p.Line("%s: already complete", r.title)
			return run, nil
		}
		o.Plan, o.Resume = run.Plan, true
	} else {
		folder.discard() // an empty file, if it was cut off before its first line
	}
	p.Line("%s", r.title)
	run, err := folder.measure(cmd.Context(), p, o)
	if errors.Is(err, context.Canceled) && series.isRecorded() {
		err = fmt.Errorf("%w; to resume: spabench trust --resume --out %s", err, series.path)
	}
	return run, err
}

// listed writes each difference on a line of its own, below the one before.
func listed(changes []record.Difference) string {
	var b strings.Builder
	for _, d := range changes {
		b.WriteString("\n  " + d.String())
	}
	return b.String()
}

// holdTrust prints the score. One that misses a threshold is errNonconforming.
func holdTrust(w io.Writer, score trustScore) error {
	if err := score.Text(w); err != nil {
		return err
	}
	if !score.Holds() {
		return errNonconforming
	}
	return nil
}
