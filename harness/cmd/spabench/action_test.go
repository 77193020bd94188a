package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"spabench/harness/internal/project"
	"spabench/harness/spatest/mutant"
)

// action runs the script of the action with these inputs, and returns its exit code, its output, the job's summary and
// the step's outputs.
func action(t *testing.T, inputs map[string]string) (code int, output, summary, outputs string) {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "sh", filepath.Join(checkout(t), ".github", "actions", "check", "check.sh"))
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
	cmd.Env = append(cmd.Env, "SPABENCH="+command, "PATH="+os.Getenv("PATH"), "CHROME=", "HOME="+dir)
	for name, value := range inputs {
		cmd.Env = append(cmd.Env, "SPABENCH_"+strings.ToUpper(name)+"="+value)
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

// TestAction runs the script that other projects' workflows call.
func TestAction(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the runners of the action have a POSIX shell")
	}
	server := httptest.NewServer(mutant.Reference(mutant.Fixture()))
	defer server.Close()
	code, output, summary, outputs := action(t, map[string]string{
		"url": server.URL, "only": "routing-root,routing-deep-link", "junit": "check.xml", "level": "must",
	})
	if code != 0 || !strings.Contains(summary, "routing-root") || outputs != "conforms=true\n" {
		t.Errorf("a server that conforms: exit code %d, outputs %q, summary %q\n%s", code, outputs, summary, output)
	}
	code, output, summary, outputs = action(t, map[string]string{
		"url": server.URL, "only": "routing-root,routing-deep-link", "waive": "\nrouting-deep-link=a; echo $(b)\n",
	})
	if code != 1 || outputs != "conforms=false\n" || !strings.Contains(summary, "a; echo $(b)") {
		t.Errorf("a waiver that is not needed: exit code %d, outputs %q, summary %q\n%s", code, outputs, summary, output)
	}
	code, output, _, outputs = action(t, nil)
	if code != 2 || outputs != "" || !strings.Contains(output, "::error::give the input url") {
		t.Errorf("no server: exit code %d, outputs %q\n%s", code, outputs, output)
	}
	code, output, _, outputs = action(t, map[string]string{"url": "http://127.0.0.1:1"})
	if code != 2 || outputs != "" || !strings.Contains(output, "::error::the server could not be checked") {
		t.Errorf("a server that is away: exit code %d, outputs %q\n%s", code, outputs, output)
	}
}

// TestActionInputs holds that the script reads every input of the action, and that its example is a project's file.
func TestActionInputs(t *testing.T) {
	root := checkout(t)
	folder := filepath.Join(root, ".github", "actions", "check")
	text, err := os.ReadFile(filepath.Join(folder, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(filepath.Join(folder, "check.sh"))
	if err != nil {
		t.Fatal(err)
	}
	var a struct{ Inputs map[string]any }
	if err := yaml.Unmarshal(text, &a); err != nil || len(a.Inputs) < 5 {
		t.Fatal(a, err)
	}
	for name := range a.Inputs {
		if name == "working-directory" {
			continue
		}
		variable := "SPABENCH_" + strings.ToUpper(name)
		if !bytes.Contains(text, []byte(variable+": ${{ inputs."+name+" }}")) ||
			!bytes.Contains(script, []byte(variable)) {
			t.Errorf("the input %s does not reach the script", name)
		}
	}
	if p, err := project.Read(filepath.Join(root, ".github", "example.yaml")); err != nil || len(p.Servers) != 1 {
		t.Errorf("%+v, %v", p, err)
	}
}
