package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"spabench/harness/internal/bench"
	"spabench/harness/internal/gate"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/nearest"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/table"
	"spabench/variants"
)

func benchCommand() *cobra.Command {
	var only []string
	var quick bool
	var out, gateFile, resume string
	var seed uint64
	var ends endFlags
	var limits limitFlags
	c := &cobra.Command{
		Use:   "bench",
		Short: "Build, check and measure the variants, and write the tables",
		Long: `Build every variant from its Dockerfiles, check that it conforms, measure it in interleaved rounds, and write
run.jsonl and README.md, with the tables, into a new folder. A container engine is used, or installed and started.
Ctrl-C removes every container and network and keeps what was measured.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			root, err := projectRoot()
			if err != nil {
				return err
			}
			arms, err := selectVariants(only)
			if err != nil {
				return err
			}
			if resume != "" {
				return resumeBench(cmd, root, resume, gateFile)
			}
			if !cmd.Flags().Changed("seed") {
				seed = rand.Uint64N(1 << 53) // every JSON reader keeps it whole
			}
			plan := bench.DefaultPlan(arms, seed)
			if quick {
				plan = bench.QuickPlan(arms, seed)
			}
			if plan, err = ends.apply(cmd.Flags(), plan); err != nil {
				return err
			}
			if plan, err = limits.apply(cmd.Flags(), plan); err != nil {
				return err
			}
			budgets, err := readGate(gateFile)
			if err != nil {
				return err
			}
			if _, err := gate.Hold(record.Run{Plan: plan}, budgets); err != nil { // before it takes minutes
				return fmt.Errorf("hold the gate: %w", err)
			}
			plan.Command = reproduce(cmd.Flags(), seed)
			results := filepath.Join(root, "results")
			if out == "" {
				out = freeName(filepath.Join(results, time.Now().Format(time.DateOnly)+"-"+machineWords()))
			}
			if _, err := os.Lstat(filepath.Join(out, "run.jsonl")); err == nil {
				return fmt.Errorf("--out %s: a run is there already, and runs are never overwritten; choose another folder or move it away, or go on with it: --resume %s", out, out)
			}
			return runBench(cmd.Context(), out, bench.Options{Root: root, Plan: plan}, budgets, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := c.Flags()
	f.StringSliceVar(&only, "only", nil, "measure these variants alone, comma-separated (spabench list variants); the floor is always added")
	f.BoolVar(&quick, "quick", false, "a first look in two minutes: two short rounds, too few for intervals")
	f.StringVar(&out, "out", "", "folder to write into, which must not hold a run yet (default results/<date>-<machine>)")
	f.StringVar(&resume, "resume", "", "go on with the run in this folder, which was cut off: what is missing of its plan is measured; refused if anything but the plan's rest has changed")
	f.StringVar(&gateFile, "gate", "", "hold the run against the budgets in this file; exit 1 if one is broken")
	f.Uint64Var(&seed, "seed", 0, "of the order within each round (default random, and recorded)")
	ends.register(f)
	limits.register(f)
	return c
}

// reproduce is the command that asks for the same plan again, the order within its rounds included.
func reproduce(flags *pflag.FlagSet, seed uint64) string {
	args := []string{fmt.Sprintf("--seed %d", seed)}
	flags.Visit(func(f *pflag.Flag) {
		switch f.Name {
		case "seed", "out", "gate":
		case "quick":
			args = append(args, "--quick")
		case "only":
			args = append(args, "--only "+strings.Trim(f.Value.String(), "[]"))
		default:
			args = append(args, "--"+f.Name+" "+f.Value.String())
		}
	})
	return fmt.Sprintf("make bench ARGS=%q", strings.Join(args, " "))
}

// resumeBench goes on with the run in a folder, by the plan that it has.
func resumeBench(cmd *cobra.Command, root, dir, gateFile string) error {
	for _, flag := range []string{"only", "rounds", "quick", "seed", "out", "cpus", "memory", "time-budget", "within", "slo"} {
		if cmd.Flags().Changed(flag) {
			return fmt.Errorf("--resume %s goes on with that run's own plan: leave out --%s", dir, flag)
		}
	}
	budgets, err := readGate(gateFile)
	if err != nil {
		return err
	}
	run, err := readRun(dir)
	if cut := new(record.TruncatedError); err != nil && !errors.As(err, &cut) {
		return err
	}
	if run.End != nil {
		return fmt.Errorf("--resume %s: %w", dir, record.ErrEnded)
	}
	if _, err := gate.Hold(record.Run{Plan: run.Plan}, budgets); err != nil {
		return fmt.Errorf("hold the gate: %w", err)
	}
	return runBench(cmd.Context(), dir, bench.Options{Root: root, Plan: run.Plan, Resume: true}, budgets, cmd.OutOrStdout(), cmd.ErrOrStderr())
}

// bench makes the run and writes its page, also when variants failed or Ctrl-C ended it: what was measured is shown.
func runBench(ctx context.Context, out string, o bench.Options, budgets []gate.Budget, stdout, stderr io.Writer) error {
	file := filepath.Join(out, "run.jsonl")
	removeEmpty, err := makeFolder(out)
	if err != nil {
		return fmt.Errorf("make the results folder: %w", err)
	}
	p := newProgress(stderr)
	o.Record, o.Progress, o.Settled = file, p, table.Settled
	benchErr := bench.Run(ctx, o)
	p.finish()
	if info, err := os.Stat(file); err != nil || info.Size() == 0 { // nothing was recorded: leave nothing behind
		_ = os.Remove(file)
		removeEmpty()
		return benchErr
	}
	run, err := record.Read(file)
	if cut := new(record.TruncatedError); err != nil && !errors.As(err, &cut) {
		return errors.Join(benchErr, err)
	}
	if err := table.Text(stdout, run, "headline", "conformance", "image", "coldstart", "latency", "knee", "limits"); err != nil {
		return errors.Join(benchErr, err)
	}
	if err := writePage(o.Root, out, run); err != nil {
		return errors.Join(benchErr, err)
	}
	_, _ = fmt.Fprintf(stderr, "\nwritten to %s: run.jsonl, README.md (all tables)\n", out)
	if benchErr != nil && !errors.Is(benchErr, rig.ErrVariant) {
		return benchErr // a run that did not end by itself is held against nothing
	}
	return errors.Join(benchErr, hold(stdout, run, budgets))
}

// makeFolder makes the folder and those above it. What it returns removes the ones that it made, as far as they are empty.
func makeFolder(path string) (removeEmpty func(), err error) {
	var made []string
	for dir := filepath.Clean(path); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			break
		}
		made = append(made, dir)
	}
	return func() {
		for _, dir := range made {
			_ = os.Remove(dir)
		}
	}, os.MkdirAll(path, 0o755)
}

// writePage writes the run's page beside its record; of a run in the project's results folder, the index too.
func writePage(root, out string, run record.Run) error {
	page, err := table.Page(run, filepath.Base(out))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, "README.md"), []byte(page), 0o644); err != nil {
		return fmt.Errorf("write the run's page: %w", err)
	}
	if abs, err := filepath.Abs(out); err != nil || filepath.Dir(abs) != filepath.Join(root, "results") {
		return err
	}
	return writeResults(root)
}

// selectVariants returns the named variants in the catalogue's order, with the floor; all but the extra ones, when none
// is named.
func selectVariants(only []string) ([]variants.Variant, error) {
	if len(only) == 0 {
		return variants.Measured(), nil
	}
	all := variants.All()
	wanted := map[string]bool{}
	for _, name := range only {
		if v, _ := variants.Find(name); v.Kind == variants.Recipe {
			return nil, fmt.Errorf("%s is a recipe, and recipes are checked, not measured: spabench matrix --only %s", name, name)
		}
		if v, _ := variants.Find(name); v.Kind == variants.Planted {
			return nil, fmt.Errorf("%s is a planted regression, and is measured with the others of its kind: spabench trust", name)
		}
		if _, ok := variants.Find(name); !ok {
			return nil, fmt.Errorf("unknown variant %q; did you mean %q? (spabench list variants)", name, nearest.Name(name, variants.Names(all)))
		}
		wanted[name] = true
	}
	var chosen []variants.Variant
	for _, v := range all {
		if wanted[v.Name] || v.Kind == variants.Baseline {
			chosen = append(chosen, v)
		}
	}
	return chosen, nil
}

// projectRoot finds the checkout that the working directory is in.
func projectRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if b, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil && strings.HasPrefix(string(b), "module spabench\n") {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("not inside a spabench checkout: run from it, since the variants are built from its Dockerfiles")
		}
		dir = parent
	}
}

var notWord = regexp.MustCompile(`[^a-z0-9]+`)

// machineWords names the machine for a folder: processor and number of CPUs.
func machineWords() string {
	words := strings.Trim(notWord.ReplaceAllString(strings.ToLower(lab.CPUModel()), "-"), "-")
	return fmt.Sprintf("%s-%d-cpus", words, runtime.NumCPU())
}

// freeName is path, or path with the first number from 2 that makes it new.
func freeName(path string) string {
	name := path
	for i := 2; ; i++ {
		if _, err := os.Stat(name); err != nil {
			return name
		}
		name = fmt.Sprintf("%s-%d", path, i)
	}
}
