package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/nearest"
	"spabench/harness/internal/record"
)

// A Claim of the article behind this project, and its test.
type Claim struct {
	ID    string // stable, kebab-case
	Words string // what is claimed
	Test  string // what is done to test it

	// run judges the claim. An error says that the test broke off; that the claim cannot be tested on this machine at all
	// is a judgement: record.NotTested.
	run func(context.Context, *claimBench) (record.Judgement, error)
}

// Claims returns all of them, in the order of the published table. Their numbers are their places.
func Claims() []Claim {
	return []Claim{
		oneContainerClaim(),
		leftoversClaim(),
		npmCiClaim(),
		layerCachingClaim(),
		imageSizeClaim(),
		runtimeClaim(),
		fileIntegrityClaim(),
		updatesClaim(),
		hotReloadClaim(),
		seedFirstClaim(),
		lastStageClaim(),
		anonymousVolumeClaim(),
		mountPrecedenceClaim(),
		bottleneckClaim(),
		splitLaterClaim(),
		noCORSClaim(),
		staticBinaryClaim(),
		buildArgumentsClaim(),
		anyFrontClaim(),
	}
}

// ErrClaim says that the test of a claim broke off.
var ErrClaim = errors.New("not every claim could be judged")

// ClaimOptions say what is tested.
type ClaimOptions struct {
	Root     string   // the project's folder
	File     string   // where the run is written, after each claim
	Only     []string // ids of the claims to test; empty: all
	Resume   bool     // go on with the run in File: what it has judged is kept; Only and Command are its own
	Command  string   // asks for this run again
	Progress Progress
}

// JudgeClaims tests claims, one after the other. One whose test breaks off is recorded with the cause and the others go
// on; the error then is ErrClaim. When ctx ends, nothing is left but images, and what was judged is in the file.
func JudgeClaims(ctx context.Context, o ClaimOptions) (run record.Claims, err error) {
	asked, err := selectClaims(o.Only)
	if err != nil {
		return run, err
	}
	l, err := lab.Open(ctx, o.Root, o.Progress.Line)
	if err != nil {
		return run, err
	}
	defer cleaning(ctx, &err, l.Close)
	env, err := environment(ctx, l, o.Root)
	if err != nil {
		return run, err
	}
	if run, asked, err = o.open(env, asked); err != nil {
		return run, err
	}
	b := newClaimBench(l, o)
	defer func() { err = errors.Join(err, b.remove()) }()
	for i, c := range asked {
		if t, is := run.Tested(c.ID); is && t.Err == "" {
			continue
		}
		o.Progress.Step(i, len(asked), c.ID)
		tested := b.test(ctx, c)
		if err := ctx.Err(); err != nil {
			return run, err
		}
		run.Claims = slices.DeleteFunc(run.Claims, func(t record.Claim) bool { return t.ID == c.ID })
		run.Claims = append(run.Claims, tested)
		slices.SortFunc(run.Claims, func(a, b record.Claim) int { return a.Number - b.Number })
		o.Progress.Line("%s: %s, after %s", c.ID, orBroken(tested), tested.Took.Round(100*time.Millisecond))
		if err := run.Write(o.File); err != nil {
			return run, err
		}
	}
	ended := time.Now().UTC()
	run.Ended = &ended
	if err := run.Write(o.File); err != nil {
		return run, err
	}
	if broken := run.Broken(); len(broken) > 0 {
		return run, fmt.Errorf("%w: %s", ErrClaim, strings.Join(broken, ", "))
	}
	return run, nil
}

func orBroken(c record.Claim) string {
	if c.Err == "" {
		return string(c.Verdict)
	}
	line, _, _ := strings.Cut(c.Err, "\n")
	return "broke off: " + line
}

// ClaimIDs are those of all claims.
func ClaimIDs() []string {
	var ids []string
	for _, c := range Claims() {
		ids = append(ids, c.ID)
	}
	return ids
}

// selectClaims returns the named claims in their order; all, when none is named.
func selectClaims(ids []string) ([]Claim, error) {
	all := Claims()
	for _, id := range ids {
		if !slices.Contains(ClaimIDs(), id) {
			return nil, fmt.Errorf("unknown claim %q; did you mean %q? (spabench claims --list)", id, nearest.Name(id, ClaimIDs()))
		}
	}
	if len(ids) == 0 {
		return all, nil
	}
	return slices.DeleteFunc(all, func(c Claim) bool { return !slices.Contains(ids, c.ID) }), nil
}

// open is a new run, or the one to go on with and what it asks for.
func (o ClaimOptions) open(env record.Env, asked []Claim) (record.Claims, []Claim, error) {
	env.Path = "" // nothing is loaded
	if !o.Resume {
		run := record.Claims{Schema: record.ClaimsSchema, Started: time.Now().UTC(), Env: env, Command: o.Command, Claims: []record.Claim{}}
		for _, c := range asked {
			run.Asked = append(run.Asked, c.ID)
		}
		return run, asked, run.Write(o.File)
	}
	run, err := record.ReadClaims(o.File)
	if err != nil {
		return run, nil, err
	}
	var lines []string
	for _, d := range record.Differences(run.Env, env) {
		lines = append(lines, "  "+d.String())
	}
	if len(lines) > 0 {
		return run, nil, fmt.Errorf("%w:\n%s", ErrChanged, strings.Join(lines, "\n"))
	}
	asked, err = selectClaims(run.Asked)
	run.Ended = nil
	run.Resumed++
	return run, asked, err
}

// test judges one claim.
func (b *claimBench) test(ctx context.Context, c Claim) record.Claim {
	tested := record.Claim{
		ID: c.ID, Number: slices.Index(ClaimIDs(), c.ID) + 1, Words: c.Words, Test: c.Test,
		Command: fmt.Sprintf("make claims ARGS=%q", "--only "+c.ID),
	}
	began := time.Now()
	j, err := c.run(ctx, b)
	tested.Judgement, tested.Took = j, time.Since(began)
	if err != nil {
		tested.Err, tested.Verdict = err.Error(), record.NotTested
		tested.Why = "the test broke off"
		if be := new(lab.BuildError); errors.As(err, &be) && be.Log != "" {
			tested.Err += "\n" + be.Log
		}
	}
	return tested
}
