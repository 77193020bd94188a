package chromiumtest

import (
	"fmt"
	"os"
	"path/filepath"

	"spabench/harness/chromium"
)

// Runner is a [testing.M].
type Runner interface{ Run() int }

// Unwatching returns an M for the tests of a package, with browsers that do not watch the networks of this machine.
// Containers make and remove networks all the time, and a browser that watches gives up its requests whenever one comes
// or goes. It changes something on Linux alone: elsewhere, containers run in a machine of their own.
//
// Call it first of all in TestMain. Browsers are then started by way of this test binary, which under another name has
// the kernel refuse what would tell of networks, and becomes the browser.
func Unwatching(m Runner) Runner {
	if filepath.Base(os.Args[0]) == launcher {
		fmt.Fprintln(os.Stderr, becomeBrowser(os.Getenv(envBrowser), os.Args[1:]))
		os.Exit(1)
	}
	return unwatching{m}
}

// launcher is the name of the test binary when it is to become the browser.
const launcher = "unwatching-chromium"

// envBrowser names the variable with the browser that the launcher becomes.
const envBrowser = "SPABENCH_TEST_BROWSER"

type unwatching struct{ Runner }

// Run runs the tests, and returns the exit code.
func (u unwatching) Run() int {
	browser, found := chromium.Find()
	if !canUnwatch || !found {
		return u.Runner.Run()
	}
	dir, err := os.MkdirTemp("", "unwatching")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := lend(filepath.Join(dir, launcher), browser); err != nil {
		panic(err)
	}
	return u.Runner.Run()
}

// lend makes this test binary the browser of this process and of those that it starts, under the launcher's name.
func lend(as, browser string) error {
	binary, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.Symlink(binary, as); err != nil {
		return err
	}
	if err := os.Setenv(envBrowser, browser); err != nil {
		return err
	}
	return os.Setenv(chromium.EnvPath, as)
}
