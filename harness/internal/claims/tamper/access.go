package tamper

import (
	"context"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
)

// tryToChange opens a file for writing and writes nothing; or, where that is refused, replaces it with a copy of
// itself.
const tryToChange = `true >>"$1" || { cp "$1" "$1.new" && mv "$1.new" "$1"; }`

// noShell is why docker exec cannot change a file in a container without a shell.
const noShell = "no shell"

// observeAccess tries each way to change a variant's files, without and with lab.Hardening, and leaves them as they
// are.
func observeAccess(ctx context.Context, b *claim.Bench, t target) (all []record.FileAccess, err error) {
	for _, hardened := range []bool{false, true} {
		o := lab.Options{Bridge: true, Hardened: hardened}
		err := b.Running(ctx, t.variant, o, func(r *lab.Running) error {
			access := record.FileAccess{Variant: t.variant.Name, Hardened: hardened,
				Refused: map[record.TamperWay]string{}}
			if err := t.tryWays(ctx, r, &access); err != nil {
				return err
			}
			all = append(all, access)
			return nil
		})
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// tryWays tries each way on a container that runs.
func (t target) tryWays(ctx context.Context, r *lab.Running, access *record.FileAccess) error {
	shell, err := r.Exec(ctx, t.container, "", "sh", "-c", ":")
	if err != nil {
		return err
	}
	access.Shell = shell.Code == 0
	for _, way := range scriptWays {
		if way == record.ByExec && !access.Shell {
			access.Refused[way] = noShell
		} else if access.Refused[way], err = t.refusal(ctx, r, way, access.Shell); err != nil {
			return err
		}
	}
	access.Refused[record.ByCopy] = ""
	if err := r.Copy(ctx, t.container, t.attacks[0].path, t.original, 0o755); err != nil {
		access.Refused[record.ByCopy] = lastWords(err.Error())
	}
	return ctx.Err()
}

// refusal says why that way cannot change the file; "" where it can. Where a container has no shell, its user is tried
// in a second container that has one.
func (t target) refusal(ctx context.Context, r *lab.Running, way record.TamperWay, shell bool) (string, error) {
	a := attack{script: tryToChange, path: t.attacks[0].path}
	run := func() (lab.Executed, error) { return t.run(ctx, r, way, a) }
	if way == record.ByOwnUser && !shell {
		run = func() (lab.Executed, error) { return t.runBeside(ctx, r, t.user, a) }
	}
	ran, err := run()
	if err != nil || ran.Code == 0 {
		return "", err
	}
	return lastWords(ran.Output), nil
}
