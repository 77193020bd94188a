package rig

import (
	"context"
	"errors"

	"spabench/harness/internal/lab"
)

// Cleaned says what Clean removed, and which living processes still use theirs.
type Cleaned = lab.Swept

// Clean removes the containers, networks and volumes that ended processes of the project left behind, and with images also
// every image under the project's own name, with the layer caches that they hold.
func Clean(ctx context.Context, images bool, p Progress) (c Cleaned, err error) {
	l, err := lab.Connect(ctx, p.Line)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, l.Close(ctx)) }()
	if c, err = l.Sweep(ctx); err != nil || !images {
		return c, err
	}
	n, err := l.RemoveImages(ctx)
	c.Images += n
	return c, err
}

// CPUModel is the processor's name as the kernel gives it.
func CPUModel() string { return lab.CPUModel() }
