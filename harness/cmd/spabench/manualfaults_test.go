package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// faults says what a command line names that does not exist, without running it.
func faults(root, text string) []string {
	var all []string
	missing := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	has := func(path string) {
		if path = strings.TrimSuffix(path, "/..."); !exists(root, path) {
			missing("there is no %s", path)
		}
	}
	dir := "." // that a cd went to
	for _, words := range simpleCommands(text) {
		switch {
		case words[0] == "cd":
			dir = words[1]
			has(dir)
		case words[0] == "make":
			all = append(all, makeFaults(root, words[1:])...)
		case words[0] == "spabench":
			all = append(all, flagFaults(words[1:])...)
		case starts(words, "go", "run", "./harness/cmd/spabench"):
			all = append(all, flagFaults(words[3:])...)
		case starts(words, "go") && len(words) == 2: // prose speaks of go run and go test in general
		case starts(words, "go", "run"), starts(words, "go", "install"):
			has(words[2])
		case starts(words, "go", "test"):
			all = append(all, testFaults(root, words[2:])...)
		case starts(words, "go", "mod", "tidy"):
		case starts(words, "docker", "compose", "-f"):
			has(words[3])
		case starts(words, "docker", "build", "-f"):
			has(words[3])
			all = append(all, argumentFaults(root, words[3], words[4:])...)
		case starts(words, "docker", "run"):
		case starts(words, "npm", "ci"):
			has(dir + "/package-lock.json")
		case starts(words, "npm", "run"):
			text, _ := os.ReadFile(filepath.Join(root, dir, "package.json"))
			if !strings.Contains(string(text), `"`+words[2]+`": `) {
				missing("%s/package.json has no script %s", dir, words[2])
			}
		default:
			missing("this test does not know the command %s", words[0])
		}
	}
	return all
}

func starts(words []string, with ...string) bool {
	return len(words) >= len(with) && slices.Equal(words[:len(with)], with)
}

var assignment = regexp.MustCompile(`^[A-Z_]+=`)

// simpleCommands takes a line apart as a shell does: at && and &, into words, without quotes, parentheses and the
// variables that a command begins with.
func simpleCommands(line string) [][]string {
	var all [][]string
	var words []string
	var word strings.Builder
	inWord, quote := false, rune(0)
	endWord := func() {
		if inWord && (len(words) > 0 || !assignment.MatchString(word.String())) {
			words = append(words, word.String())
		}
		word.Reset()
		inWord = false
	}
	endCommand := func() {
		endWord()
		if len(words) > 0 {
			all = append(all, words)
		}
		words = nil
	}
	for _, r := range line {
		switch {
		case r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quote, inWord = r, true
		case r == ' ':
			endWord()
		case r == '&' || r == '(' || r == ')':
			endCommand()
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	endCommand()
	return all
}

// makeFaults looks for the targets in the Makefile, and for the flags in ARGS in the command that the target runs.
func makeFaults(root string, words []string) []string {
	text, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		return []string{err.Error()}
	}
	var all []string
	for _, target := range words {
		if strings.Contains(target, "=") {
			continue
		}
		rule := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(target) + `:.*\n((?:\t.*\n?)*)`).FindSubmatch(text)
		if rule == nil {
			all = append(all, "the Makefile has no target "+target)
			continue
		}
		for _, word := range words {
			given, ok := strings.CutPrefix(word, "ARGS=")
			if !ok || given == "…" {
				continue
			}
			runs := regexp.MustCompile(`\$\(SPABENCH\) (.*) \$\(ARGS\)`).FindSubmatch(rule[1])
			if runs == nil {
				all = append(all, "the target "+target+" takes no ARGS")
				continue
			}
			all = append(all, flagFaults(append(strings.Fields(string(runs[1])), strings.Fields(given)...))...)
		}
	}
	return all
}

// flagFaults asks the command for its help, and looks for the flags there.
func flagFaults(words []string) []string {
	if len(words) == 0 {
		return nil
	}
	path, rest := words[:1], words[1:]
	if words[0] == "mutants" || words[0] == "completion" {
		path, rest = words[:min(2, len(words))], words[min(2, len(words)):]
	}
	var help, said bytes.Buffer
	if code := run(context.Background(), append(slices.Clone(path), "--help"), &help, &said); code != 0 {
		return []string{strings.TrimSpace(said.String())}
	}
	if !strings.Contains(help.String(), "spabench "+strings.Join(path, " ")) {
		return []string{"spabench has no command " + strings.Join(path, " ")}
	}
	var all []string
	for _, word := range rest {
		flag, _, _ := strings.Cut(word, "=")
		if strings.HasPrefix(flag, "--") &&
			!regexp.MustCompile(`(?m)^ +(-\w, )?`+flag+`\b`).MatchString(help.String()) {
			all = append(all, "spabench "+strings.Join(path, " ")+" has no flag "+flag)
		}
	}
	return all
}

// testFaults looks for the packages, and for the test that -run names.
func testFaults(root string, words []string) []string {
	var all []string
	tests := ""
	for i, word := range words {
		if strings.HasPrefix(word, "./") {
			dir := filepath.Join(root, strings.TrimSuffix(word, "..."))
			if !exists(dir) {
				all = append(all, "there is no "+word)
			}
			files, _ := filepath.Glob(filepath.Join(dir, "*_test.go"))
			for _, file := range files {
				text, _ := os.ReadFile(file)
				tests += string(text)
			}
		}
		if i > 0 && words[i-1] == "-run" {
			name, _, _ := strings.Cut(word, "/")
			if !strings.Contains(tests, "func "+name+"(") {
				all = append(all, "there is no test "+name)
			}
		}
		if word == "-update" && !strings.Contains(tests, `flag.Bool("update"`) {
			all = append(all, "the tests have no flag -update")
		}
	}
	return all
}

// argumentFaults looks for the build arguments in the Dockerfile.
func argumentFaults(root, file string, words []string) []string {
	var all []string
	text, _ := os.ReadFile(filepath.Join(root, file))
	for i, word := range words {
		if i == 0 || words[i-1] != "--build-arg" {
			continue
		}
		if name, _, _ := strings.Cut(word, "="); !regexp.MustCompile(`(?m)^ARG ` + name + `\b`).Match(text) {
			all = append(all, file+" has no argument "+name)
		}
	}
	return all
}

// TestFaults holds that what does not exist is seen.
func TestFaults(t *testing.T) {
	root := checkout(t)
	for text, want := range map[string]string{
		"make nothing":                                                        "no target nothing",
		"make bench ARGS=\"--quik\"":                                          "no flag --quik",
		"make bench ARGS=\"--only a --rond 3\"":                               "no flag --rond",
		"make lint ARGS=--fast":                                               "takes no ARGS",
		"spabench chekc URL":                                                  "unknown command \"chekc\"",
		"A=b go run ./harness/cmd/spabench list --xml":                        "no flag --xml",
		"go run ./variants/nothing":                                           "there is no ./variants/nothing",
		"go test ./harness/nothing/...":                                       "there is no ./harness/nothing/...",
		"go test ./harness/cmd/spabench -run TestNo/x":                        "no test TestNo",
		"go test ./harness/cmd/spabench/testdata -update":                     "no flag -update",
		"docker build -f dockerfiles/null.Dockerfile --build-arg NOTHING=1 .": "no argument NOTHING",
		"(cd variants/spa && npm ci && npm run nothing)":                      "no script nothing",
		"curl http://127.0.0.1:8080":                                          "does not know the command curl",

		"spabench mutants serv deep-link-404":              `unknown command "serv"; did you mean "serve"?`,
		"docker compose -f dockerfiles/compose/no.yaml up": "there is no dockerfiles/compose/no.yaml",
	} {
		if got := strings.Join(faults(root, text), "; "); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if got := faults(root, `make bench ARGS="--quick --only disk-go"`); len(got) > 0 {
		t.Errorf("a command without a fault: %q", got)
	}
}
