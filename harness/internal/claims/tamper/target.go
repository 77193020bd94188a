package tamper

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
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
	if t.original, err = fileOf(ctx, b.Lab, refs[i], program); err != nil {
		return t, err
	}
	t.attacks, err = attacksOnProgram(program, t.original, b.Dist.Script, script)
	return t, err
}

// fileOf reads one file of an image.
func fileOf(ctx context.Context, l *lab.Lab, ref, path string) (content []byte, err error) {
	err = l.Export(ctx, ref, func(archive io.Reader) error {
		tr := tar.NewReader(archive)
		for {
			h, err := tr.Next()
			if err != nil {
				return fmt.Errorf("find %s: %w", path, err)
			}
			if "/"+strings.TrimPrefix(h.Name, "/") == path {
				content, err = io.ReadAll(tr)
				return err
			}
		}
	})
	return content, err
}
