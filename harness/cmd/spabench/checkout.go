package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// projectRoot finds the checkout that the working directory is in.
func projectRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		b, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(b), "module spabench\n") {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New(
				"not inside a spabench checkout: change into one, because the variants are built from its Dockerfiles")
		}
		dir = parent
	}
}
