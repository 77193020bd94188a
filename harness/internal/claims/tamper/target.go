package tamper

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"spabench/harness/internal/claims/claim"
	"spabench/variants"
)

// target is a variant that is attacked.
type target struct {
	variant   variants.Variant
	container string // that has the files, or the program with them
	embedded  bool   // they are inside the program
	user      string // of the image
	original  []byte // content of the first attack's path, as it was built
	attacks   []attack
}

func targetOf(ctx context.Context, b *claim.Bench, v variants.Variant) (target, error) {
	files, onDisk := v.Files()
	if !onDisk {
		files = v.Entry()
	}
	t := target{variant: v, container: files.Name, embedded: !onDisk}
	refs, err := b.Refs(ctx, v)
	if err != nil {
		return t, err
	}
	i := slices.IndexFunc(v.Containers, func(c variants.Container) bool { return c.Name == t.container })
	config, err := b.Lab.Config(ctx, refs[i])
	if err != nil {
		return t, err
	}
	t.user = config.User
	script, err := fs.ReadFile(b.Dist.FS, b.Dist.Script)
	if err != nil {
		return t, err
	}
	if onDisk {
		t.original = script
		t.attacks, err = attacksOnFiles(files.Root, b.Dist.Script, script)
		return t, err
	}
	if len(config.Entrypoint) == 0 {
		return t, fmt.Errorf("the image of %s has no entrypoint", v.Name)
	}
	program := config.Entrypoint[0]
	err = b.Lab.ReadFile(ctx, refs[i], program, func(content io.Reader) (err error) {
		t.original, err = io.ReadAll(content)
		return err
	})
	if err != nil {
		return t, err
	}
	t.attacks, err = attacksOnProgram(program, t.original, b.Dist.Script, script)
	return t, err
}
