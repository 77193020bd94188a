package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"spabench/harness/internal/bench"
	"spabench/harness/internal/gate"
	"spabench/harness/internal/project"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/table"
)

// benchFlags say what is measured, for how long, and where the results go.
type benchFlags struct {
	only     []string
	add      []string
	dist     string
	project  string
	quick    bool
	seed     uint64
	gateFile string
	resume   string
	results  resultsFlags
	connect  int // 0: as many connections as an open loop needs
	stopping stoppingFlags
	limits   limitFlags
}

func benchCommand() *cobra.Command {
	f := benchFlags{results: resultsFlags{
		record: "run.jsonl", howToResume: "--resume %s",
		settled: []string{
			"only", "dist", "project", "rounds", "quick", "seed", "out", "cpus", "memory", "time-budget",
			"within", "slo", "connections",
		},
	}}
	c := &cobra.Command{
		Use:   "bench",
		Short: "Build, check and measure the variants, and write the tables",
		Long: `Build every variant from its Dockerfiles, check that it conforms, measure all of them in interleaved
rounds, and write the record (run.jsonl) and its tables (README.md) into a new folder. If no container engine is
running, one is started, or installed where that is possible. Ctrl-C removes all containers and networks, and keeps
what was measured until then.

With --dist, the variants serve your own app in place of ours: a copy of the folder that its build wrote, with our API
beside it. Which way of serving suits your app? A folder that cannot be served is refused, with the reason.

In a project of your own, outside of a checkout, the servers that its ` + project.FileName + ` describes are measured,
beside ours or those that it names; --project does the same anywhere.

Exit code 1 if one of our variants does not conform, if any server could not be built or started or gave wrong responses
under a load, or if a budget of --gate is missed. Checks that a server of your own fails are in the tables, and are no
reason for it, unless a budget says so, such as "shop conformance must"; spabench check has an exit code for them.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	f.register(c.Flags())
	return c
}

func (f *benchFlags) register(flags *pflag.FlagSet) {
	flags.StringSliceVar(&f.only, "only", nil,
		"measure only the variants with these `names`, comma-separated (see spabench list variants); "+
			"the baseline is always included")
	flags.StringArrayVar(&f.add, "add", nil,
		"also measure a server of your own: `name=source`, where the source is a Dockerfile's path or the reference "+
			"of an image, perhaps with #port, or a Compose file with #service:port; or the name of a server in "+
			project.FileName+"; may be repeated")
	flags.StringVar(&f.dist, "dist", "",
		"let our variants serve your own app: a copy of this `folder`, which its build wrote; the API stays ours")
	flags.StringVar(&f.project, "project", "",
		"measure the servers that this `file` describes, with the loads, the variants of ours and the budgets that it "+
			"names (see spabench schema project); flags replace what it says (default, outside of a checkout: "+
			project.FileName+" in the working directory, if there is one)")
	flags.BoolVar(&f.quick, "quick", false,
		"take a first look in a minute: three short rounds of the page, an asset and the API")
	f.results.registerOut(flags, "<machine>")
	flags.StringVar(&f.resume, "resume", "",
		"resume the interrupted run in this `folder`: measure what is still missing; "+
			"refused if the machine, the commit or an image has changed since")
	flags.StringVar(&f.gateFile, "gate", "",
		"hold the run to the budgets in this `file`; exit code 1 if one is missed")
	flags.Uint64Var(&f.seed, "seed", 0,
		"random seed for the order of the variants within each round, a whole `number` "+
			"(default random; it is recorded)")
	flags.IntVar(&f.connect, "connections", 0,
		"open at most this `number` of connections at once for single requests, a real cap: "+
			"where an answer comes late, the next request waits, which counts in its latency "+
			"(default: as many as an open loop needs)")
	f.stopping.register(flags)
	f.limits.register(flags)
}

func (f *benchFlags) run(cmd *cobra.Command) error {
	flags := cmd.Flags()
	root, inside, err := sources()
	if err != nil {
		return err
	}
	f.results.elsewhere = !inside
	if f.resume != "" {
		return f.resumeRun(cmd, root)
	}
	described, err := f.readProject(flags, inside, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	added, err := readAdded(f.add, f.project)
	if err != nil {
		return err
	}
	arms, err := selectArms(f.only, added)
	if err != nil {
		return err
	}
	var t theirs
	if flags.Changed("dist") {
		if t, err = readTheirs(f.dist, cmd.ErrOrStderr()); err != nil {
			return err
		}
		if err := t.fits(arms); err != nil {
			return err
		}
	}
	if !flags.Changed("seed") {
		f.seed = rand.Uint64N(1 << 53) // JSON readers that use float64 keep it exactly
	}
	plan := bench.DefaultPlan(arms, f.seed)
	if f.quick {
		plan = bench.QuickPlan(arms, f.seed)
	}
	if t.folder != nil {
		if plan, err = bench.Serve(plan, t.folder, t.routes); err != nil {
			return err
		}
	}
	plan = giveLoads(plan, described)
	if plan, err = f.stopping.apply(flags, plan); err != nil {
		return err
	}
	if plan, err = f.limits.apply(flags, plan); err != nil {
		return err
	}
	if flags.Changed("connections") {
		if f.connect < 1 {
			return fmt.Errorf("--connections %d: give 1 or more", f.connect)
		}
		plan = bench.Connect(plan, f.connect)
	}
	budgets, err := f.budgets(flags, described, plan)
	if err != nil {
		return err
	}
	plan.Added, plan.Command = recordAdded(f.add, added), reproduce(flags, f.seed, inside)
	plan.Project = f.project
	folder, err := f.results.folder(flags, root, machineName())
	if err != nil {
		return err
	}
	o := bench.Options{Plan: plan, Added: added, Theirs: t.folder}
	return runBench(cmd.Context(), folder, o, budgets, cmd.OutOrStdout(), cmd.ErrOrStderr())
}

// resumeRun continues the run in a folder, by the plan that it has.
func (f *benchFlags) resumeRun(cmd *cobra.Command, root string) error {
	f.results.out, f.results.resume = f.resume, true
	folder, err := f.results.folder(cmd.Flags(), root, "")
	if err != nil {
		return err
	}
	run, err := readRun(f.resume)
	if cut := new(record.TruncatedError); err != nil && !errors.As(err, &cut) {
		return err
	}
	if run.End != nil {
		return fmt.Errorf("--resume %s: %w", f.resume, record.ErrEnded)
	}
	described, err := projectOf(run.Plan)
	if err != nil {
		return err
	}
	budgets, err := f.budgets(cmd.Flags(), described, run.Plan)
	if err != nil {
		return err
	}
	added, err := readAddedAgain(run.Plan, f.add)
	if err != nil {
		return err
	}
	folderOfTheirs, err := readTheirsAgain(run.Plan.App)
	if err != nil {
		return err
	}
	o := bench.Options{Plan: run.Plan, Added: added, Theirs: folderOfTheirs, Resume: true}
	return runBench(cmd.Context(), folder, o, budgets, cmd.OutOrStdout(), cmd.ErrOrStderr())
}

// reproduce is the command that asks for the same plan again, the order within its rounds included. Outside of a
// checkout there is no Makefile.
func reproduce(flags *pflag.FlagSet, seed uint64, inside bool) string {
	args := []string{fmt.Sprintf("--seed %d", seed)}
	flags.Visit(func(f *pflag.Flag) {
		switch f.Name {
		case "seed", "out", "gate":
		case "quick":
			args = append(args, "--quick")
		case "only":
			args = append(args, "--only "+strings.Trim(f.Value.String(), "[]"))
		case "add":
			for _, given := range f.Value.(pflag.SliceValue).GetSlice() {
				args = append(args, "--add "+shownSource(given))
			}
		case "dist":
			args = append(args, "--dist "+quoted(f.Value.String()))
		default:
			args = append(args, "--"+f.Name+" "+f.Value.String())
		}
	})
	if !inside {
		return "spabench bench " + strings.Join(args, " ")
	}
	return fmt.Sprintf("make bench ARGS=%q", strings.Join(args, " "))
}

// plainWord has nothing that a shell would take for something else.
var plainWord = regexp.MustCompile(`^[\pL\pN_./:@%+,=-]+$`)

// quoted is a word as a shell reads it.
func quoted(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// runBench makes the run and writes its page, also when variants failed or Ctrl-C ended it: what was measured is shown.
func runBench(
	ctx context.Context, folder *resultsFolder, o bench.Options, budgets []gate.Budget, stdout, stderr io.Writer,
) error {
	writeLoads(stderr, o.Plan, o.Added)
	o.Settled = table.Settled
	run, benchErr := folder.measure(ctx, newProgress(stderr), o)
	notResumed := errors.Is(benchErr, record.ErrChanged) || errors.Is(benchErr, record.ErrEnded)
	if notResumed || run.Started.IsZero() { // there is nothing to show, or its page stays as it is
		return benchErr
	}
	if benchErr != nil && len(run.Builds) == 0 { // it ended before anything was measured
		return benchErr
	}
	err := table.Text(stdout, run, "headline", "conformance", "image", "coldstart", "latency", "knee", "limits")
	if err != nil {
		return errors.Join(benchErr, err)
	}
	page, err := table.Page(run, folder.name())
	if err == nil {
		page, err = folder.withPictures(run, page)
	}
	if err := folder.publish(stderr, "run.jsonl and README.md (all tables, with pictures)", page, err); err != nil {
		return errors.Join(benchErr, err)
	}
	if benchErr != nil && !errors.Is(benchErr, rig.ErrVariant) {
		return benchErr // a run that did not end by itself is held to no budget
	}
	return errors.Join(benchErr, holdTo(stdout, run, budgets))
}
