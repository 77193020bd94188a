// Package rigtest lends tests a rig: an engine, the application's builds and a browser, made once for a package.
package rigtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"spabench/harness/chromium"
	"spabench/harness/internal/alone"
	"spabench/harness/internal/contract"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rig"
	"spabench/harness/spatest"
	"spabench/variants"
)

// Told collects progress.
type Told struct {
	Lines  []string
	OnStep func(current string)
}

func (p *Told) Line(format string, args ...any) {
	p.Lines = append(p.Lines, fmt.Sprintf(format, args...))
}
func (p *Told) Step(_, _ int, current string) {
	p.Line("%s", current)
	if p.OnStep != nil {
		p.OnStep(current)
	}
}

// NothingLeft fails the test if this process has a container, network, volume or cgroup.
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

// shared is one rig for all tests of this package.
var shared struct {
	once sync.Once
	rig.Rig
	browser *chromium.Browser
	err     error
}

// Open returns the package's rig. Under -short it skips the test.
func Open(t *testing.T) rig.Rig {
	t.Helper()
	alone.WithEngine(t)
	shared.once.Do(func() {
		ctx := context.Background() // it outlives the first test that asks for it
		shared.Fronts = map[string]rig.Builds{}
		if shared.Lab, shared.err = lab.Open(ctx, root(), lab.TestPrefix, progress); shared.err == nil {
			shared.Dist, shared.err = rig.BuildDist(ctx, shared.Lab, "", lab.Usual)
		}
		if shared.err == nil {
			shared.Next, shared.err = rig.BuildDist(ctx, shared.Lab, "", lab.Next)
		}
		if shared.err == nil {
			browser, err := chromium.Start(ctx)
			switch {
			case err == nil:
				shared.browser, shared.Rig.Browser = browser, browser
			case errors.Is(err, chromium.ErrNotFound):
				progress("what needs a browser is not checked: %v", err)
			default:
				shared.err = err
			}
		}
	})
	if shared.err != nil {
		t.Fatal(Describe(shared.err))
	}
	return shared.Rig
}

// Conform builds a variant, checks it in its containers, and that its API keeps the contract; more looks at what else is
// to be seen of the running variant.
func Conform(t *testing.T, g rig.Rig, v variants.Variant, more func(*testing.T, spatest.Target)) {
	t.Helper()
	built, img := rig.BuildVariant(t.Context(), g.Lab, v)
	if built.Err != "" {
		t.Fatalf("%s\n%s", built.Err, built.Log)
	}
	progress("%s: built in %s; checking it", v.Name, built.Took.Round(100*time.Millisecond))
	var log string
	began := time.Now()
	err := g.WithRunning(t.Context(), v, img.Refs, func(target spatest.Target) error {
		spatest.Run(t, target)
		t.Run("api-contract", func(t *testing.T) { contract.Check(t, target.URL) })
		if more != nil {
			more(t, target)
		}
		return nil
	}, &log)
	if err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	progress("%s: checked in %s", v.Name, time.Since(began).Round(100*time.Millisecond))
}

// progress tells of a step as it is made, if that was asked for with -v: testing itself holds back what a test logs.
func progress(format string, args ...any) {
	if testing.Verbose() {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
	}
}

// Main runs the tests of a package that may have asked for the rig, and takes it away. Call it from TestMain.
func Main(m *testing.M) {
	for name, value := range lab.Environment() {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	code := m.Run()
	if shared.browser != nil {
		if err := shared.browser.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	if shared.Lab != nil {
		if err := shared.Lab.Close(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
		if err := shared.Rig.Remove(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// Describe is an error with the end of the build's output, if it has one.
func Describe(err error) string {
	var b strings.Builder
	b.WriteString(err.Error())
	var be *lab.BuildError
	if errors.As(err, &be) {
		b.WriteString("\n" + be.Log)
	}
	return b.String()
}

// root is the project's folder, from the folder of whichever package is tested.
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
