package tamper

import (
	"context"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/variants"
)

// intrusion is who can change the files of a running variant, or the program that they are in.
type intrusion struct {
	variant string
	can     []canChange // without and with lab.Hardening
}

type canChange struct {
	hardened bool
	shell    bool              // in the container that has the files
	no       map[string]string // by way: why not; "" where it can
}

// reach opens a file for writing and writes nothing; or, where that is refused, lets a copy of it take its place.
const reach = `true >>"$1" || { cp "$1" "$1.new" && mv "$1.new" "$1"; }`

// observeIntrusion tries each way to change a variant's files, and leaves them as they are.
func observeIntrusion(ctx context.Context, b *claim.Bench, v variants.Variant) (intrusion, error) {
	who := intrusion{variant: v.Name}
	t, err := tampererOf(ctx, b, v)
	if err != nil {
		return who, err
	}
	for _, hardened := range []bool{false, true} {
		err := b.Running(ctx, v, lab.Options{Bridge: true, Hardened: hardened}, func(r *lab.Running) error {
			can := canChange{hardened: hardened, no: map[string]string{}}
			shell, err := r.Exec(ctx, t.container, "", "sh", "-c", ":")
			if err != nil {
				return err
			}
			can.shell = shell.Code == 0
			for _, way := range []string{bySelf, byExec, byBeside} {
				if way == byExec && !can.shell {
					can.no[way] = "no shell"
					continue
				}
				if can.no[way], err = t.reach(ctx, r, way, can.shell); err != nil {
					return err
				}
			}
			if err := r.Copy(ctx, t.container, t.acts[0].path, t.whole, 0o755); err != nil {
				can.no[byCopy] = lastWords(err.Error())
			} else {
				can.no[byCopy] = ""
			}
			who.can = append(who.can, can)
			return ctx.Err()
		})
		if err != nil {
			return who, err
		}
	}
	return who, nil
}

// reach says why that way cannot change the file; "" where it can. Whom a container without a shell runs as gets one beside
// it, with that user.
func (t tamperer) reach(ctx context.Context, r *lab.Running, way string, shell bool) (no string, err error) {
	a := act{script: reach, path: t.acts[0].path}
	var ran lab.Executed
	if way == bySelf && !shell {
		err = r.Beside(ctx, t.container, t.user, func(exec func(...string) (lab.Executed, error)) error {
			ran, err = exec(a.command(lab.BesideRoot)...)
			return err
		})
	} else {
		ran, err = t.run(ctx, r, way, a)
	}
	if err != nil || ran.Code == 0 {
		return "", err
	}
	return lastWords(ran.Output), nil
}

// lastWords is what an error ends with, which says why.
func lastWords(s string) string {
	if _, after, found := strings.Cut(s, "\n"); found && strings.TrimSpace(after) != "" {
		return lastWords(after)
	}
	return strings.TrimSpace(s[strings.LastIndex(s, ": ")+1:])
}
