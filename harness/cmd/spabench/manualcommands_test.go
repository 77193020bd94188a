package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// command is one line of a manual that a reader can type.
type command struct {
	line       int
	text       string   // without its comment and its prompt
	background bool     // it ends in &, and serves until the block ends
	output     []string // of a console block: what the manual says that it prints; an ellipsis stands for anything
}

var comment = regexp.MustCompile(`(^|\s+)# .*$`)

// commands reads the commands of a block: each line of one marked sh, or what follows a prompt in one marked console.
func (b block) commands() []command {
	var all []command
	for i, line := range b.lines {
		text, prompt := line, true
		if b.language == "console" {
			text, prompt = strings.CutPrefix(line, "$ ")
		}
		if !prompt {
			if len(all) > 0 {
				all[len(all)-1].output = append(all[len(all)-1].output, line)
			}
			continue
		}
		if text = strings.TrimSpace(comment.ReplaceAllString(text, "")); text == "" {
			continue
		}
		c := command{line: b.line + 1 + i, text: text}
		if before, ok := strings.CutSuffix(text, " &"); ok {
			c.text, c.background = before, true
		}
		all = append(all, c)
	}
	return all
}

// TestManualCommands holds that each command of a manual has a treatment, that the treatment is real, and that what the
// command names exists: targets of the Makefile, flags, folders, Dockerfiles and their arguments.
func TestManualCommands(t *testing.T) {
	root := checkout(t)
	tests, programs := testNames(t, root), []string{"spabench", "make", "go"}
	seen := map[string]bool{}
	for _, path := range manuals {
		m := readManual(t, root, path)
		for _, b := range m.blocks {
			if b.language != "sh" && b.language != "console" {
				continue
			}
			for _, c := range b.commands() {
				seen[c.text] = true
				how, ok := treatments[c.text]
				switch {
				case !ok:
					t.Errorf("%s:%d: nothing runs this command: %s", path, c.line, c.text)
				case how.elsewhere != "" && !slices.Contains(tests, how.elsewhere):
					t.Errorf("%s:%d: %s is said to run %s, and does not exist", path, c.line, how.elsewhere, c.text)
				}
				for _, problem := range faults(root, c.text) {
					t.Errorf("%s:%d: %s: %s", path, c.line, c.text, problem)
				}
			}
		}
		for _, span := range codeSpan.FindAllStringSubmatch(m.prose, -1) {
			if program, _, has := strings.Cut(span[1], " "); !has || !slices.Contains(programs, program) {
				continue
			}
			for _, problem := range faults(root, span[1]) {
				t.Errorf("%s: `%s`: %s", path, span[1], problem)
			}
		}
	}
	for text := range treatments {
		if !seen[text] {
			t.Errorf("no manual has this command any more: %s", text)
		}
	}
}

var testFunction = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)

// testNames are the tests of the whole project.
func testNames(t *testing.T, root string) []string {
	t.Helper()
	var names []string
	for _, top := range []string{"harness", "variants"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d os.DirEntry, err error) error {
			if err == nil && d.Name() == "node_modules" {
				return filepath.SkipDir
			}
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range testFunction.FindAllStringSubmatch(string(text), -1) {
				names = append(names, m[1])
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return names
}
