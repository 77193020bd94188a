package main

import (
	"bytes"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"spabench/harness/internal/described"
	"spabench/harness/internal/project"
	"spabench/harness/spatest/mutant"
)

// action runs the script of an action with these inputs, and returns its exit code, its output, the job's summary and
// the step's outputs.
func action(t *testing.T, name string, inputs map[string]string) (code int, output, summary, outputs string) {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "sh", filepath.Join(checkout(t), ".github", "actions", name, name+".sh"))
	cmd.Dir = dir
	files := map[string]string{}
	for _, name := range []string{"GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"} {
		files[name] = filepath.Join(dir, name)
		cmd.Env = append(cmd.Env, name+"="+files[name])
	}
	command, err := exec.LookPath("spabench") // TestMain has put it there
	if err != nil {
		t.Fatal(err)
	}
	cmd.Env = append(cmd.Env, "SPABENCH="+command, "PATH="+os.Getenv("PATH"), "CHROME=", "HOME="+dir,
		envCheckout+"="+checkout(t), "DOCKER_HOST=tcp://127.0.0.1:1")
	for input, value := range inputs {
		cmd.Env = append(cmd.Env, variable(input)+"="+value)
	}
	out, runErr := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(runErr)
	}
	read := func(name string) string {
		text, _ := os.ReadFile(files[name]) // absent if nothing was written
		return string(text)
	}
	return cmd.ProcessState.ExitCode(), string(out), read("GITHUB_STEP_SUMMARY"), read("GITHUB_OUTPUT")
}

// variable is the one in which a script finds an input.
func variable(input string) string {
	return "SPABENCH_" + strings.ToUpper(strings.ReplaceAll(input, "-", "_"))
}

// TestAction runs the script that other projects' workflows call.
func TestAction(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the runners of the action have a POSIX shell")
	}
	server := httptest.NewServer(mutant.Reference(mutant.Fixture()))
	defer server.Close()
	code, output, summary, outputs := action(t, "check", map[string]string{
		"url": server.URL, "only": "routing-root,routing-deep-link", "junit": "check.xml", "level": "must",
	})
	if code != 0 || !strings.Contains(summary, "routing-root") || outputs != "conforms=true\n" {
		t.Errorf("a server that conforms: exit code %d, outputs %q, summary %q\n%s", code, outputs, summary, output)
	}
	code, output, summary, outputs = action(t, "check", map[string]string{
		"url": server.URL, "only": "routing-root,routing-deep-link", "waive": "\nrouting-deep-link=a; echo $(b)\n",
	})
	if code != 1 || outputs != "conforms=false\n" || !strings.Contains(summary, "a; echo $(b)") {
		t.Errorf("a waiver that is not needed: exit code %d, outputs %q, summary %q\n%s",
			code, outputs, summary, output)
	}
	code, output, _, outputs = action(t, "check", nil)
	if code != 2 || outputs != "" || !strings.Contains(output, "::error::give the input url") {
		t.Errorf("no server: exit code %d, outputs %q\n%s", code, outputs, output)
	}
	code, output, _, outputs = action(t, "check", map[string]string{"url": "http://127.0.0.1:1"})
	if code != 2 || outputs != "" || !strings.Contains(output, "::error::the server could not be checked") {
		t.Errorf("a server that is away: exit code %d, outputs %q\n%s", code, outputs, output)
	}
}

// TestActionDuel runs the script that compares revisions, as far as that goes without an engine.
func TestActionDuel(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the runners of the action have a POSIX shell")
	}
	code, output, _, outputs := action(t, "duel", nil)
	if code != 2 || outputs != "" || !strings.Contains(output, "::error::give the input before") {
		t.Errorf("nothing to compare with: exit code %d, outputs %q\n%s", code, outputs, output)
	}
	code, output, _, outputs = action(t, "duel", map[string]string{
		"before": "shop:1", "after": "shop:2", "fail-on": "worse", "rounds": "9", "junit": "duel.xml",
	})
	if code != 2 || outputs != "verdict=failed\n" || !strings.Contains(output, "no container engine") ||
		!strings.Contains(output, "::error::the two could not be compared") {
		t.Errorf("no engine: exit code %d, outputs %q\n%s", code, outputs, output)
	}
}

// actionInputs are the inputs of an action of this project, by name, and whether they are required.
func actionInputs(t *testing.T, name string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(checkout(t), ".github", "actions", name, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var a struct {
		Inputs map[string]struct{ Required bool }
	}
	if err := yaml.Unmarshal(text, &a); err != nil || len(a.Inputs) < 5 {
		t.Fatal(a, err)
	}
	required := map[string]bool{}
	for input, about := range a.Inputs {
		required[input] = about.Required
	}
	return required
}

// TestActionInputs holds that the scripts read every input of their actions.
func TestActionInputs(t *testing.T) {
	for _, name := range []string{"check", "duel"} {
		folder := filepath.Join(checkout(t), ".github", "actions", name)
		text, err := os.ReadFile(filepath.Join(folder, "action.yml"))
		if err != nil {
			t.Fatal(err)
		}
		script, err := os.ReadFile(filepath.Join(folder, name+".sh"))
		if err != nil {
			t.Fatal(err)
		}
		for input := range actionInputs(t, name) {
			if input == "working-directory" {
				continue
			}
			if !bytes.Contains(text, []byte(variable(input)+": ${{ inputs."+input+" }}")) ||
				!bytes.Contains(script, []byte(variable(input))) {
				t.Errorf("the input %s of %s does not reach its script", input, name)
			}
		}
	}
}

// TestWorkflows holds that each step of a workflow that calls one of the actions gives it inputs that it has, all that
// it needs among them, and names a server of the project in its folder, all of whose files are there.
func TestWorkflows(t *testing.T) {
	root := checkout(t)
	files, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	steps := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var w struct {
			Jobs map[string]struct {
				Steps []struct {
					Uses string
					With map[string]string
				}
			}
		}
		if err := yaml.Unmarshal(text, &w); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, job := range w.Jobs {
			for _, step := range job.Steps {
				if name, ours := strings.CutPrefix(step.Uses, "./.github/actions/"); ours {
					steps++
					for _, problem := range stepFaults(t, root, name, step.With) {
						t.Errorf("%s: the step with the action %s: %s", file, name, problem)
					}
				}
			}
		}
	}
	if steps < 3 {
		t.Errorf("%d steps call an action, want the two examples and the comparison with the commit before", steps)
	}
}

func stepFaults(t *testing.T, root, action string, with map[string]string) (faults []string) {
	inputs := actionInputs(t, action)
	for input := range with {
		if _, known := inputs[input]; !known {
			faults = append(faults, "unknown input "+input)
		}
	}
	for input, required := range inputs {
		if required && with[input] == "" {
			faults = append(faults, "no "+input)
		}
	}
	p, err := project.Read(filepath.Join(root, with["working-directory"], project.FileName))
	if err != nil {
		return append(faults, err.Error())
	}
	server, flag := with["server"], "--server"
	if action == "check" {
		server, flag = with["start"], "--start"
	}
	if _, err := described.Server(p, flag, server); err != nil {
		faults = append(faults, err.Error())
	}
	return faults
}

// TestStepFaults holds that what is wrong with a step is seen.
func TestStepFaults(t *testing.T) {
	good := map[string]string{"before": "HEAD^", "server": "embedded", "working-directory": ".github/example"}
	if faults := stepFaults(t, checkout(t), "duel", good); len(faults) > 0 {
		t.Errorf("a step without a fault: %q", faults)
	}
	for want, spoil := range map[string]func(with map[string]string){
		"no before":                func(with map[string]string) { delete(with, "before") },
		"unknown input junti":      func(with map[string]string) { with["junti"] = "duel.xml" },
		`unknown server "embeded"`: func(with map[string]string) { with["server"] = "embeded" },
		"no such file":             func(with map[string]string) { with["working-directory"] = "results" },
	} {
		with := maps.Clone(good)
		spoil(with)
		if faults := strings.Join(stepFaults(t, checkout(t), "duel", with), "; "); !strings.Contains(faults, want) {
			t.Errorf("%v: %q, want %q", with, faults, want)
		}
	}
}
