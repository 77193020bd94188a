package rig

import (
	"context"
	"errors"
	"fmt"

	"spabench/harness/internal/lab"
)

// EngineAPI is the newest version of the engine's API that this program speaks.
const EngineAPI = lab.EngineAPI

// BuildCommandLine builds the image of the command line, which says that it is that version, and returns its reference.
func BuildCommandLine(ctx context.Context, root, version string, p Progress) (ref string, err error) {
	l, err := lab.Open(ctx, root, lab.Prefix, p.Line)
	if err != nil {
		return "", err
	}
	defer CleanUp(ctx, &err, l.Close)
	p.Line("building the image of the command line")
	ref, err = l.BuildStage(ctx, "spabench", "", lab.Edition{Arg: "VERSION", Value: version})
	if failed := new(lab.BuildError); errors.As(err, &failed) {
		err = fmt.Errorf("%w\n%s", err, failed.Log)
	}
	return ref, err
}
