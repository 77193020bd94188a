package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// manuals are the documents that people read, by their paths in the checkout.
var manuals = []string{"README.md", "harness/METHOD.md", "harness/spatest/README.md", "harness/spatest/FIELD.md",
	"harness/engines/README.md", "variants/README.md"}

// block is a fenced block of a manual.
type block struct {
	language string
	line     int // of its first fence, from 1
	lines    []string
}

// manual is a document, taken apart.
type manual struct {
	path   string
	blocks []block
	prose  string // what stands outside of the blocks, line by line, with blank lines in their place
}

func readManual(t *testing.T, root, path string) manual {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	m := manual{path: path}
	var open *block
	var prose []string
	for i, line := range strings.Split(string(text), "\n") {
		fence, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && open == nil:
			open = &block{language: fence, line: i + 1}
		case isFence:
			m.blocks = append(m.blocks, *open)
			open = nil
		case open != nil:
			open.lines = append(open.lines, line)
		}
		if isFence || open != nil {
			line = ""
		}
		prose = append(prose, line)
	}
	if open != nil {
		t.Errorf("%s:%d: this block has no end", path, open.line)
	}
	m.prose = strings.Join(prose, "\n")
	return m
}

// TestManualsAreFound holds that each document is linked from the README and under test, and that the README stays
// short.
func TestManualsAreFound(t *testing.T) {
	root := checkout(t)
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(readme), "\n"); n > 150 {
		t.Errorf("README.md has %d lines; with more than 150 it is a manual itself: move what is not for everybody", n)
	}
	for _, path := range append(slices.Clone(manuals[1:]), "results/README.md", "LICENSE") {
		if !strings.Contains(string(readme), "]("+path+")") {
			t.Errorf("README.md has no link to %s", path)
		}
	}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		generated := rel == "results" || d.Name() == "testdata" || d.Name() == "node_modules" || d.Name() == ".git"
		if d.IsDir() && generated {
			return filepath.SkipDir
		}
		if strings.HasSuffix(rel, ".md") && !slices.Contains(manuals, rel) {
			t.Errorf("%s is no manual that is tested: add it to the list", rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var (
	linked   = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	codeSpan = regexp.MustCompile("`([^`]+)`") // a link in one is an example, and leads nowhere
	titled   = regexp.MustCompile(`(?m)^#{1,6} +(.+?)\s*$`)
)

// TestManualLinks holds that every relative link of a manual leads to a file, and every fragment to a heading of it.
func TestManualLinks(t *testing.T) {
	root := checkout(t)
	for _, path := range manuals {
		prose := codeSpan.ReplaceAllString(readManual(t, root, path).prose, "")
		for _, m := range linked.FindAllStringSubmatch(prose, -1) {
			if strings.Contains(m[1], "://") {
				continue // whether the network answers is not for a test of the project
			}
			file, fragment, hasFragment := strings.Cut(m[1], "#")
			target := path
			if file != "" {
				target = filepath.ToSlash(filepath.Join(filepath.Dir(path), file))
			}
			if !exists(root, target) {
				t.Errorf("%s links to %s, which does not exist", path, m[1])
			} else if hasFragment && !slices.Contains(anchors(readManual(t, root, target)), fragment) {
				t.Errorf("%s links to %s: %s has no such heading", path, m[1], target)
			}
		}
	}
}

var (
	pathName = regexp.MustCompile(`^(variants|dockerfiles|harness|results)/[\w./-]*$`)
	testName = regexp.MustCompile(`^Test\w+$`)
)

// TestManualNames holds that the files and tests that manuals name in code spans exist. A path with NAME in it is an
// example.
func TestManualNames(t *testing.T) {
	root := checkout(t)
	tests := testNames(t, root)
	for _, path := range manuals {
		for _, span := range codeSpan.FindAllStringSubmatch(readManual(t, root, path).prose, -1) {
			switch name := span[1]; {
			case strings.Contains(name, "NAME"):
			case pathName.MatchString(name) && !exists(root, name):
				t.Errorf("%s names %s, which does not exist", path, name)
			case testName.MatchString(name) && !slices.Contains(tests, name):
				t.Errorf("%s names the test %s, which does not exist", path, name)
			}
		}
	}
}

// anchors are the fragments that GitHub gives the headings of a document.
func anchors(m manual) []string {
	var all []string
	for _, title := range titled.FindAllStringSubmatch(m.prose, -1) {
		slug := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z',
				r > 127 && !strings.ContainsRune("“”‘’…–—", r):
				return r
			}
			return -1
		}, strings.ToLower(title[1]))
		all = append(all, slug)
	}
	return all
}

func TestAnchors(t *testing.T) {
	got := anchors(manual{prose: "# The article's claims, tested\n\ntext\n## `make` it: A/B\n"})
	if want := []string{"the-articles-claims-tested", "make-it-ab"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
