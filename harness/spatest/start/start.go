// Package start starts a server that a project's file describes, for the tests of the project:
//
//	func TestServer(t *testing.T) {
//		spatest.Run(t, start.Server(t, "spabench.yaml", "today"))
//	}
//
// It is apart from package spatest because it needs the client of the container engine, which spatest does without.
package start

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"spabench/harness/internal/described"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/project"
	"spabench/harness/internal/rig"
	"spabench/harness/spatest"
)

// Server starts the server of that name in the project's file on the container engine, waits until it responds, and
// returns it as a target, with all that the file says of the app and with a Host, so that the checks which stop a
// server and start it again run, too. It is removed when the test is over; if the test failed, the end of its output is
// logged. Images are kept, as spabench check --start keeps them.
//
// With -short the test is skipped. Where no engine runs, it fails, because a test that is skipped unseen proves
// nothing; none is installed or started for it.
//
// Several servers may run at the same time, also in parallel tests. Server sets the variables of the environment that
// testcontainers-go needs here, which switch off that library's reaper in the whole process.
func Server(t *testing.T, file, name string) spatest.Target {
	t.Helper()
	if testing.Short() {
		t.Skip("it starts a container, which -short does without")
	}
	p, err := project.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	added, err := described.Server(p, "start.Server", name)
	if err != nil {
		t.Fatal(err)
	}
	target, err := described.Target(p)
	if err != nil {
		t.Fatal(err)
	}
	l, err := engine()
	if err != nil {
		t.Fatalf("start %s: %v (go test -short skips this test)", name, err)
	}
	started, over, ended := make(chan spatest.Target, 1), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- described.WithServer(t.Context(), rig.New(l), added, target, func(target spatest.Target) error {
			started <- target
			<-over
			if t.Failed() {
				return errFailed // so that the output is kept
			}
			return nil
		})
	}()
	select {
	case target = <-started:
	case err := <-ended:
		t.Fatalf("start %s: %v", name, err)
	}
	t.Cleanup(func() {
		close(over)
		switch err := <-ended; {
		case errors.Is(err, errFailed):
			t.Log(err)
		case err != nil:
			t.Errorf("remove %s: %v", name, err)
		}
	})
	return target
}

// errFailed precedes the output of a server whose test failed.
var errFailed = errors.New("the output of the server ends with")

// engine connects to the engine once in a process, and removes what processes that have ended left there. The
// connection lasts as long as the process: whoever closed it would remove the servers of other tests, too.
var engine = sync.OnceValues(func() (*lab.Lab, error) {
	for name, value := range lab.Environment() {
		if err := os.Setenv(name, value); err != nil {
			return nil, err
		}
	}
	ctx := context.Background() // the connection outlives the first test that asks for it
	l, err := lab.Connect(ctx, func(format string, args ...any) {
		if testing.Verbose() { // while it runs: what a test logs appears when it is over
			_, _ = fmt.Fprintf(os.Stderr, format+"\n", args...)
		}
	})
	if err != nil {
		return nil, err
	}
	_, err = l.Sweep(ctx)
	return l, err
})
