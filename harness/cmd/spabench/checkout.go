package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

var errOutside = errors.New(
	"not inside a spabench checkout: change into one, because the variants are built from its Dockerfiles")

// projectRoot finds the checkout that the working directory is in.
func projectRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if isCheckout(dir) {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errOutside
		}
		dir = parent
	}
}

func isCheckout(dir string) bool {
	b, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	return err == nil && strings.HasPrefix(string(b), "module spabench\n")
}

// envCheckout names the environment variable with the checkout to use outside of one.
const envCheckout = "SPABENCH_CHECKOUT"

// sources finds the checkout from which variants are built when somebody's own server is measured in their project: the
// one that the working directory is in, the one that the environment variable names, or the one that this command was
// built in.
func sources() (root string, inside bool, err error) {
	if root, err = projectRoot(); !errors.Is(err, errOutside) {
		return root, err == nil, err
	}
	if named, set := os.LookupEnv(envCheckout); set {
		if !isCheckout(named) {
			return "", false, fmt.Errorf("%s=%s: this is not a spabench checkout", envCheckout, named)
		}
		root, err = filepath.Abs(named)
		return root, false, err
	}
	if _, file, _, known := runtime.Caller(0); known && filepath.IsAbs(file) {
		if root = filepath.Join(filepath.Dir(file), "..", "..", ".."); isCheckout(root) {
			return root, false, nil
		}
	}
	return "", false, fmt.Errorf("%w; or name one in the environment variable %s", errOutside, envCheckout)
}
