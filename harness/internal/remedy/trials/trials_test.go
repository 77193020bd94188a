package trials

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spabench/harness/internal/remedy"
)

// frame reads the configuration of a server.
func frame(t *testing.T, s Server) Files {
	t.Helper()
	files, dir := Files{}, filepath.Join("testdata", s.Name)
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		files[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// configurations are those of a trial, with the mistake and with the remedy.
func configurations(t *testing.T, s Server, known remedy.Server, files Files, tr Trial) (before, after Files) {
	t.Helper()
	text := known.Remedy(tr.Of)
	if text == "" {
		t.Fatalf("%s has no remedy for %s", s.Name, tr.Of)
	}
	before, err := tr.Before(files, s.Main)
	if err != nil {
		t.Fatalf("%s: before: %v", tr.Of, err)
	}
	words := append(slices.Clone(tr.Words), s.Words...)
	after, err = tr.After(files, s.Main, strings.NewReplacer(words...).Replace(text))
	if err != nil {
		t.Fatalf("%s: after: %v", tr.Of, err)
	}
	return before, after
}

// TestTrials: every remedy has a trial, or a reason why not; and each trial's configurations can be made, and differ.
func TestTrials(t *testing.T) {
	for _, s := range Servers() {
		t.Run(s.Name, func(t *testing.T) {
			known, err := remedy.Find(s.Name)
			if err != nil {
				t.Fatal(err)
			}
			files, tried := frame(t, s), map[string]bool{}
			for _, tr := range s.Trials {
				before, after := configurations(t, s, known, files, tr)
				if maps.Equal(before, after) {
					t.Errorf("%s: the remedy changes nothing", tr.Of)
				}
				tried[known.Remedy(tr.Of)] = true
			}
			for check := range s.Untried {
				if text := known.Remedy(check); text == "" || tried[text] {
					t.Errorf("%s is untried: its remedy is tried, or there is none", check)
				} else {
					tried[text] = true
				}
			}
			for _, check := range known.Checks() {
				if !tried[known.Remedy(check)] {
					t.Errorf("the remedy for %s has no trial", check)
				}
			}
		})
	}
}
