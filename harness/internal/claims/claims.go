package claims

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// ErrBrokenOff says that the test of a claim broke off.
var ErrBrokenOff = errors.New("not every claim could be tested")

// Options say what is tested.
type Options struct {
	Root     string   // the project's folder
	Prefix   string   // of what is made, lab.TestPrefix in tests; "" is lab.Prefix
	File     string   // where the run is written, after each claim
	Only     []string // ids of the claims to test; empty: all
	Resume   bool     // continue the run in File and keep what it has judged; Only and Command are then the run's own
	Command  string   // repeats this run
	Progress rig.Progress
}

// Judge tests claims, one after the other. A test that breaks off is recorded with the cause, and the others go on; the
// error then is ErrBrokenOff. When ctx ends, nothing but images is left behind, and what was judged is in the file.
func Judge(ctx context.Context, o Options) (run record.Claims, err error) {
	selected, err := selectClaims(o.Only)
	if err != nil {
		return run, err
	}
	l, err := lab.Open(ctx, o.Root, cmp.Or(o.Prefix, lab.Prefix), o.Progress.Line)
	if err != nil {
		return run, err
	}
	defer rig.CleanUp(ctx, &err, l.Close)
	env, err := rig.ReadEnv(ctx, l, o.Root)
	if err != nil {
		return run, err
	}
	env.Path = "" // nothing is loaded
	if o.Resume {
		run, selected, err = resume(o.File, env)
	} else {
		run, err = o.begin(env, selected)
	}
	if err != nil {
		return run, err
	}
	if err := o.judgeAll(ctx, l, &run, selected); err != nil {
		return run, err
	}
	if broken := run.Broken(); len(broken) > 0 {
		return run, fmt.Errorf("%w: %s", ErrBrokenOff, strings.Join(broken, ", "))
	}
	return run, nil
}

// begin writes a new run that has judged nothing yet.
func (o Options) begin(env record.Env, selected []claim.Claim) (record.Claims, error) {
	run := record.Claims{
		Schema: record.ClaimsSchema, Started: time.Now().UTC(), Env: env, Command: o.Command, Claims: []record.Claim{},
	}
	for _, c := range selected {
		run.Asked = append(run.Asked, c.ID)
	}
	return run, run.Write(o.File)
}

// resume reads the run to continue, and the claims that it set out to test.
func resume(file string, env record.Env) (record.Claims, []claim.Claim, error) {
	run, err := record.ReadClaims(file)
	if err != nil {
		return run, nil, err
	}
	if run.Schema != record.ClaimsSchema {
		return run, nil, fmt.Errorf("%w: it has schema %d, and this spabench writes %d",
			record.ErrChanged, run.Schema, record.ClaimsSchema)
	}
	var lines []string
	for _, d := range record.Differences(run.Env, env) {
		lines = append(lines, "  "+d.String())
	}
	if len(lines) > 0 {
		return run, nil, fmt.Errorf("%w:\n%s", record.ErrChanged, strings.Join(lines, "\n"))
	}
	selected, err := selectClaims(run.Asked)
	run.Ended = nil
	run.Resumed++
	return run, selected, err
}

// judgeAll judges the claims that the run has not judged, and writes the run after each.
func (o Options) judgeAll(ctx context.Context, l *lab.Lab, run *record.Claims, selected []claim.Claim) (err error) {
	b := claim.New(l, o.Progress)
	defer func() { err = errors.Join(err, b.Remove()) }()
	for i, c := range selected {
		if t, is := run.Tested(c.ID); is && t.Err == "" {
			continue
		}
		o.Progress.Step(i, len(selected), c.ID)
		tested := judgeClaim(ctx, b, c)
		if err := ctx.Err(); err != nil {
			return err
		}
		run.Claims = slices.DeleteFunc(run.Claims, func(t record.Claim) bool { return t.ID == c.ID })
		run.Claims = append(run.Claims, tested)
		slices.SortFunc(run.Claims, func(a, b record.Claim) int { return a.Number - b.Number })
		o.Progress.Line("%s: %s, after %s", c.ID, outcome(tested), tested.Took.Round(100*time.Millisecond))
		if err := run.Write(o.File); err != nil {
			return err
		}
	}
	ended := time.Now().UTC()
	run.Ended = &ended
	return run.Write(o.File)
}

// outcome is the verdict, or why there is none.
func outcome(c record.Claim) string {
	if c.Err == "" {
		return string(c.Verdict)
	}
	line, _, _ := strings.Cut(c.Err, "\n")
	return "broke off: " + line
}

// judgeClaim judges one claim. What a test saw before it broke off is kept.
func judgeClaim(ctx context.Context, b *claim.Bench, c claim.Claim) record.Claim {
	tested := record.Claim{
		ID: c.ID, Number: slices.Index(IDs(), c.ID) + 1, Words: c.Words, Test: c.Test,
		Command: fmt.Sprintf("make claims ARGS=%q", "--only "+c.ID),
	}
	began := time.Now()
	j, err := c.Run(ctx, b)
	tested.Judgement, tested.Took = j, time.Since(began)
	if err != nil {
		tested.Err, tested.Verdict, tested.Reason = err.Error(), record.NotTested, "the test broke off"
		if be := new(lab.BuildError); errors.As(err, &be) && be.Log != "" {
			tested.Err += "\n" + be.Log
		}
	}
	return tested
}
