package lab

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The defaults in the Dockerfiles are the official images, pinned, each with the same version as its stand-in.
func TestOfficialBases(t *testing.T) {
	bases, err := officialBases(filepath.Join(projectRoot, "dockerfiles"))
	if err != nil {
		t.Fatal(err)
	}
	if len(bases) != len(standIns) {
		t.Fatalf("bases %+v", bases)
	}
	for i, b := range bases {
		name, tag, _ := strings.Cut(b.Image, ":")
		s := standIns[i]
		if name != s.name || !strings.HasPrefix(tag, s.tag+".") && !strings.HasPrefix(tag, s.tag+"-") {
			t.Errorf("%s: official %s, stand-in %s:%s", b.Arg, b.Image, s.name, s.tag)
		}
	}
	dir := t.TempDir()
	for name, image := range map[string]string{"a": "golang:1", "b": "golang:2"} {
		text := []byte("ARG GO_IMAGE=" + image + "\n")
		if err := os.WriteFile(filepath.Join(dir, name+".Dockerfile"), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := officialBases(dir); err == nil {
		t.Error("no error from Dockerfiles that disagree")
	}
}

// Every stage before the last has the label by which RemoveImages finds it, except for one from scratch.
func TestStagesAreLabelled(t *testing.T) {
	var files []string
	for _, pattern := range []string{"*.Dockerfile", "bases/*.Dockerfile", "compose/*.Dockerfile"} {
		found, err := filepath.Glob(filepath.Join(projectRoot, "dockerfiles", pattern))
		if err != nil || len(found) == 0 {
			t.Fatal(found, err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		stages := strings.Split(string(text), "\nFROM ")[1:]
		for _, stage := range stages[:len(stages)-1] {
			name, _, _ := strings.Cut(stage, "\n")
			if !strings.HasPrefix(name, "scratch") && !strings.Contains(stage, "\nLABEL spabench.stage=1\n") {
				t.Errorf("%s: the stage FROM %s has no LABEL spabench.stage=1", file, name)
			}
		}
	}
}
