package rigtest

import (
	"context"
	"errors"
	"testing"
	"time"
)

// reserve is what is left of the time limit of go test for removing what a test has started.
const reserve = 30 * time.Second

// errLate explains why a build was broken off, which errors of the engine do not.
var errLate = errors.New("the time limit of go test is nearly over: run it again, since everything that was built " +
	"is kept, or give it more time with -timeout 30m")

// untilLate returns a context that ends shortly before the time limit of go test does. On a machine that has no images
// yet, and is slow or busy, the limit may be reached; go test then kills the process, which leaves its containers.
func untilLate(t *testing.T, parent context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := t.Deadline()
	if !limited {
		return context.WithCancel(parent)
	}
	return context.WithDeadlineCause(parent, deadline.Add(-reserve), errLate)
}

// orLate adds to an error that the time was nearly over, if that is the reason for it.
func orLate(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), errLate) {
		return errors.Join(err, errLate)
	}
	return err
}
