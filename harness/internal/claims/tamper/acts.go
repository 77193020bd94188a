package tamper

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/andybalholm/brotli"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// act is one way to tamper with a variant.
type act struct {
	name    string
	file    string // of the build, that is asked for afterwards
	path    string // in the container, that is changed
	content []byte // that it then has
	script  string // does it, with the path in $1 and the content in $2; "" for docker cp, which needs none
	mode    fs.FileMode
	served  []byte // what there then is of the file; nil: content

	coded map[string][]byte // by coding: what takes the place of the compressed forms, too; nil: they are left alone
}

// put is what the act puts in the place of the file in that coding; nil: nothing.
func (a act) put(coding string) []byte {
	switch {
	case coding != "":
		return a.coded[coding]
	case a.served != nil:
		return a.served
	}
	return a.content
}

// Scripts that change a file where it is: its number on the disk stays, its time becomes that of the change.
const (
	rewrite = `printf %s "$2" >"$1"`
	keeping = `t=$(stat -c %y "$1"); ` + rewrite + `; touch -d "$t" "$1"`
	empty   = `: >"$1"`
	erase   = `rm "$1"`
	// Into the middle, as one who patches a program would.
	patch = `printf %s "$2" | dd of="$1" bs=1 seek=4096 conv=notrunc status=none`
)

// tamperer tampers with one variant.
type tamperer struct {
	variant   variants.Variant
	container string // that has the files, or the program with them
	root      string // folder of the files; "" where they are in the program
	user      string // of the image
	whole     []byte // of the first act's path, as it was built
	acts      []act
}

// other is the script that an attacker would serve; padded to a size it is of the very length of another one.
func other(size int) []byte {
	s := []byte(`document.body.textContent = "tampered with"`)
	if size > len(s) {
		s = append(append(s, "//"...), bytes.Repeat([]byte("x"), max(0, size-len(s)-2))...)
	}
	return s
}

const otherPage = "<!doctype html><title>tampered with</title><p>This page is not the build's.</p>\n"

// codedForms are what a build would have beside a file, by coding.
func codedForms(content []byte) (map[string][]byte, error) {
	var br, gz bytes.Buffer
	for _, w := range []io.WriteCloser{brotli.NewWriter(&br), gzip.NewWriter(&gz)} {
		if _, err := w.Write(content); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
	}
	return map[string][]byte{"br": br.Bytes(), "gzip": gz.Bytes()}, nil
}

func tampererOf(ctx context.Context, b *claim.Bench, v variants.Variant) (tamperer, error) {
	t := tamperer{variant: v}
	files, onDisk := v.Files()
	if !onDisk {
		files = v.Entry()
	}
	t.container, t.root = files.Name, files.Root
	refs, err := b.Refs(ctx, v)
	if err != nil {
		return t, err
	}
	var ref string
	for i, c := range v.Containers {
		if c.Name == t.container {
			ref = refs[i]
		}
	}
	config, err := b.Lab.Config(ctx, ref)
	if err != nil {
		return t, err
	}
	t.user = config.User
	script, err := fs.ReadFile(b.Dist.FS, b.Dist.Script)
	if err != nil {
		return t, err
	}
	if onDisk {
		path := t.root + "/" + b.Dist.Script
		t.whole = script
		coded, err := codedForms([]byte(otherPage))
		if err != nil {
			return t, err
		}
		t.acts = []act{
			{name: "script: other bytes", file: b.Dist.Script, path: path, script: rewrite, content: other(0)},
			{name: "script: other bytes, as many", file: b.Dist.Script, path: path, script: rewrite, content: other(len(script))},
			{name: "script: the same, time put back", file: b.Dist.Script, path: path, script: keeping, content: other(len(script))},
			{name: "script: emptied", file: b.Dist.Script, path: path, script: empty},
			{name: "script: deleted", file: b.Dist.Script, path: path, script: erase},
			{name: "page: replaced", file: "index.html", path: t.root + "/index.html", content: []byte(otherPage), mode: 0o644},
			{name: "page: replaced, .br and .gz too", file: "index.html", path: t.root + "/index.html", content: []byte(otherPage), mode: 0o644, coded: coded},
		}
		return t, nil
	}
	if len(config.Entrypoint) == 0 {
		return t, fmt.Errorf("the image of %s names no program", v.Name)
	}
	program := config.Entrypoint[0]
	binary, err := fileOf(ctx, b, ref, program)
	if err != nil {
		return t, err
	}
	if !bytes.Contains(binary, script) {
		return t, errors.New("its program does not hold the script's bytes as they are")
	}
	t.whole = binary
	patched := bytes.ReplaceAll(binary, script, other(len(script)))
	t.acts = []act{
		{name: "program: patched in place", file: b.Dist.Script, path: program, script: patch, content: other(len(script))},
		{name: "program: emptied in place", file: b.Dist.Script, path: program, script: empty},
		{name: "program: replaced, another script in it", file: b.Dist.Script, path: program, content: patched, served: other(len(script)), mode: 0o755},
		{name: "program: replaced by an empty file", file: b.Dist.Script, path: program, content: []byte{}, mode: 0o755},
		{name: "program: deleted", file: b.Dist.Script, path: program, script: erase},
	}
	return t, nil
}

// fileOf reads one file of an image.
func fileOf(ctx context.Context, b *claim.Bench, ref, path string) (content []byte, err error) {
	err = b.Lab.Export(ctx, ref, func(archive io.Reader) error {
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

// Ways to change a file, those that need least first.
const (
	bySelf   = "the server's own user"
	byExec   = "root, docker exec"
	byCopy   = "root, docker cp"
	byBeside = "root, a second container"
)

// do does an act by the way that needs least, and says which it was. Refused is why none could.
func (t tamperer) do(ctx context.Context, r *lab.Running, a act) (by, refused string, err error) {
	if a.script == "" {
		if err := r.Copy(ctx, t.container, a.path, a.content, a.mode); err != nil {
			return byCopy, lastWords(err.Error()), ctx.Err()
		}
		for coding, content := range a.coded {
			if err := r.Copy(ctx, t.container, a.path+rig.SidecarEnding(coding), content, a.mode); err != nil {
				return byCopy, lastWords(err.Error()), ctx.Err()
			}
		}
		return byCopy, "", nil
	}
	for _, way := range []string{bySelf, byExec, byBeside} {
		ran, err := t.run(ctx, r, way, a)
		if err != nil || ran.Code == 0 {
			return way, "", err
		}
		by, refused = way, lastWords(ran.Output)
	}
	return by, refused, nil
}

// run runs the script of an act in a container by that way.
func (t tamperer) run(ctx context.Context, r *lab.Running, way string, a act) (ran lab.Executed, err error) {
	switch way {
	case byBeside:
		err = r.Beside(ctx, t.container, "", func(exec func(...string) (lab.Executed, error)) error {
			ran, err = exec(a.command(lab.BesideRoot)...)
			return err
		})
		return ran, err
	case bySelf:
		return r.Exec(ctx, t.container, "", a.command("")...)
	}
	return r.Exec(ctx, t.container, "0", a.command("")...)
}

// command is the act's script, with the container's file system below root.
func (a act) command(root string) []string {
	return []string{"sh", "-euc", a.script, "sh", root + a.path, string(a.content)}
}
