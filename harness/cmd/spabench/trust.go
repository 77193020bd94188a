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
	"time"

	"github.com/spf13/cobra"

	"spabench/harness/internal/bench"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/table"
)

func trustCommand() *cobra.Command {
	var runs, rounds int
	var out, score string
	var resume bool
	var seed uint64
	c := &cobra.Command{
		Use:   "trust",
		Short: "Prove the measurement: find planted regressions, and no others",
		Long: `Make a series of runs of one variant, of the same variant again, and of four regressions of known size that are
planted in it: a tenth more CPU time, 2 ms more on 2% of the answers, a megabyte more in the image, a start 50 ms later.
Write how often the same was called different, and how often each regression was found: within each run, where both are
in every round, and as spabench compare does, each run compared with the next. The plan is short: the page load alone, no
conformance checks.

Exit code 1 if more than 5% of the verdicts on the same call it different, or a regression is found in fewer than 9 of
10 runs.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if score != "" {
				t, err := scoreSeries(score)
				if err != nil {
					return err
				}
				return holdTrust(cmd.OutOrStdout(), t)
			}
			if runs < 1 {
				return fmt.Errorf("--runs %d: give 1 or more; from 10 on the score says something", runs)
			}
			if cmd.Flags().Changed("rounds") && rounds < 1 {
				return fmt.Errorf("--rounds %d: give 1 or more; 6 is the fewest from which an interval of the median reaches 95%%", rounds)
			}
			root, err := projectRoot()
			if err != nil {
				return err
			}
			switch {
			case resume && out == "":
				return errors.New("--resume goes on with the runs in a folder: name it with --out")
			case resume && (cmd.Flags().Changed("rounds") || cmd.Flags().Changed("seed")):
				return errors.New("--resume goes on with the plan of the runs that are there: leave out --rounds and --seed")
			case out == "":
				out = freeName(filepath.Join(root, "results", time.Now().Format(time.DateOnly)+"-trust"))
			}
			if _, err := os.Lstat(pilotFile(out)); err == nil && !resume {
				return fmt.Errorf("--out %s: a series of runs is there already, and runs are never overwritten; choose another folder or move it away, or go on with it: --resume --out %s", out, out)
			}
			if !cmd.Flags().Changed("seed") {
				seed = rand.Uint64N(1 << 52) // every JSON reader keeps it and those after it whole
			}
			pilot := bench.PilotPlan(seed)
			command := fmt.Sprintf("--runs %d --seed %d", runs, seed)
			if rounds > 0 {
				pilot.Rounds = rounds
				command += fmt.Sprintf(" --rounds %d", rounds)
			}
			pilot.Command = fmt.Sprintf("make trust ARGS=%q", command)
			return trust(cmd, root, out, runs, pilot)
		},
	}
	f := c.Flags()
	f.IntVar(&runs, "runs", 10, "compare so many runs with the one before: one more is made; with --resume, in all")
	f.IntVar(&rounds, "rounds", 0, "visits of each variant in a run, instead of the plan's")
	f.StringVar(&out, "out", "", "folder to write into, which must not hold a series yet (default results/<date>-trust)")
	f.BoolVar(&resume, "resume", false, "go on with the series in the folder of --out: whole runs are kept, one that was cut off is finished")
	f.StringVar(&score, "score", "", "make no run: score those in this folder again")
	f.Uint64Var(&seed, "seed", 0, "of the order within each round; each run adds one (default random, and recorded)")
	return c
}

// trust makes the series, or what is missing of it, and writes its page.
func trust(cmd *cobra.Command, root, out string, comparisons int, pilot bench.Plan) error {
	measured, err := makeRun(cmd, root, pilotFile(out), "pilot", pilot)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(table.Metrics(), func(m table.Metric) bool { return m.Name == "page-cpu" })
	cpu := table.Value(measured, measured.Plan.Variants[0], table.Metrics()[i])
	if cpu.N == 0 {
		return fmt.Errorf("plant the CPU time: the pilot run in %s did not measure that of a page: %s", pilotFile(out), cpu.Warning)
	}
	var failed error
	for n := range comparisons + 1 {
		plan := bench.TrustPlan(measured.Plan.Seed+uint64(n)+1, time.Duration(cpu.Centre))
		plan.Rounds, plan.Command = measured.Plan.Rounds, measured.Plan.Command
		_, err := makeRun(cmd, root, runFile(out, n+1), fmt.Sprintf("run %d of %d", n+1, comparisons+1), plan)
		if err != nil && !errors.Is(err, rig.ErrVariant) {
			return err
		}
		failed = errors.Join(failed, err)
	}
	score, err := scoreSeries(out)
	if err != nil {
		return errors.Join(failed, err)
	}
	page, err := score.Page(filepath.Base(out))
	if err != nil {
		return errors.Join(failed, err)
	}
	if err := os.WriteFile(filepath.Join(out, "README.md"), []byte(page), 0o644); err != nil {
		return errors.Join(failed, fmt.Errorf("write the series' page: %w", err))
	}
	if abs, err := filepath.Abs(out); err == nil && filepath.Dir(abs) == filepath.Join(root, "results") {
		failed = errors.Join(failed, writeResults(root))
	}
	_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "\nwritten to %s: a folder for each run, README.md (the score)\n\n", out)
	return errors.Join(failed, holdTrust(cmd.OutOrStdout(), score))
}

// makeRun makes the run, finishes the one that was cut off in its place, by its own plan, or keeps the whole one.
func makeRun(cmd *cobra.Command, root, file, what string, plan bench.Plan) (record.Run, error) {
	p := newProgress(cmd.ErrOrStderr())
	o := bench.Options{Root: root, Record: file, Plan: plan, Progress: p}
	if info, err := os.Stat(file); err == nil && info.Size() > 0 {
		run, err := record.Read(file)
		if cut := new(record.TruncatedError); err != nil && !errors.As(err, &cut) {
			return record.Run{}, err
		}
		if run.End != nil {
			p.Line("%s: is whole", what)
			return run, nil
		}
		o.Plan, o.Resume = run.Plan, true
	} else if err == nil {
		if err := os.Remove(file); err != nil { // it was cut off before its first line
			return record.Run{}, fmt.Errorf("begin %s again: %w", what, err)
		}
	}
	removeEmpty, err := makeFolder(filepath.Dir(file))
	if err != nil {
		return record.Run{}, fmt.Errorf("make the folder of %s: %w", what, err)
	}
	p.Line("%s", what)
	benchErr := bench.Run(cmd.Context(), o)
	p.finish()
	if info, err := os.Stat(file); err != nil || info.Size() == 0 { // nothing was recorded: leave nothing behind
		_ = os.Remove(file)
		removeEmpty()
		return record.Run{}, benchErr
	}
	if benchErr != nil && !errors.Is(benchErr, rig.ErrVariant) {
		if errors.Is(benchErr, context.Canceled) {
			benchErr = fmt.Errorf("%w; to go on: spabench trust --resume --out %s", benchErr, filepath.Dir(filepath.Dir(file)))
		}
		return record.Run{}, benchErr
	}
	run, err := record.Read(file)
	return run, errors.Join(benchErr, err)
}

// holdTrust prints the score; errNonconforming if it does not hold what it must.
func holdTrust(w io.Writer, score table.Trust) error {
	if err := score.Text(w); err != nil {
		return err
	}
	if !score.Holds() {
		return errNonconforming
	}
	return nil
}

// The files of a series: a folder for each run, numbered from 01, and one for the run before them.
func pilotFile(dir string) string { return filepath.Join(dir, "pilot", "run.jsonl") }
func runFile(dir string, n int) string {
	return filepath.Join(dir, fmt.Sprintf("%02d", n), "run.jsonl")
}

// readSeries reads the whole runs of a series, up to the first that is none.
func readSeries(dir string) ([]record.Run, error) {
	var series []record.Run
	for n := 1; ; n++ {
		run, err := record.Read(runFile(dir, n))
		cut := new(record.TruncatedError)
		switch {
		case errors.Is(err, os.ErrNotExist) && n == 1:
			return nil, fmt.Errorf("read the series in %s: no run is there: %w", dir, err)
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

// recordedSeries scores every series in the results folder that has a whole run.
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
