package main

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spabench/harness/spatest/mutant"
)

// TestManualGo does what the manuals say of a test of one's own: a module that has the lines of the suite's manual in
// its go.mod runs the Go code of each manual, and gets no line in go.sum for it.
func TestManualGo(t *testing.T) {
	root := checkout(t)
	requires := soleBlock(t, readManual(t, root, "harness/spatest/README.md"), "")
	code := soleBlock(t, readManual(t, root, "harness/spatest/README.md"), "go")
	if other := soleBlock(t, readManual(t, root, "README.md"), "go"); other != code {
		t.Errorf("README.md has another example than harness/spatest/README.md:\n%s", other)
	}

	// The example waives what this mutant does.
	i := slices.IndexFunc(mutant.All(), func(m mutant.Mutant) bool { return m.Name == "api-text-error" })
	if i < 0 {
		t.Fatal("no mutant api-text-error")
	}
	server := httptest.NewServer(mutant.All()[i].Handler())
	defer server.Close()
	module := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/site\n\n" + strings.Replace(requires, "../spabench", root, 1),
		"server_test.go": "package site\n\nimport (\n\t\"os\"\n\t\"testing\"\n\n\t\"spabench/harness/spatest\"\n)\n\n" +
			strings.Replace(code, "http://127.0.0.1:8080", server.URL, 1),
	} {
		if err := os.WriteFile(filepath.Join(module, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(module, "dist"), mutant.Fixture()); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"mod", "tidy"}, {"test", "./..."}} {
		command := exec.Command("go", args...)
		command.Dir = module
		command.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off")
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	if exists(module, "go.sum") {
		t.Error("the module got a go.sum")
	}
}

// soleBlock returns the one block of a manual in that language.
func soleBlock(t *testing.T, m manual, language string) string {
	t.Helper()
	var found []string
	for _, b := range m.blocks {
		if b.language == language {
			found = append(found, strings.Join(b.lines, "\n")+"\n")
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s has %d blocks of the language %q, not one", m.path, len(found), language)
	}
	return found[0]
}
