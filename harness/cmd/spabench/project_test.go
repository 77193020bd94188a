package main

import (
	"slices"
	"testing"

	"spabench/harness/internal/project"
)

// A project's file knows the features that the command line knows, under the same names.
func TestProjectFeatures(t *testing.T) {
	if !slices.Equal(project.Features, featureNames()) {
		t.Errorf("the file knows %q, --features %q", project.Features, featureNames())
	}
}
