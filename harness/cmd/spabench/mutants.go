package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"spabench/harness/chromium"
	"spabench/harness/internal/nearest"
	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

func mutantsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "mutants",
		Short: "List, serve and judge the servers that the checks are tested with",
		Long: `A mutant is a careful server with one rule broken: a check must fail it, and no other check. An oddity does what few
servers do and every server may: all checks must allow it. Serve one to look at a failure in a browser, or to measure
another checker.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(mutantsListCommand(), mutantsServeCommand(), mutantsScoreCommand())
	return c
}

// zooAnimal is a mutant or an oddity, as a list has it.
type zooAnimal struct {
	Name  string   `json:"name"`
	Kind  string   `json:"kind"` // mutant or oddity
	Check string   `json:"check"`
	Also  []string `json:"also,omitempty"`
	Doc   string   `json:"doc"`

	mutant mutant.Mutant
}

// zoo is every mutant and oddity, by check.
func zoo() []zooAnimal {
	var all []zooAnimal
	add := func(kind string, check string, list []mutant.Mutant) {
		for _, m := range list {
			if m.Check == check {
				all = append(all, zooAnimal{m.Name, kind, m.Check, m.Also, m.Doc, m})
			}
		}
	}
	mutants, oddities := mutant.All(), mutant.Oddities()
	for _, check := range checkNames() {
		add("mutant", check, mutants)
		add("oddity", check, oddities)
	}
	return all
}

func zooNames() []string {
	names := []string{"reference"}
	for _, a := range zoo() {
		names = append(names, a.Name)
	}
	return names
}

// selectZoo are those of these checks, groups or names; all, when none is named.
func selectZoo(only []string) ([]zooAnimal, error) {
	all := zoo()
	if len(only) == 0 {
		return all, nil
	}
	known := append(checkAndGroupNames(), zooNames()[1:]...)
	for _, name := range only {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("--only: unknown %q; did you mean %q? (a check, a group, a mutant or an oddity)", name, nearest.Name(name, known))
		}
	}
	return slices.DeleteFunc(all, func(a zooAnimal) bool {
		return !slices.Contains(only, a.Name) && !slices.Contains(only, a.Check) && !slices.Contains(only, groupOf(a.Check))
	}), nil
}

func groupOf(check string) string {
	for _, c := range spatest.Checks() {
		if c.Name == check {
			return c.Group
		}
	}
	return ""
}

func mutantsListCommand() *cobra.Command {
	var asJSON bool
	var only []string
	c := &cobra.Command{
		Use:   "list",
		Short: "List the mutants and the oddities",
		Long:  "List the mutants and the oddities, each below the check that it fails, or that must allow it.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			chosen, err := selectZoo(only)
			if err != nil {
				return err
			}
			return list(cmd.OutOrStdout(), asJSON, chosen, writeZoo)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	c.Flags().StringSliceVar(&only, "only", nil, "those of these checks or groups, or of these names, comma-separated")
	complete(c, "only", checkAndGroupNames)
	return c
}

func writeZoo(w io.Writer, animals []zooAnimal) error {
	width, check := 0, ""
	for _, a := range animals {
		width = max(width, len(a.Name))
	}
	for _, a := range animals {
		if a.Check != check {
			check = a.Check
			_, _ = fmt.Fprintln(w, check)
		}
		lead := fmt.Sprintf("  %s  %-*s  ", a.Kind, width, a.Name)
		if _, err := fmt.Fprintln(w, lead+wrap(len(lead), a.Doc)); err != nil {
			return err
		}
	}
	return nil
}

func mutantsServeCommand() *cobra.Command {
	var addr string
	c := &cobra.Command{
		Use:   "serve NAME",
		Short: "Serve a mutant, an oddity, or the reference, until Ctrl-C",
		Long: `Serve a mutant, an oddity, or "reference", which keeps every rule, until Ctrl-C. The app is a small one made for the
suite.`,
		Args: oneArg("one name (spabench mutants list)"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return serveMutant(cmd.Context(), addr, args[0], cmd.ErrOrStderr())
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return zooNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "address to listen at; port 0 is any free one")
	return c
}

func serveMutant(ctx context.Context, addr, name string, stderr io.Writer) error {
	served := mutant.Mutant{Name: name, Wrap: func(next http.Handler) http.Handler { return next }}
	said := "keeps every rule"
	if name != "reference" {
		all := zoo()
		i := slices.IndexFunc(all, func(a zooAnimal) bool { return a.Name == name })
		if i < 0 {
			return fmt.Errorf("unknown mutant %q; did you mean %q? (spabench mutants list)", name, nearest.Name(name, zooNames()))
		}
		served = all[i].mutant
		said = fmt.Sprintf("%s (%s of %s)", all[i].Doc, all[i].Kind, all[i].Check)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("serve %s: %w", name, err)
	}
	_, _ = fmt.Fprintf(stderr, "http://%s%s: a server that %s. Ctrl-C ends it.\n", listener.Addr(), served.Under, said)
	served.ServeOn(ctx, listener)
	return nil
}

func mutantsScoreCommand() *cobra.Command {
	var only []string
	c := &cobra.Command{
		Use:   "score",
		Short: "Run the suite on all of them, and print the mutation score",
		Long: `Run the suite on every mutant and oddity, and print the score: the share of the mutants that fail the very checks
that they break, and of the oddities that all checks allow. The exit code is 1 below 100%. What needs a browser or
another power that is not there is told apart, and does not count.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			chosen, err := selectZoo(only)
			if err != nil {
				return err
			}
			asks := slices.ContainsFunc(chosen, func(a zooAnimal) bool { return needsBrowser(a.Check) })
			browser, closeBrowser, err := openBrowser(cmd.Context(), asks, chromium.Trust{})
			if err != nil {
				return err
			}
			defer closeBrowser()
			return score(cmd.Context(), chosen, browser, cmd.OutOrStdout(), newProgress(cmd.ErrOrStderr()))
		},
	}
	c.Flags().StringSliceVar(&only, "only", nil, "those of these checks or groups, or of these names, comma-separated")
	complete(c, "only", checkAndGroupNames)
	return c
}

// atOnce is how many servers are checked at once: most of the time of a run is waiting.
const atOnce = 8

// score judges the suite by these servers.
func score(ctx context.Context, animals []zooAnimal, browser spatest.Browser, w io.Writer, p *progress) error {
	began := time.Now()
	judged := make([]judgement, len(animals))
	places, done := make(chan struct{}, atOnce), make(chan int)
	go func() {
		var wg sync.WaitGroup
		for i, a := range animals {
			places <- struct{}{}
			wg.Go(func() {
				judged[i] = judge(ctx, a, browser)
				<-places
				done <- i
			})
		}
		wg.Wait()
		close(done)
	}()
	n := 0
	for i := range done {
		if n++; p.tty || n%50 == 0 || n == len(animals) {
			p.Step(n, len(animals), animals[i].Name)
		}
	}
	p.finish()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("score the suite: %w", err)
	}
	whole := writeScore(w, judged)
	_, _ = fmt.Fprintf(w, "in %s\n", time.Since(began).Round(100*time.Millisecond))
	if !whole {
		return errNonconforming
	}
	return nil
}

// judgement is what the suite made of one server.
type judgement struct {
	zooAnimal
	problems  []string // nothing: as it should
	undecided string   // why its check was skipped
}

func judge(ctx context.Context, a zooAnimal, browser spatest.Browser) judgement {
	j := judgement{zooAnimal: a}
	r, err := a.mutant.Inspect(ctx)
	if err != nil {
		j.problems = []string{err.Error()}
		return j
	}
	j.problems = a.mutant.Judge(r, a.Kind == "oddity")
	if browser != nil && needsBrowser(a.Check) {
		if r, err = a.mutant.InspectIn(ctx, browser, false); err != nil {
			j.problems = append(j.problems, err.Error())
			return j
		}
		j.problems = append(j.problems, a.mutant.Judge(r, a.Kind == "oddity")...)
	}
	// What is skipped for want of a browser proves nothing.
	if o, _ := r.Outcome(a.Check); o.Verdict == spatest.Skipped && (a.Kind == "mutant" || needsBrowser(a.Check)) && len(j.problems) == 0 {
		j.undecided = o.Reason
	}
	return j
}

func needsBrowser(check string) bool {
	return slices.ContainsFunc(spatest.Checks(), func(c spatest.Check) bool {
		return c.Name == check && c.NeedsAny(spatest.FeatureBrowser)
	})
}

// writeScore has one line a group, then what is wrong; it reports whether nothing is.
func writeScore(w io.Writer, judged []judgement) bool {
	type tally struct{ good, all int }
	count := func(group, kind string) (t tally) {
		for _, j := range judged {
			if j.Kind == kind && j.undecided == "" && (group == "" || groupOf(j.Check) == group) {
				t.all++
				if len(j.problems) == 0 {
					t.good++
				}
			}
		}
		return t
	}
	line := func(title, group string) tally {
		m, o := count(group, "mutant"), count(group, "oddity")
		sum := tally{m.good + o.good, m.all + o.all}
		if sum.all > 0 {
			_, _ = fmt.Fprintf(w, "%-14s  %11s  %11s  %6s\n", title, fmt.Sprintf("%d/%d", m.good, m.all), fmt.Sprintf("%d/%d", o.good, o.all), percent(sum.good, sum.all))
		}
		return sum
	}
	_, _ = fmt.Fprintf(w, "%-14s  %11s  %11s  %6s\n", "GROUP", "MUTANTS", "ODDITIES", "SCORE")
	for _, group := range groupNames() {
		line(group, group)
	}
	sum := line("all", "")
	checks := map[string]bool{}
	for _, j := range judged {
		if j.Kind == "mutant" && j.undecided == "" && len(j.problems) == 0 {
			checks[j.Check] = true
		}
	}
	for _, j := range judged {
		if j.undecided != "" {
			_, _ = fmt.Fprintf(w, "not decided: %s: %s\n", j.Name, wrap(2, j.undecided))
		}
		for _, problem := range j.problems {
			_, _ = fmt.Fprintf(w, "\n%s (%s of %s), a server that %s:\n%s\n", j.Name, j.Kind, j.Check, j.Doc, indented(2, problem))
		}
	}
	_, _ = fmt.Fprintf(w, "\nmutation score %s: %d checks proven by %d servers\n", percent(sum.good, sum.all), len(checks), sum.all)
	return sum.all > 0 && sum.good == sum.all
}

// percent never rounds up to 100.
func percent(n, of int) string {
	if of == 0 {
		return "–"
	}
	if n == of {
		return "100%"
	}
	return fmt.Sprintf("%.1f%%", min(99.9, float64(n)*100/float64(of)))
}
