package tamper

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"

	"github.com/andybalholm/brotli"
)

// attack is one way to tamper with a variant.
type attack struct {
	name    string
	file    string // of the build, that is requested afterwards
	path    string // in the container, that is changed
	content []byte // that it then has
	script  string // makes the attack, with the path in $1 and the content in $2; "" for docker cp, which needs none
	mode    fs.FileMode
	served  []byte // what the file then is to clients; nil: content

	coded map[string][]byte // by coding: what replaces the compressed forms, too; nil: they are left alone
}

// contentIn is what the attack puts in the place of the file in that coding; nil: nothing.
func (a attack) contentIn(coding string) []byte {
	switch {
	case coding != "":
		return a.coded[coding]
	case a.served != nil:
		return a.served
	}
	return a.content
}

// Scripts that change a file in place: its inode stays, its modification time becomes that of the change.
const (
	overwrite         = `printf %s "$2" >"$1"`
	overwriteKeepTime = `t=$(stat -c %y "$1"); ` + overwrite + `; touch -d "$t" "$1"`
	truncate          = `: >"$1"`
	remove            = `rm "$1"`
	// Into the middle, as someone who patches a program would.
	patch = `printf %s "$2" | dd of="$1" bs=1 seek=4096 conv=notrunc status=none`
)

// attackerPage is the page that an attacker would serve.
const attackerPage = "<!doctype html><title>tampered with</title><p>This page is not the build's.</p>\n"

// attackerScript is the script that an attacker would serve, padded to a size.
func attackerScript(size int) []byte {
	s := []byte(`document.body.textContent = "tampered with"`)
	if size > len(s) {
		s = append(append(s, "//"...), bytes.Repeat([]byte("x"), max(0, size-len(s)-2))...)
	}
	return s
}

// attacksOnFiles are those on a build on disk below root, on its page and a script of it.
func attacksOnFiles(root, name string, script []byte) ([]attack, error) {
	onScript, onPage := root+"/"+name, root+"/index.html"
	sameLength, page := attackerScript(len(script)), []byte(attackerPage)
	coded, err := codedForms(page)
	return []attack{
		{name: "script overwritten", file: name, path: onScript, script: overwrite, content: attackerScript(0)},
		{name: "script overwritten, same length", file: name, path: onScript, script: overwrite, content: sameLength},
		{name: "script overwritten, same length and time", file: name, path: onScript, script: overwriteKeepTime,
			content: sameLength},
		{name: "script truncated", file: name, path: onScript, script: truncate},
		{name: "script deleted", file: name, path: onScript, script: remove},
		{name: "page replaced", file: "index.html", path: onPage, content: page, mode: 0o644},
		{name: "page replaced, with its .br and .gz", file: "index.html", path: onPage, content: page, mode: 0o644,
			coded: coded},
	}, err
}

// attacksOnProgram are those on a program that has the build inside it.
func attacksOnProgram(path string, program []byte, name string, script []byte) ([]attack, error) {
	if !bytes.Contains(program, script) {
		return nil, errors.New("its program does not contain the script's bytes as they are")
	}
	sameLength := attackerScript(len(script))
	return []attack{
		{name: "program patched in place", file: name, path: path, script: patch, content: sameLength},
		{name: "program truncated in place", file: name, path: path, script: truncate},
		{name: "program replaced by one with another script", file: name, path: path, mode: 0o755, served: sameLength,
			content: bytes.ReplaceAll(program, script, sameLength)},
		{name: "program replaced by an empty file", file: name, path: path, content: []byte{}, mode: 0o755},
		{name: "program deleted", file: name, path: path, script: remove},
	}, nil
}

// codedForms are the compressed forms that a build would have beside a file, by coding.
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
