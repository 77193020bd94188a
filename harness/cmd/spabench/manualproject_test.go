package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spabench/harness/internal/project"
)

// The manuals' examples of a project's file are read without a fault.
func TestManualProjects(t *testing.T) {
	n := 0
	for _, path := range manuals {
		m := readManual(t, checkout(t), path)
		for _, b := range m.blocks {
			first := b.lines[0]
			if b.language != "yaml" || !strings.HasPrefix(first, "app:") && !strings.HasPrefix(first, "servers:") {
				continue
			}
			n++
			dir := t.TempDir()
			file := filepath.Join(dir, project.FileName)
			t.Setenv("DATABASE_URL", "from the environment")
			err := errors.Join(os.Mkdir(filepath.Join(dir, "dist"), 0o755),
				os.WriteFile(filepath.Join(dir, "Dockerfile"), nil, 0o644))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(strings.Join(b.lines, "\n")), 0o644); err != nil {
				t.Fatal(err)
			}
			p, err := project.Read(file)
			if err != nil {
				t.Fatalf("%s: %v", m.path, err)
			}
			if _, err := featuresOf(p); err != nil {
				t.Error(err)
			}
			if _, err := waiversOf(p); err != nil {
				t.Error(err)
			}
		}
	}
	if n != 2 {
		t.Errorf("the manuals have %d examples, want 2", n)
	}
}
