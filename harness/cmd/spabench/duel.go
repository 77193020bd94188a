package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"spabench/harness/internal/bench"
	"spabench/harness/internal/described"
	"spabench/harness/internal/gate"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/project"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/table"
)

// duelFlags say which servers of two revisions meet, for how long, and what makes the command fail.
type duelFlags struct {
	server, failOn, gateFile string
	junit                    string
	rounds                   int
	seed                     uint64
	results                  resultsFlags
}

// duelRecord is the file of a duel's run. It is no run of the variants, so it has a name of its own.
const duelRecord = "duel.jsonl"

func duelCommand() *cobra.Command {
	f := duelFlags{results: resultsFlags{record: duelRecord}}
	c := &cobra.Command{
		Use:   "duel BEFORE AFTER",
		Short: "Find out whether a change made a server better or worse",
		Long: `Let two servers take turns in the same rounds, and say for each metric whether the second is better or
worse. Each is a revision of the git repository that the working directory is in, such as main or HEAD~1, whose server
is built as its ` + project.FileName + ` or its Dockerfile says; or the reference of an image, such as shop:1.2; or the
path of a Dockerfile. The first takes part twice in every round, as an A/A test. If something seems to be worse, a
second set of rounds is made, and it counts as worse only if it is so in both. Revisions are exported to a temporary
folder: neither the repository nor its working tree is touched. Both are checked, too: a check that passes for the first
and not for the second is worse, and one that passes only for the second is better.

Exit code 1 with --fail-on worse if a metric or a check became worse, or if a budget of --gate is missed.`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("duel: give two servers, not %d: revisions, images or Dockerfiles (%s --help)",
					len(args), c.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0], args[1]) },
	}
	flags := c.Flags()
	flags.StringVar(&f.server, "server", "",
		"the `name` of the server in the revisions' "+project.FileName+" (default: the only one that it has)")
	flags.StringVar(&f.failOn, "fail-on", "",
		"what makes the command fail, beside what prevents a comparison: `worse` (a metric, or a check that passed)")
	flags.StringVar(&f.gateFile, "gate", "",
		"hold the run to the budgets in this `file`, such as after.page.p99 <= 1.1 * before.page.p99")
	flags.StringVar(&f.junit, "junit", "",
		"also write the verdicts as JUnit XML to this `file`; with - they go to standard output, and the table to "+
			"standard error")
	flags.IntVar(&f.rounds, "rounds", 0, "`number` of rounds (default: as many as fit into five minutes)")
	flags.Uint64Var(&f.seed, "seed", 0, "random seed, a whole `number` (default random; it is recorded)")
	f.results.registerOut(flags, "duel")
	return c
}

func (f *duelFlags) run(cmd *cobra.Command, before, after string) (err error) {
	flags := cmd.Flags()
	switch {
	case f.failOn != "" && f.failOn != "worse":
		return fmt.Errorf("--fail-on %q: give worse", f.failOn)
	case flags.Changed("rounds") && f.rounds < 1:
		return tooFewRounds(f.rounds)
	}
	root, inside, err := sources()
	if err != nil {
		return err
	}
	f.results.elsewhere = !inside
	temp, err := os.MkdirTemp("", "spabench-duel-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	var added []rig.Added
	for _, side := range []struct{ name, given string }{{table.Before, before}, {table.After, after}} {
		a, err := f.opponent(cmd.Context(), side.name, side.given, filepath.Join(temp, side.name))
		if err != nil {
			return err
		}
		added = append(added, a)
	}
	if !flags.Changed("seed") {
		f.seed = rand.Uint64N(1 << 52)
	}
	plan := bench.DuelPlan(added[0].Variant(), added[1].Variant(), f.seed)
	plan.Added = recordAdded([]string{before, after}, added)
	plan.Command = fmt.Sprintf("spabench duel %s %s --seed %d", shownSource(before), shownSource(after), f.seed)
	if f.server != "" {
		plan.Command += " --server " + f.server
	}
	if f.rounds > 0 {
		plan.Rounds = f.rounds
		plan.Command += fmt.Sprintf(" --rounds %d", f.rounds)
	}
	budgets, err := readBudgets(f.gateFile, plan)
	if err != nil {
		return err
	}
	folder, err := f.results.folder(flags, root, "duel")
	if err != nil {
		return err
	}
	d, err := fight(cmd, folder, bench.Options{Plan: plan, Added: added, Together: true})
	if err != nil {
		return incomparable(d, err)
	}
	out := cmd.OutOrStdout()
	if f.junit == "-" {
		out = cmd.ErrOrStderr()
	}
	if err := d.Text(out); err != nil {
		return err
	}
	page, err := d.Page(folder.name())
	contents := duelRecord + " and README.md (the table)"
	if err := folder.publish(cmd.ErrOrStderr(), contents, page, err); err != nil {
		return err
	}
	if err := f.writeJUnit(cmd.OutOrStdout(), plan.Command, d, budgets); err != nil {
		return err
	}
	return f.judge(out, d, budgets)
}

// judge says what makes the command fail, and returns errNonconforming if anything does.
func (f *duelFlags) judge(w io.Writer, d table.Duel, budgets []gate.Budget) error {
	var err error
	if worse := d.Worse(); f.failOn == "worse" && len(worse) > 0 {
		_, _ = fmt.Fprintf(w, "\nworse: %s\n", strings.Join(worse, ", "))
		err = errNonconforming
	}
	return errors.Join(err, holdTo(w, d.Run, budgets))
}

// incomparable says why the two could not be compared; progress has shown the end of their output. That is no verdict
// on them, so it is not the error of a variant, with its exit code.
func incomparable(d table.Duel, err error) error {
	if !errors.Is(err, rig.ErrVariant) {
		return err
	}
	text := fmt.Sprintf("the two could not be compared: %v", err)
	tell := func(variant, failure string) {
		if failure != "" {
			text += fmt.Sprintf("\n%s: %s", variant, failure)
		}
	}
	for _, run := range []record.Run{d.Run, d.Again} {
		for _, b := range run.Builds {
			tell(b.Variant, b.Err)
		}
		for _, c := range run.Conformance {
			tell(c.Variant, c.Err)
		}
		for _, t := range run.Trials {
			tell(t.Variant, t.Err)
		}
	}
	return errors.New(text)
}

// fight makes the rounds, and those that confirm what seems to be worse.
func fight(cmd *cobra.Command, folder *resultsFolder, o bench.Options) (d table.Duel, err error) {
	p := newProgress(cmd.ErrOrStderr())
	if d.Run, err = folder.measure(cmd.Context(), p, o); err != nil || !d.Suspected() {
		return d, err
	}
	_, _ = fmt.Fprintln(cmd.ErrOrStderr(), "something seems to be worse; a second set of rounds will show whether it is")
	again := &resultsFolder{root: folder.root, path: filepath.Join(folder.path, "again"), record: duelRecord}
	o.Plan.Seed++
	o.Plan.Loads = d.Run.Loads() // at the rates of the first set
	o.Plan.Unchecked = true      // it was checked
	d.Again, err = again.measure(cmd.Context(), p, o)
	return d, err
}

// opponent is one of the two servers. A revision's files are written to the folder.
func (f *duelFlags) opponent(ctx context.Context, name, given, folder string) (rig.Added, error) {
	commit := commitOf(ctx, given)
	if commit == "" {
		a, err := readOneAdded(name+"="+given, "")
		if err != nil {
			return a, fmt.Errorf("%s is neither a revision of this repository, nor a server: %w", given, err)
		}
		return a, nil
	}
	if err := os.Mkdir(folder, 0o755); err != nil {
		return rig.Added{}, err
	}
	exported, err := exportCommit(ctx, commit, folder)
	if err != nil {
		return rig.Added{}, err
	}
	a, err := f.serverIn(exported, given)
	a.Name, a.Title = name, fmt.Sprintf("%s (commit %.12s)", given, commit)
	a.Home = "." // the folder of the export is another one each time
	return a, err
}

// serverIn is the server of a revision's project.
func (f *duelFlags) serverIn(folder, revision string) (rig.Added, error) {
	p, err := project.Read(filepath.Join(folder, project.FileName))
	if errors.Is(err, os.ErrNotExist) || err == nil && len(p.Servers) == 0 && f.server == "" {
		if _, err := os.Stat(filepath.Join(folder, "Dockerfile")); err != nil {
			return rig.Added{}, fmt.Errorf("%s has neither a server in %s nor a Dockerfile in this folder",
				revision, project.FileName)
		}
		return rig.Added{Source: lab.Source{Context: folder, Dockerfile: "Dockerfile"}}, nil
	}
	if err != nil {
		return rig.Added{}, fmt.Errorf("%s: %w", revision, err)
	}
	name := f.server
	if name == "" && len(p.Servers) == 1 {
		name = p.Servers[0].Name
	}
	if name == "" {
		return rig.Added{}, fmt.Errorf("%s has several servers: name one with --server: %s", revision,
			strings.Join(p.ServerNames(), ", "))
	}
	return described.Server(p, "--server", name)
}
