// Package rigtest lends tests a rig: an engine, the builds of the app and a browser, made once for the tests of a
// package.
package rigtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"spabench/harness/chromium"
	"spabench/harness/chromium/chromiumtest"
	"spabench/harness/internal/alone"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rig"
)

// Told collects progress.
type Told struct {
	Lines  []string
	OnStep func(current string)
}

// Line keeps the line.
func (p *Told) Line(format string, args ...any) {
	p.Lines = append(p.Lines, fmt.Sprintf(format, args...))
}

// Step keeps the step as a line, and calls OnStep.
func (p *Told) Step(_, _ int, current string) {
	p.Line("%s", current)
	if p.OnStep != nil {
		p.OnStep(current)
	}
}

// NothingLeft fails the test if this process still has a container, network, volume or cgroup.
func NothingLeft(t *testing.T) {
	t.Helper()
	l, err := lab.Connect(context.Background(), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	swept, err := l.Sweep(context.Background())
	if err != nil || swept.Containers != 0 || swept.Networks != 0 || swept.Volumes != 0 || swept.Groups != 0 {
		t.Errorf("left behind: %+v, %v", swept, err)
	}
}

// shared is the one rig of all tests of a package. Only the test binary has it.
var shared struct {
	once    sync.Once
	rig     rig.Rig
	browser *chromium.Browser
	err     error
}

// Open lends the rig. Under -short it skips the test.
func Open(t *testing.T) rig.Rig {
	t.Helper()
	alone.WithEngineToTheEnd(t)
	shared.once.Do(func() {
		ctx, cancel := untilLate(t, context.Background()) // the rig outlives the first test that asks for it
		defer cancel()
		shared.err = open(ctx)
	})
	if shared.err != nil {
		t.Fatal(Describe(shared.err))
	}
	return shared.rig
}

// startTimeout is longer than in a run: what is tested is right on a machine that builds and tests other things, too.
const startTimeout = 2 * rig.ReadyWithin

func open(ctx context.Context) error {
	l, err := lab.Open(ctx, root(), lab.TestPrefix, progress)
	if err != nil {
		return err
	}
	shared.rig = rig.New(l)
	shared.rig.StartTimeout = startTimeout
	if shared.rig.Builds, err = rig.BuildBoth(ctx, l, ""); err != nil {
		return err
	}
	browser, err := chromium.Start(context.WithoutCancel(ctx)) // it would end with the context
	if errors.Is(err, chromium.ErrNotFound) {
		progress("checks that need a browser are skipped: %v", err)
		return nil
	}
	if err == nil {
		shared.browser, shared.rig.Browser = browser, browser
	}
	return err
}

// progress prints a step under -v while the test runs: what a test logs would appear only when it is over.
func progress(format string, args ...any) {
	if testing.Verbose() {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
	}
}

// Main runs the tests of a package and then removes the rig, if one of them opened it. Call it from TestMain.
func Main(m *testing.M) {
	code := alone.Run(chromiumtest.Unwatching(m), lab.Environment())
	for _, err := range closeShared() {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func closeShared() (errs []error) {
	if shared.browser != nil {
		errs = append(errs, shared.browser.Close())
	}
	if shared.rig.Lab != nil {
		errs = append(errs, shared.rig.Close(context.Background()))
	}
	return slices.DeleteFunc(errs, func(err error) bool { return err == nil })
}

// Describe is the text of an error, with the end of the output of the build if it is a build's.
func Describe(err error) string {
	var b strings.Builder
	b.WriteString(err.Error())
	var failed *lab.BuildError
	if errors.As(err, &failed) {
		b.WriteString("\n" + failed.Log)
	}
	return b.String()
}

// root is the project's folder, found from the folder of the package under test.
func root() string {
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		dir = filepath.Dir(dir)
	}
	return "."
}
