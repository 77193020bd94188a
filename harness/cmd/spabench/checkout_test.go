package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Outside of a checkout, variants are built from the one that the environment names, or that this command was built in.
func TestSources(t *testing.T) {
	built := checkout(t)
	if root, inside, err := sources(); err != nil || !inside || root != built {
		t.Errorf("in the checkout: %q, inside: %v, %v", root, inside, err)
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "go.mod"), []byte("module spabench\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if root, inside, err := sources(); inside || err == nil && root != built {
		t.Errorf("elsewhere: %q, inside: %v, %v", root, inside, err)
	} else if err != nil && !strings.Contains(err.Error(), envCheckout) { // built without paths
		t.Error(err)
	}
	t.Setenv(envCheckout, other)
	if root, inside, err := sources(); err != nil || inside || root != other {
		t.Errorf("as the environment says: %q, inside: %v, %v", root, inside, err)
	}
	t.Setenv(envCheckout, t.TempDir())
	if _, _, err := sources(); err == nil || !strings.Contains(err.Error(), "not a spabench checkout") {
		t.Errorf("a folder that is no checkout: %v", err)
	}
}
