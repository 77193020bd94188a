package main

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spabench/harness/internal/alone"
	"spabench/harness/internal/rig/rigtest"
	"spabench/harness/spatest/mutant"
)

// TestManualGo does what the manuals say of a test of one's own: a module that has the lines of the suite's manual in
// its go.mod runs the Go code of each manual, and gets no line in go.sum for it.
func TestManualGo(t *testing.T) {
	root := checkout(t)
	suite := readManual(t, root, "harness/spatest/README.md")
	requires, code := blockWith(t, suite, "", "replace spabench"), blockWith(t, suite, "go", "URL:")
	if other := blockWith(t, readManual(t, root, "README.md"), "go", ""); other != code {
		t.Errorf("README.md has another example than harness/spatest/README.md:\n%s", other)
	}

	// The example waives what this mutant does.
	i := slices.IndexFunc(mutant.All(), func(m mutant.Mutant) bool { return m.Name == "api-text-error" })
	if i < 0 {
		t.Fatal("no mutant api-text-error")
	}
	server := httptest.NewServer(mutant.All()[i].Handler())
	defer server.Close()
	module := writeModule(t, requires, strings.Replace(code, "http://127.0.0.1:8080", server.URL, 1))
	if err := os.CopyFS(filepath.Join(module, "dist"), mutant.Fixture()); err != nil {
		t.Fatal(err)
	}
	testModule(t, module, []string{"mod", "tidy"}, []string{"test", "./..."})
	if exists(module, "go.sum") {
		t.Error("the module got a go.sum")
	}
}

// TestManualStart does the same with the test that starts a server, as far as the server is to pass. Without a network,
// go mod tidy cannot know what the tests of the engine's client need, so the module gets the requirements of this one.
func TestManualStart(t *testing.T) {
	alone.WithEngine(t)
	root := checkout(t)
	suite := readManual(t, root, "harness/spatest/README.md")
	module := writeModule(t, blockWith(t, suite, "", "replace spabench"), blockWith(t, suite, "go", "start.Server"))
	if err := os.CopyFS(module, os.DirFS(rigtest.Strange(t))); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"Dockerfile":    rigtest.StrangeImage,
		"spabench.yaml": "app: {api: \"-\"}\nservers:\n  today: {dockerfile: ./Dockerfile}\n",
	} {
		if err := os.WriteFile(filepath.Join(module, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	requireAsHere(t, root, module)
	out := testModule(t, module, []string{
		"test", "-mod=mod", "-v", "-run", "^TestToday$/^routing-(root|deep-link)$", "./...",
	})
	for _, want := range []string{"PASS: TestToday/routing-root", "PASS: TestToday/routing-deep-link"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
}

// writeModule writes a module that has the lines of the manual in its go.mod, and a test with the code.
func writeModule(t *testing.T, requires, code string) string {
	t.Helper()
	module := t.TempDir()
	imports := ""
	for _, path := range []string{"os", "testing", "spabench/harness/spatest", "spabench/harness/spatest/start"} {
		if strings.Contains(code, filepath.Base(path)+".") {
			imports += "\t\"" + path + "\"\n"
		}
	}
	for name, text := range map[string]string{
		"go.mod":         "module example.com/site\n\n" + strings.Replace(requires, "../spabench", checkout(t), 1),
		"server_test.go": "package site\n\nimport (\n" + imports + ")\n\n" + code,
	} {
		if err := os.WriteFile(filepath.Join(module, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return module
}

// requireAsHere adds what this module requires to another one.
func requireAsHere(t *testing.T, root, module string) {
	t.Helper()
	var here struct {
		Require []struct{ Path, Version string }
	}
	command := exec.Command("go", "mod", "edit", "-json")
	command.Dir = root
	out, err := command.Output()
	if err == nil {
		err = json.Unmarshal(out, &here)
	}
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"mod", "edit"}
	for _, r := range here.Require {
		args = append(args, "-require="+r.Path+"@"+r.Version)
	}
	testModule(t, module, args)
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err == nil {
		err = os.WriteFile(filepath.Join(module, "go.sum"), sums, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// testModule runs commands of go in a module, and returns what the last one prints. Whatever it needs is here already.
func testModule(t *testing.T, module string, commands ...[]string) (printed string) {
	t.Helper()
	for _, args := range commands {
		command := exec.Command("go", args...)
		command.Dir = module
		command.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off")
		out, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		printed = string(out)
	}
	return printed
}

// blockWith returns the one block of a manual in that language that contains the text.
func blockWith(t *testing.T, m manual, language, text string) string {
	t.Helper()
	var found []string
	for _, b := range m.blocks {
		if block := strings.Join(b.lines, "\n") + "\n"; b.language == language && strings.Contains(block, text) {
			found = append(found, block)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s has %d blocks of the language %q with %q, not one", m.path, len(found), language, text)
	}
	return found[0]
}
