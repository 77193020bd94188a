//go:build unix

package main

// The commands of the manuals are written for a POSIX shell.

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"spabench/harness/spatest/mutant"
)

// TestManualsRun runs the commands of the manuals as they are printed, block by block, and compares what they print
// with what the manual shows. Those that need the engine, or a copy of the checkout, are run by make docs-test, with
// the build tag manuals: they take the user's images, and many minutes.
func TestManualsRun(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every command that needs no engine")
	}
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("there is no bash to type the commands into")
	}
	root := checkout(t)
	s := &session{root: root, typed: map[string]bool{}}
	for _, path := range manuals {
		for _, b := range readManual(t, root, path).blocks {
			if b.language != "sh" && b.language != "console" {
				continue
			}
			t.Run(fmt.Sprintf("%s:%d", path, b.line), func(t *testing.T) {
				r := &reader{t: t, session: s, scratch: t.TempDir(), addresses: map[string]string{}}
				for _, c := range b.commands() {
					r.follow(c)
				}
			})
		}
	}
	if s.copy != "" {
		_ = os.RemoveAll(s.copy)
	}
}

// session is what the blocks of all manuals share.
type session struct {
	root  string          // the checkout
	copy  string          // of it, once a command needs one
	typed map[string]bool // commands that were run in the copy, and need not be run again
}

// follow does with a command what its treatment says.
func (r *reader) follow(c command) {
	how := treatments[c.text]
	missingNode := strings.Contains(c.text, "npm ") && !found("npm")
	switch {
	case how.here && r.copied:
		r.run(r.copy, c.text, c, how.exit)
	case how.here:
		r.run(r.desk(), strings.Replace(c.text, "go run ./harness/cmd/spabench", "spabench", 1), c, how.exit)
	case !how.copied:
		r.t.Logf("not run: %s (%s)", c.text, cmp.Or(how.left, how.elsewhere+" does that"))
	case !everyCommand:
		r.t.Logf("left to make docs-test, since it needs the engine, compiles, or writes: %s", c.text)
	case missingNode || r.unbuilt:
		r.unbuilt = true
		r.t.Logf("not run, since Node.js is not installed and the app not built: %s", c.text)
	case r.typed[c.text]:
		r.t.Logf("run before: %s", c.text)
	default:
		if r.copy == "" {
			r.copy = copyCheckout(r.t, r.root)
		}
		r.typed[c.text], r.copied = true, r.copied || c.background
		r.run(r.copy, c.text, c, how.exit)
	}
}

func found(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// reader types the commands of one block.
type reader struct {
	t *testing.T
	*session
	scratch   string            // stands for /tmp, and takes what is installed
	copied    bool              // a server of the block runs in the copy, and so does what asks it
	unbuilt   bool              // what the commands of the block need was not built
	addresses map[string]string // an address in the manual to the one that listens in its place
}

// desk is a folder with what commands read that write nowhere else: the published results, a build and budgets.
func (r *reader) desk() string {
	folder := filepath.Join(r.scratch, "desk")
	if !exists(folder) {
		r.must(os.CopyFS(filepath.Join(folder, "variants", "spa", "dist"), mutant.Fixture()))
		r.must(os.Symlink(filepath.Join(r.root, "results"), filepath.Join(folder, "results")))
		r.must(os.WriteFile(filepath.Join(folder, "budgets.txt"), []byte(budgets(r.t, r.root)), 0o644))
	}
	return folder
}

func (r *reader) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// budgets are the lines that METHOD.md shows, so that they are known to be read as budgets.
func budgets(t *testing.T, root string) string {
	t.Helper()
	for _, b := range readManual(t, root, "harness/METHOD.md").blocks {
		if text := strings.Join(b.lines, "\n"); b.language == "" && strings.Contains(text, " <= ") {
			return text + "\n"
		}
	}
	t.Fatal("harness/METHOD.md shows no budgets")
	return ""
}

var address = regexp.MustCompile(`127\.0\.0\.1:\d+`)

// run types a line, or starts it when it is a server of the block.
func (r *reader) run(dir, line string, c command, exit int) {
	r.t.Helper()
	if !c.background {
		line = address.ReplaceAllStringFunc(line, r.listening)
	}
	line = strings.ReplaceAll(line, "/tmp/", r.scratch+"/")
	ctx, cancel := context.WithTimeout(r.t.Context(), 20*time.Minute)
	r.t.Cleanup(cancel)
	shell := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", line)
	shell.Dir = dir
	shell.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", "GOBIN="+r.scratch)
	if dir != r.copy {
		shell.Env = append(shell.Env, "CHROME=") // what a browser finds is not what is shown
	}
	if c.background {
		r.serve(shell, line)
		return
	}
	var out, said bytes.Buffer
	shell.Stdout, shell.Stderr = &out, &said
	err := shell.Run()
	if ended := new(exec.ExitError); err != nil && !errors.As(err, &ended) {
		r.t.Fatal(err)
	}
	if got := shell.ProcessState.ExitCode(); got != exit {
		r.t.Fatalf("%s: exit code %d, want %d\n%s%s", line, got, exit, out.String(), said.String())
	}
	text := out.String()
	for printed, real := range r.addresses {
		text = strings.ReplaceAll(text, real, printed)
	}
	if shown := shape(c.output); len(c.output) > 0 && !shown.MatchString(text) {
		r.t.Errorf("%s prints:\n%s\nthe manual shows:\n%s", c.text, text, strings.Join(c.output, "\n"))
	}
}

// shape is the pattern of an output in a manual: a line that is an ellipsis stands for any lines, one in a line for any
// text.
func shape(lines []string) *regexp.Regexp {
	var b strings.Builder
	for _, line := range lines {
		if line == "…" {
			b.WriteString(`(.*\n)*?`)
			continue
		}
		b.WriteString(strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*") + `\n`)
	}
	return regexp.MustCompile(`^` + b.String() + `$`)
}

// listening gives the address that stands for one in the manual. Where the block starts no server of its own, 8080 is a
// server that keeps every rule, and 8081 a proxy before it.
func (r *reader) listening(printed string) string {
	if real, ok := r.addresses[printed]; ok {
		return real
	}
	handler := mutant.Reference(mutant.Fixture())
	if printed == "127.0.0.1:8081" {
		handler = edge(&url.URL{Scheme: "http", Host: r.listening("127.0.0.1:8080")})
	}
	server := httptest.NewServer(handler)
	r.t.Cleanup(server.Close)
	r.addresses[printed] = server.Listener.Addr().String()
	return r.addresses[printed]
}

// serve starts a server of the block on a port that is free, and ends it with the block.
func (r *reader) serve(shell *exec.Cmd, line string) {
	r.t.Helper()
	free := freeAddress(r.t)
	printed := cmp.Or(address.FindString(line), "127.0.0.1:8080")
	if strings.Contains(line, "mutants serve") {
		line, _, _ = strings.Cut(line, " --addr")
		line += " --addr " + free
	}
	_, port, _ := net.SplitHostPort(free)
	shell.Args[len(shell.Args)-1] = line
	shell.Env = append(shell.Env, "PORT="+port)
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // go run starts the server as a process of its own
	shell.Stdout, shell.Stderr = io.Discard, r.t.Output()
	r.must(shell.Start())
	r.t.Cleanup(func() {
		_ = syscall.Kill(-shell.Process.Pid, syscall.SIGINT)
		_ = shell.Wait()
	})
	r.addresses[printed] = free
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		response, err := http.Get("http://" + free)
		if err == nil {
			_ = response.Body.Close()
			return
		}
		if time.Since(began) > 2*time.Minute {
			r.t.Fatalf("%s does not answer: %v", line, err)
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// copyCheckout copies the files of the project, so that what commands write stays out of it.
func copyCheckout(t *testing.T, root string) string {
	t.Helper()
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	names, err := list.Output()
	if err != nil {
		t.Fatalf("list the files of the checkout: %v", err)
	}
	to, err := os.MkdirTemp("", "spabench-manuals-")
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		info, err := os.Lstat(filepath.Join(root, name))
		if errors.Is(err, os.ErrNotExist) {
			continue // removed, and not committed yet
		}
		if err == nil {
			err = os.MkdirAll(filepath.Join(to, filepath.Dir(name)), 0o755)
		}
		var text []byte
		if err == nil {
			text, err = os.ReadFile(filepath.Join(root, name))
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), text, info.Mode().Perm())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}
