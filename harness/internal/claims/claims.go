package claims

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/claims/bases"
	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/claims/compose"
	"spabench/harness/internal/claims/origin"
	"spabench/harness/internal/claims/rebuild"
	"spabench/harness/internal/claims/tamper"
	"spabench/harness/internal/claims/update"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/nearest"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// All returns all of them, in the order of the published table. Their numbers are their places.
func All() []claim.Claim {
	return []claim.Claim{
		oneContainerClaim(),
		leftoversClaim(),
		rebuild.NpmCI(),
		rebuild.LayerCaching(),
		imageSizeClaim(),
		runtimeClaim(),
		tamper.FileIntegrity(),
		update.Updates(),
		compose.HotReload(),
		compose.SeedFirst(),
		lastStageClaim(),
		compose.AnonymousVolume(),
		compose.MountPrecedence(),
		capacityClaim(),
		splitLaterClaim(),
		origin.NoCORS(),
		bases.StaticBinary(),
		bases.BuildArguments(),
		anyFrontClaim(),
	}
}

// ErrBrokenOff says that the test of a claim broke off.
var ErrBrokenOff = errors.New("not every claim could be judged")

// Options say what is tested.
type Options struct {
	Root     string   // the project's folder
	File     string   // where the run is written, after each claim
	Only     []string // ids of the claims to test; empty: all
	Resume   bool     // go on with the run in File: what it has judged is kept; Only and Command are its own
	Command  string   // asks for this run again
	Progress rig.Progress
}

// Judge tests claims, one after the other. One whose test breaks off is recorded with the cause and the others go
// on; the error then is ErrClaim. When ctx ends, nothing is left but images, and what was judged is in the file.
func Judge(ctx context.Context, o Options) (run record.Claims, err error) {
	asked, err := selectClaims(o.Only)
	if err != nil {
		return run, err
	}
	l, err := lab.Open(ctx, o.Root, o.Progress.Line)
	if err != nil {
		return run, err
	}
	defer rig.CleanUp(ctx, &err, l.Close)
	env, err := rig.ReadEnv(ctx, l, o.Root)
	if err != nil {
		return run, err
	}
	if run, asked, err = o.open(env, asked); err != nil {
		return run, err
	}
	b := claim.New(l, o.Progress)
	defer func() { err = errors.Join(err, b.Remove()) }()
	for i, c := range asked {
		if t, is := run.Tested(c.ID); is && t.Err == "" {
			continue
		}
		o.Progress.Step(i, len(asked), c.ID)
		tested := judgeClaim(ctx, b, c)
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
		return run, fmt.Errorf("%w: %s", ErrBrokenOff, strings.Join(broken, ", "))
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

// IDs are those of all claims.
func IDs() []string {
	var ids []string
	for _, c := range All() {
		ids = append(ids, c.ID)
	}
	return ids
}

// selectClaims returns the named claims in their order; all, when none is named.
func selectClaims(ids []string) ([]claim.Claim, error) {
	all := All()
	for _, id := range ids {
		if !slices.Contains(IDs(), id) {
			return nil, fmt.Errorf("unknown claim %q; did you mean %q? (spabench claims --list)", id, nearest.Name(id, IDs()))
		}
	}
	if len(ids) == 0 {
		return all, nil
	}
	return slices.DeleteFunc(all, func(c claim.Claim) bool { return !slices.Contains(ids, c.ID) }), nil
}

// open is a new run, or the one to go on with and what it asks for.
func (o Options) open(env record.Env, asked []claim.Claim) (record.Claims, []claim.Claim, error) {
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
		return run, nil, fmt.Errorf("%w:\n%s", record.ErrChanged, strings.Join(lines, "\n"))
	}
	asked, err = selectClaims(run.Asked)
	run.Ended = nil
	run.Resumed++
	return run, asked, err
}

// judgeClaim judges one claim.
func judgeClaim(ctx context.Context, b *claim.Bench, c claim.Claim) record.Claim {
	tested := record.Claim{
		ID: c.ID, Number: slices.Index(IDs(), c.ID) + 1, Words: c.Words, Test: c.Test,
		Command: fmt.Sprintf("make claims ARGS=%q", "--only "+c.ID),
	}
	began := time.Now()
	j, err := c.Run(ctx, b)
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
