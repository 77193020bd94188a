package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"spabench/harness/chromium"
	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

func mutantsScoreCommand() *cobra.Command {
	var only []string
	c := &cobra.Command{
		Use:   "score",
		Short: "Run the suite on all of them, and print the mutation score",
		Long: `Run the suite on every mutant and oddity, and print the mutation score: the share of mutants that fail
exactly the checks of the rules that they break, and of oddities that all checks accept. A check that cannot be decided
here, for example without a browser, is listed separately and does not count.

Exit code 1 if the score is below 100%.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			chosen, err := selectSpecimens(only)
			if err != nil {
				return err
			}
			wanted := slices.ContainsFunc(chosen, func(s specimen) bool { return needsBrowser(s.Check) })
			browser, closeBrowser, err := openBrowser(cmd.Context(), wanted, chromium.Trust{})
			if err != nil {
				return err
			}
			defer closeBrowser()
			return score(cmd.Context(), chosen, browser, cmd.OutOrStdout(), newProgress(cmd.ErrOrStderr()))
		},
	}
	registerSpecimens(c, &only)
	return c
}

// score judges the suite by these servers.
func score(ctx context.Context, chosen []specimen, browser spatest.Browser, w io.Writer, p *progress) error {
	began := time.Now()
	judged := judgeAll(ctx, chosen, browser, p)
	p.finish()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("score the suite: %w", err)
	}
	perfect := writeScore(w, judged)
	_, _ = fmt.Fprintf(w, "in %s\n", time.Since(began).Round(100*time.Millisecond))
	if !perfect {
		return errNonconforming
	}
	return nil
}

// concurrentServers is how many servers are checked at the same time: most of the time of a run is waiting.
const concurrentServers = 8

func judgeAll(ctx context.Context, chosen []specimen, browser spatest.Browser, p *progress) []judgement {
	judged := make([]judgement, len(chosen))
	places, ended := make(chan struct{}, concurrentServers), make(chan int)
	go func() {
		var wg sync.WaitGroup
		for i, s := range chosen {
			places <- struct{}{}
			wg.Go(func() {
				judged[i] = judge(ctx, s, browser)
				<-places
				ended <- i
			})
		}
		wg.Wait()
		close(ended)
	}()
	n := 0
	for i := range ended {
		if n++; p.tty || n%50 == 0 || n == len(chosen) {
			p.Step(n, len(chosen), chosen[i].Name)
		}
	}
	return judged
}

// judgement is what the suite made of one server.
type judgement struct {
	specimen
	problems  []string // none: the suite did what it should
	undecided string   // why its check was skipped
}

func judge(ctx context.Context, s specimen, browser spatest.Browser) judgement {
	j := judgement{specimen: s}
	r, err := s.mutant.Inspect(ctx, mutant.Whole)
	if err != nil {
		j.problems = []string{err.Error()}
		return j
	}
	j.problems = s.mutant.Judge(r, s.Kind == "oddity")
	if browser != nil && needsBrowser(s.Check) {
		if r, err = s.mutant.InspectIn(ctx, browser, mutant.Whole); err != nil {
			j.problems = append(j.problems, err.Error())
			return j
		}
		j.problems = append(j.problems, s.mutant.Judge(r, s.Kind == "oddity")...)
	}
	// What is skipped for want of a browser proves nothing.
	o, _ := r.Outcome(s.Check)
	proves := s.Kind == "mutant" || needsBrowser(s.Check)
	if o.Verdict == spatest.Skipped && proves && len(j.problems) == 0 {
		j.undecided = o.Reason
	}
	return j
}

func needsBrowser(check string) bool {
	return slices.ContainsFunc(spatest.Checks(), func(c spatest.Check) bool {
		return c.Name == check && c.NeedsAny(spatest.FeatureBrowser)
	})
}

// tally counts the servers of which the suite judged rightly.
type tally struct{ right, all int }

func (t tally) String() string { return fmt.Sprintf("%d/%d", t.right, t.all) }

func (t tally) plus(u tally) tally { return tally{t.right + u.right, t.all + u.all} }

// percent never rounds up to 100.
func (t tally) percent() string {
	switch {
	case t.all == 0:
		return "–"
	case t.right == t.all:
		return "100%"
	}
	return fmt.Sprintf("%.1f%%", min(99.9, float64(t.right)*100/float64(t.all)))
}

// count counts the servers of one kind that prove something, of a group or of all groups.
func count(judged []judgement, kind, group string) tally {
	var t tally
	for _, j := range judged {
		if j.Kind == kind && j.undecided == "" && (group == "" || groupOf(j.Check) == group) {
			t.all++
			if len(j.problems) == 0 {
				t.right++
			}
		}
	}
	return t
}

// writeScore has one line for each group, then what is wrong; it reports whether nothing is.
func writeScore(w io.Writer, judged []judgement) bool {
	line := func(title, group string) tally {
		mutants, oddities := count(judged, "mutant", group), count(judged, "oddity", group)
		sum := mutants.plus(oddities)
		if sum.all > 0 {
			_, _ = fmt.Fprintf(w, "%-14s  %11s  %11s  %6s\n", title, mutants, oddities, sum.percent())
		}
		return sum
	}
	_, _ = fmt.Fprintf(w, "%-14s  %11s  %11s  %6s\n", "GROUP", "MUTANTS", "ODDITIES", "SCORE")
	for _, group := range groupNames() {
		line(group, group)
	}
	sum := line("all", "")
	writeProblems(w, judged)
	_, _ = fmt.Fprintf(w, "\nmutation score %s: %s verified by %s\n",
		sum.percent(), counted(provenChecks(judged), "check"), counted(sum.all, "server"))
	return sum.all > 0 && sum.right == sum.all
}

// provenChecks is how many checks failed a mutant of theirs as they should.
func provenChecks(judged []judgement) int {
	checks := map[string]bool{}
	for _, j := range judged {
		if j.Kind == "mutant" && j.undecided == "" && len(j.problems) == 0 {
			checks[j.Check] = true
		}
	}
	return len(checks)
}

func writeProblems(w io.Writer, judged []judgement) {
	for _, j := range judged {
		if j.undecided != "" {
			_, _ = fmt.Fprintf(w, "undecided: %s: %s\n", j.Name, wrap(2, j.undecided))
		}
		for _, problem := range j.problems {
			_, _ = fmt.Fprintf(w, "\n%s (%s for %s), a server that %s:\n%s\n",
				j.Name, j.Kind, j.Check, j.Doc, indented(2, problem))
		}
	}
}

// counted is a number with its noun: 1 check, 2 checks.
func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
