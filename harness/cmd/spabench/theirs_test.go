package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spabench/harness/internal/rig"
	"spabench/variants"
)

// writeDist writes a small build into the folder dist of the working directory.
func writeDist(t *testing.T, more ...string) {
	t.Helper()
	for _, name := range append(more, "index.html", "main.js") {
		file := filepath.Join("dist", name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(`<script src="/main.js"></script>`), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReadTheirs(t *testing.T) {
	t.Chdir(t.TempDir())
	writeDist(t)
	var said bytes.Buffer
	got, err := readTheirs("dist", &said)
	if err != nil || len(got.folder.Files) != 2 || got.routes != nil || said.String() != "" {
		t.Errorf("%+v, %v, said %q", got, err, said.String())
	}
	file := []byte("app: {dist: ./elsewhere, routes: [/orders/42]}\n")
	if err := os.WriteFile("spabench.yaml", file, 0o644); err != nil {
		t.Fatal(err)
	}
	got, err = readTheirs("./dist", &said)
	if err != nil || strings.Join(got.routes, " ") != "/orders/42" ||
		!strings.Contains(said.String(), "spabench.yaml") {
		t.Errorf("%+v, %v, said %q", got, err, said.String())
	}
	_, err = readTheirs("dost", &said)
	if err == nil || !strings.HasPrefix(err.Error(), "--dist dost: there is no such folder") {
		t.Errorf("%v", err)
	}
}

// Variants that serve an app of ours alone are refused, and those that embed the files if they cannot.
func TestFits(t *testing.T) {
	t.Chdir(t.TempDir())
	writeDist(t)
	for only, want := range map[string]string{
		"":                               "",
		"django,nginx-fastapi,null":      "",
		"embedded-go-cgo":                "",
		"embedded-go-vue":                "is about an app of ours: leave it out of --only, or leave out --dist",
		"disk-go,embedded-go-schedtrace": "embedded-go-schedtrace is about an app of ours",
		"shop":                           "",
	} {
		fit(t, only, want)
	}
	writeDist(t, "it’s.js")
	for only, want := range map[string]string{
		"":                `rename it, or leave embedded-go out: --only disk-go,fastapi,nginx-three-container`,
		"embedded-go-cgo": `go:embed leaves out "it’s.js"`,
		"disk-go,fastapi": "",
	} {
		fit(t, only, want)
	}
}

// fit holds that the folder dist fits these variants, or does not for this reason.
func fit(t *testing.T, only, want string) {
	t.Helper()
	read, err := readTheirs("dist", new(bytes.Buffer))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	if only != "" {
		names = strings.Split(only, ",")
	}
	var added []rig.Added
	if only == "shop" {
		added = []rig.Added{{Name: "shop"}}
	}
	arms, err := selectArms(names, added)
	if err != nil {
		t.Fatal(err)
	}
	err = read.fits(arms)
	if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
		t.Errorf("%q: %v, want %q", variants.Names(arms), err, want)
	}
}

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{
		"./dist": "./dist", "größe/x_1": "größe/x_1", "my dist": "'my dist'", "it's": `'it'\''s'`,
		"$HOME": "'$HOME'", "": "''",
	} {
		if got := quoted(word); got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
}
