package start_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"spabench/harness/internal/alone"
	"spabench/harness/internal/rig/rigtest"
	"spabench/harness/spatest"
	"spabench/harness/spatest/start"
)

const projectFile = `app:
  api: "-"
  routes: [/orders/42]
  features: {slow: /slow}
  waive: {security-baseline-headers: the gateway adds them}
servers:
  start-test-1: {dockerfile: ./Dockerfile, env: {TOKEN: sesame-open-yourself}}
  start-test-2: {dockerfile: ./Dockerfile, env: {TOKEN: sesame-open-yourself}}
`

// writeProject writes a project whose servers need the variable TOKEN.
func writeProject(t *testing.T, dir string) string {
	t.Helper()
	for name, text := range map[string]string{
		"spabench.yaml": projectFile, "Dockerfile": rigtest.StrangeImage + "CMD [\"-needs=TOKEN\", \"-noise\"]\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "spabench.yaml")
}

// removeImages removes what was built for the servers of these tests, and says how many images that were.
func removeImages(t *testing.T) int {
	t.Helper()
	docker := func(args ...string) []string {
		out, err := exec.Command("docker", args...).Output()
		if err != nil {
			t.Errorf("docker %v: %v", args, err)
		}
		return strings.Fields(string(out))
	}
	built := docker("images", "--format", "{{.Repository}}", "--filter", "reference=spabench/added-start-test-*")
	if len(built) > 0 {
		docker(append([]string{"rmi"}, built...)...)
	}
	return len(built)
}

// TestServer starts two servers of a project side by side, and checks one of them as the file describes it, also with
// what stops and restarts it. Nothing is left of them but their images.
func TestServer(t *testing.T) {
	alone.WithEngine(t)
	file := writeProject(t, rigtest.Strange(t))
	t.Cleanup(func() {
		if n := removeImages(t); n != 2 {
			t.Errorf("%d images were built, want one for each server", n)
		}
	})
	t.Run("both", func(t *testing.T) {
		t.Run("first", func(t *testing.T) {
			t.Parallel()
			checkTarget(t, start.Server(t, file, "start-test-1"))
		})
		t.Run("second", func(t *testing.T) {
			t.Parallel()
			target := start.Server(t, file, "start-test-2")
			target.Only = []string{"routing-root", "routing-deep-link"}
			spatest.Run(t, target)
		})
	})
	rigtest.NothingLeft(t)
}

func checkTarget(t *testing.T, target spatest.Target) {
	t.Helper()
	if target.Host == nil || target.API != "-" || len(target.Routes) != 1 || target.APISlow != "/slow" ||
		target.Waive["security-baseline-headers"] == "" {
		t.Errorf("the target lacks what the file says: %+v", target)
	}
	target.Only = []string{"routing-root", "lifecycle-graceful-stop"}
	report, err := spatest.Inspect(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	stopped := false
	for _, o := range report.Outcomes {
		if o.Check == "routing-root" && o.Verdict != spatest.Passed {
			t.Errorf("%+v", o)
		}
		stopped = stopped || o.Check == "lifecycle-graceful-stop" &&
			(o.Verdict == spatest.Passed || o.Verdict == spatest.Failed)
	}
	if !stopped {
		t.Errorf("it was not stopped: %+v", report)
	}
}

// asked says in the environment of a test process what TestProcess is to do.
const asked = "SPABENCH_START_TEST"

// TestProcess is what the processes run that the tests below start.
func TestProcess(t *testing.T) {
	name := os.Getenv(asked)
	if name == "" {
		t.Skip("only for other tests")
	}
	dir := os.Getenv(asked + "_DIR")
	target := start.Server(t, filepath.Join(dir, "spabench.yaml"), name)
	t.Errorf("on purpose: %s", target.URL)
}

// process runs TestProcess in a process of its own, and returns its output and whether it passed.
func process(t *testing.T, dir, server string, environ []string, args ...string) (output string, passed bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"-test.run=^TestProcess$", "-test.v"}, args...)...)
	cmd.Env = append(append(os.Environ(), asked+"="+server, asked+"_DIR="+dir), environ...)
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// A test without an engine fails, unless it is told to do without one, and says what is missing. So does one whose file
// has no such server.
func TestRefused(t *testing.T) {
	dir := t.TempDir()
	writeProject(t, dir)
	without := []string{"DOCKER_HOST=unix://" + filepath.Join(dir, "absent.sock")}
	out, passed := process(t, dir, "start-test-1", without)
	if passed || !strings.Contains(out, "start start-test-1: no container engine") {
		t.Errorf("without an engine: passed is %t\n%s", passed, out)
	}
	out, passed = process(t, dir, "start-test-1", without, "-test.short")
	if !passed || !strings.Contains(out, "SKIP: TestProcess") {
		t.Errorf("without an engine under -short: passed is %t\n%s", passed, out)
	}
	out, passed = process(t, dir, "start-test-3", without)
	if passed || !strings.Contains(out, `unknown server "start-test-3"; did you mean "start-test-1"?`) {
		t.Errorf("an unknown server: passed is %t\n%s", passed, out)
	}
}

// The end of the server's output is shown where the test failed, without the values of its environment.
func TestFailed(t *testing.T) {
	alone.WithEngine(t)
	dir := rigtest.Strange(t)
	writeProject(t, dir)
	t.Cleanup(func() { removeImages(t) })
	out, passed := process(t, dir, "start-test-1", nil)
	if passed || !strings.Contains(out, "on purpose: http://127.0.0.1:") ||
		!regexp.MustCompile(`the output of the server ends with\n\s+app:\n\s+\d+ noise`).MatchString(out) {
		t.Errorf("passed is %t\n%.4000s", passed, out)
	}
}
