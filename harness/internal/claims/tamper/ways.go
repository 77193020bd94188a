package tamper

import (
	"context"
	"strings"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// scriptWays run scripts, the one that needs the least privilege first.
var scriptWays = []record.TamperWay{record.ByOwnUser, record.ByExec, record.BySecondContainer}

// carryOut makes an attack in the way that needs the least privilege, and says which that was. Refused is why none
// could.
func (t target) carryOut(
	ctx context.Context, r *lab.Running, a attack,
) (by record.TamperWay, refused string, err error) {
	if a.script == "" {
		refused, err = t.copy(ctx, r, a)
		return record.ByCopy, refused, err
	}
	for _, way := range scriptWays {
		ran, err := t.run(ctx, r, way, a)
		if err != nil || ran.Code == 0 {
			return way, "", err
		}
		by, refused = way, lastWords(ran.Output)
	}
	return by, refused, nil
}

// copy copies what the attack puts in the place of its file, and of the compressed forms if they are part of it.
func (t target) copy(ctx context.Context, r *lab.Running, a attack) (refused string, err error) {
	if err := r.Copy(ctx, t.container, a.path, a.content, a.mode); err != nil {
		return lastWords(err.Error()), ctx.Err()
	}
	for coding, content := range a.coded {
		if err := r.Copy(ctx, t.container, a.path+rig.SidecarEnding(coding), content, a.mode); err != nil {
			return lastWords(err.Error()), ctx.Err()
		}
	}
	return "", nil
}

// run runs the script of an attack in that way.
func (t target) run(ctx context.Context, r *lab.Running, way record.TamperWay, a attack) (lab.Executed, error) {
	switch way {
	case record.BySecondContainer:
		return t.runBeside(ctx, r, "", a)
	case record.ByOwnUser:
		return r.Exec(ctx, t.container, "", a.command("")...)
	}
	return r.Exec(ctx, t.container, "0", a.command("")...)
}

// runBeside runs the script in a second container, as that user.
func (t target) runBeside(ctx context.Context, r *lab.Running, user string, a attack) (ran lab.Executed, err error) {
	err = r.Beside(ctx, t.container, user, func(exec func(...string) (lab.Executed, error)) error {
		ran, err = exec(a.command(lab.BesideRoot)...)
		return err
	})
	return ran, err
}

// command is the attack's script, with the container's file system below root.
func (a attack) command(root string) []string {
	return []string{"sh", "-euc", a.script, "sh", root + a.path, string(a.content)}
}

// lastWords is the end of an error, which says why.
func lastWords(s string) string {
	if _, after, found := strings.Cut(s, "\n"); found && strings.TrimSpace(after) != "" {
		return lastWords(after)
	}
	return strings.TrimSpace(s[strings.LastIndex(s, ": ")+1:])
}
