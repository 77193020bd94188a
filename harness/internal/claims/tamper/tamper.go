package tamper

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/variants"
)

// FileIntegrity is the claim about who can change what is served.
func FileIntegrity() claim.Claim {
	return claim.Claim{
		ID:    "file-integrity",
		Words: "Embedded files cannot be modified; files on disk can be deleted or corrupted.",
		Test: "Change, empty, delete and replace a file of the build in a running container or, where the build is " +
			"inside the program, the program; a fresh container each time. Then request it as browsers and curl do, " +
			"restart, request it again, and request it from a new container of the same image. See who can do this " +
			"at all, with and without " + lab.Hardening,
		Run: run,
	}
}

func run(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
	o, err := observe(ctx, b)
	if len(o.Attacks) == 0 {
		return record.Judgement{}, err
	}
	return judge(o), err
}

// judge judges what came of all attacks.
func judge(o record.TamperObserved) record.Judgement {
	j := record.Judgement{Observed: record.Observed{Tamper: &o}}
	programs := o.OnPrograms()
	if len(programs) == 0 || len(o.OnFiles()) == 0 {
		j.Verdict = record.NotTested
		j.Reason = "there is nothing to compare: it takes a build inside a program and one on disk"
		return j
	}
	j.Verdict = claim.VerdictOf(
		!slices.ContainsFunc(programs, record.Attack.Shows),
		!slices.ContainsFunc(programs, record.Attack.ShowsAfterRestart),
		o.FilesExposed(),
	)
	return j
}

// observe attacks every shape of server.
func observe(ctx context.Context, b *claim.Bench) (record.TamperObserved, error) {
	o := record.TamperObserved{Hardening: lab.Hardening}
	if err := b.MakeApps(ctx); err != nil {
		return o, err
	}
	o.Integrity = bytes.Contains(b.Dist.Page, []byte("integrity="))
	all := b.Shapes()
	for _, v := range all { // before the rest, which runs two at a time: builds share their layers
		if _, err := b.Refs(ctx, v); err != nil {
			return o, err
		}
	}
	access, attacks := make([][]record.FileAccess, len(all)), make([][]record.Attack, len(all))
	err := twoByTwo(ctx, all, func(ctx context.Context, i int, v variants.Variant) error {
		t, err := targetOf(ctx, b, v)
		if err != nil {
			return err
		}
		if access[i], err = observeAccess(ctx, b, t); err != nil {
			return err
		}
		attacks[i], err = observeAttacks(ctx, b, t)
		return err
	})
	o.Access, o.Attacks = slices.Concat(access...), slices.Concat(attacks...)
	return o, err
}

// twoByTwo calls f for each variant, two at a time, since most of the time is spent waiting for containers. After an
// error it starts no other.
func twoByTwo(
	ctx context.Context, all []variants.Variant, f func(context.Context, int, variants.Variant) error,
) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	turns, errs := make(chan struct{}, 2), make([]error, len(all))
	var wg sync.WaitGroup
	for i, v := range all {
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			if ctx.Err() != nil {
				return
			}
			if err := f(ctx, i, v); err != nil {
				errs[i] = fmt.Errorf("tamper with %s: %w", v.Name, err)
				cancel()
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
