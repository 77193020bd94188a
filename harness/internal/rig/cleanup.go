package rig

import (
	"context"
	"errors"
	"time"

	"spabench/harness/internal/lab"
)

// cleanUpTime bounds one clean-up.
const cleanUpTime = time.Minute

// CleanUp calls f with a context of its own, since ctx may be done already (after Ctrl-C, for instance), and joins the
// error of f to *err. It is meant to be deferred.
func CleanUp(ctx context.Context, err *error, f func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime)
	defer cancel()
	failure := f(ctx)
	*err = errors.Join(*err, failure)
}

// RemoveLogged removes a variant. If *err says that something failed, the end of the containers' output is kept in log
// first.
func RemoveLogged(ctx context.Context, err *error, r *lab.Running, log *string) {
	CleanUp(ctx, err, func(ctx context.Context) error {
		if *err != nil {
			*log = r.Logs(ctx)
		}
		return r.Remove(ctx)
	})
}

// Cleaned says what Clean removed, and which running processes still use what was left.
type Cleaned = lab.Swept

// Clean removes the containers, networks and volumes that processes of the project left behind when they ended. With
// images it also removes every image under the project's own name, and with these the layer caches.
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
