package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
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
	runs, rounds int
	seed         uint64
	score        string
	results      resultsFlags
}

func trustCommand() *cobra.Command {
	f := trustFlags{results: resultsFlags{
		record: filepath.Join(pilotName, "run.jsonl"), howToResume: "--resume --out %s",
		settled: []string{"rounds", "seed"},
	}}
	c := &cobra.Command{
		Use:   "trust",
		Short: "Test the benchmark itself: an A/A test and planted regressions",
		Long: `Find out how far the benchmark can be trusted. A series of runs measures one variant, the same variant
again (an A/A test), and five regressions of known size planted in it: 10% and 5% more CPU time, 2 ms more on 2% of the
answers, one megabyte more in the image, and a start that takes 50 ms longer. The score has the false positives,
differences reported between identical things, and how often each regression was found: within each run, where all take
turns in every round, and from each run to the next, as spabench compare would report it. All comparisons have the
confidence of a run's headline. A pilot run measures first how much a tenth of the CPU time is. The plan is short: the
page load alone, and no conformance checks.

Exit code 1 if the series misses what it must show: at least 20 runs of at least 9 rounds (by default 16); in at least
300 headline verdicts on identical things, at most 1% false positives; each regression found within at least 95% of the
runs (5% more CPU time: 80%), and 10% more CPU time in at least 9 of 10 pairs of consecutive runs. A series with fewer
runs is too short to show it.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	f.register(c.Flags())
	return c
}

func (f *trustFlags) register(flags *pflag.FlagSet) {
	flags.IntVar(&f.runs, "runs", 19,
		"`number` of pairs of consecutive runs; the series has one run more; with --resume, the total")
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
	folder, err := f.results.folder(flags, root, "trust")
	if err != nil {
		return err
	}
	if !flags.Changed("seed") {
		f.seed = rand.Uint64N(1 << 52) // JSON readers that use float64 keep it and those after it exactly
	}
	pilot := bench.PilotPlan(f.seed)
	command := fmt.Sprintf("--runs %d --seed %d", f.runs, f.seed)
	if f.rounds > 0 {
		pilot.Rounds = f.rounds
		command += fmt.Sprintf(" --rounds %d", f.rounds)
	}
	pilot.Command = fmt.Sprintf("make trust ARGS=%q", command)
	return runTrust(cmd, folder, f.runs, pilot)
}

// runTrust makes the series, or what is missing of it, and writes its page.
func runTrust(cmd *cobra.Command, folder *resultsFolder, comparisons int, pilot bench.Plan) error {
	measured, err := makeRun(cmd, folder, pilotName, "pilot run", pilot, "seed", "rounds", "command")
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
	for n := range comparisons + 1 {
		plan := bench.TrustPlan(measured.Plan.Seed+uint64(n)+1, time.Duration(cpu.Centre))
		plan.Rounds, plan.Command = measured.Plan.Rounds, measured.Plan.Command
		run, err := makeRun(cmd, folder, runName(n+1), fmt.Sprintf("run %d of %d", n+1, comparisons+1), plan)
		if err != nil && !errors.Is(err, rig.ErrVariant) {
			return err
		}
		failed = errors.Join(failed, err)
		if changes := record.Differences(measured.Env, run.Env); len(changes) > 0 {
			return fmt.Errorf("run %s in %s was not measured where and as the pilot run was; "+
				"measure the whole series again, into another folder:%s", runName(n+1), folder.path, listed(changes))
		}
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

// makeRun makes the run of this name in the series' folder, continues the one that was cut off there, or keeps the
// complete one. A run that is there must have the plan, apart from the fields of it that its record settles.
func makeRun(
	cmd *cobra.Command, series *resultsFolder, name, title string, plan bench.Plan, settled ...string,
) (record.Run, error) {
	p := newProgress(cmd.ErrOrStderr())
	folder := &resultsFolder{root: series.root, path: filepath.Join(series.path, name), record: "run.jsonl"}
	o := bench.Options{Root: folder.root, Record: folder.file(), Plan: plan, Progress: p}
	if folder.isRecorded() {
		run, err := record.Read(folder.file())
		if cut := new(record.TruncatedError); err != nil && !errors.As(err, &cut) {
			return record.Run{}, err
		}
		if changes := record.Differences(plan, run.Plan, settled...); len(changes) > 0 {
			return record.Run{}, fmt.Errorf("the run in %s has another plan, so it is not part of this series; "+
				"move it away:%s", folder.path, listed(changes))
		}
		if run.End != nil {
			p.Line("%s: already complete", title)
			return run, nil
		}
		o.Plan, o.Resume = run.Plan, true
	} else {
		folder.discard() // an empty file, if it was cut off before its first line
	}
	if err := folder.make(); err != nil {
		return record.Run{}, fmt.Errorf("%s: %w", title, err)
	}
	p.Line("%s", title)
	benchErr := bench.Run(cmd.Context(), o)
	p.finish()
	if !folder.isRecorded() {
		folder.discard()
		return record.Run{}, benchErr
	}
	if benchErr != nil && !errors.Is(benchErr, rig.ErrVariant) {
		if errors.Is(benchErr, context.Canceled) {
			benchErr = fmt.Errorf("%w; to resume: spabench trust --resume --out %s", benchErr, series.path)
		}
		return record.Run{}, benchErr
	}
	run, err := record.Read(folder.file())
	return run, errors.Join(benchErr, err)
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
func holdTrust(w io.Writer, score table.Trust) error {
	if err := score.Text(w); err != nil {
		return err
	}
	if !score.Holds() {
		return errNonconforming
	}
	return nil
}

// pilotName is the folder, in that of a series, of the run before all others.
const pilotName = "pilot"

// runName is the folder, in that of a series, of the run with this number, from 1.
func runName(n int) string { return fmt.Sprintf("%02d", n) }

func runFile(dir string, n int) string { return filepath.Join(dir, runName(n), "run.jsonl") }

// readSeries reads the complete runs of a series, up to the first that was cut off.
func readSeries(dir string) ([]record.Run, error) {
	var series []record.Run
	for n := 1; ; n++ {
		run, err := record.Read(runFile(dir, n))
		cut := new(record.TruncatedError)
		switch {
		case errors.Is(err, os.ErrNotExist) && n == 1:
			return nil, fmt.Errorf("read the series in %s: it contains no run: %w", dir, err)
		case errors.Is(err, os.ErrNotExist), err == nil && run.End == nil, errors.As(err, &cut):
			return series, nil
		case err != nil:
			return nil, err
		}
		series = append(series, run)
	}
}

// scoreSeries scores what readSeries reads.
func scoreSeries(dir string) (table.Trust, error) {
	series, err := readSeries(dir)
	if err != nil {
		return table.Trust{}, err
	}
	return table.Score(series)
}

// recordedSeries scores every series in the results folder that has a complete run.
func recordedSeries(root string) ([]table.PublishedTrust, error) {
	first, err := filepath.Glob(runFile(filepath.Join(root, "results", "*"), 1))
	if err != nil {
		return nil, err
	}
	var all []table.PublishedTrust
	for _, file := range first {
		dir := filepath.Dir(filepath.Dir(file))
		series, err := readSeries(dir)
		if err != nil {
			return nil, err
		}
		if len(series) == 0 { // the first run was cut off
			continue
		}
		score, err := table.Score(series)
		if err != nil {
			return nil, err
		}
		all = append(all, table.PublishedTrust{Name: filepath.Base(dir), Trust: score})
	}
	return all, nil
}
