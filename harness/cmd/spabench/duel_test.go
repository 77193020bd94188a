package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/table"
)

// repository makes a repository of these files, committed one after the other under the tags v1, v2, …, and changes
// into the folder of it that is named.
func repository(t *testing.T, folder string, versions ...map[string]string) (top string) {
	t.Helper()
	top = t.TempDir()
	run := func(args ...string) {
		t.Helper()
		args = append([]string{"-C", top, "-c", "user.name=test", "-c", "user.email=test@example.org"}, args...)
		if out, err := exec.CommandContext(t.Context(), "git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	run("init", "--quiet")
	for i, files := range versions {
		for name, text := range files {
			path := filepath.Join(top, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		run("add", "--all")
		run("commit", "--quiet", "--message", "version")
		run("tag", "v"+string(rune('1'+i)))
	}
	t.Chdir(filepath.Join(top, folder))
	return top
}

// A revision's server is that of its own files, and neither the repository nor its working tree changes.
func TestOpponent(t *testing.T) {
	top := repository(t, "web",
		map[string]string{"web/Dockerfile": "FROM scratch\n", "web/run": "one", "shared/x": "x"},
		map[string]string{
			"web/spabench.yaml": "app: {dist: dist}\nservers: {a: {image: shop}, b: {dockerfile: Dockerfile}}\n",
		},
	)
	if err := os.Symlink("../shared/x", filepath.Join(top, "web", "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(top, "web", "run"), []byte("changed"), 0o755); err != nil {
		t.Fatal(err)
	}
	status := func() string {
		out, err := git(t.Context(), "status", "--porcelain")
		worktrees, worktreesErr := git(t.Context(), "worktree", "list")
		if err != nil || worktreesErr != nil {
			t.Fatal(err, worktreesErr)
		}
		return out + worktrees
	}
	before := status()
	f := duelFlags{server: "b"}
	old, err := f.opponent(t.Context(), table.Before, "v1", filepath.Join(t.TempDir(), "before"))
	if err != nil || old.Name != table.Before || old.Dockerfile != "Dockerfile" || old.Home != "." ||
		!strings.HasPrefix(old.Title, "v1 (commit ") {
		t.Fatalf("%+v, %v", old, err)
	}
	text, err := os.ReadFile(filepath.Join(old.Context, "run"))
	info, statErr := os.Stat(filepath.Join(old.Context, "run"))
	if err != nil || statErr != nil || string(text) != "one" || info.Mode().Perm()&0o100 == 0 {
		t.Errorf("a file of the revision: %q, %v, %v", text, err, statErr)
	}
	if _, err := os.Stat(filepath.Join(old.Context, "..", "shared", "x")); err != nil {
		t.Errorf("the revision lacks what is beside the folder: %v", err)
	}
	now, err := f.opponent(t.Context(), table.After, "HEAD", filepath.Join(t.TempDir(), "after"))
	if err != nil || now.Dockerfile != "Dockerfile" || now.Name != table.After {
		t.Errorf("%+v, %v", now, err)
	}
	if after := status(); after != before {
		t.Errorf("the repository was\n%s\nand is\n%s", before, after)
	}
	image, err := f.opponent(t.Context(), table.After, "shop:1.2#80", "")
	if err != nil || image.Image != "shop:1.2" || image.Port != 80 {
		t.Errorf("an image: %+v, %v", image, err)
	}
	for given, want := range map[string]string{
		"no such": "neither a revision of this repository, nor a server", "-x": "neither a revision",
	} {
		_, err := f.opponent(t.Context(), table.After, given, "")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", given, err, want)
		}
	}
	f.server = ""
	_, err = f.opponent(t.Context(), table.After, "v2", filepath.Join(t.TempDir(), "several"))
	if err == nil || !strings.Contains(err.Error(), "v2 has several servers: name one with --server: a, b") {
		t.Error(err)
	}
	f.server = "c"
	_, err = f.opponent(t.Context(), table.After, "v2", filepath.Join(t.TempDir(), "unknown"))
	if err == nil || !strings.Contains(err.Error(), `--server: unknown server "c"`) {
		t.Error(err)
	}
}

// A revision that has no server says what it lacks.
func TestOpponentWithoutServer(t *testing.T) {
	repository(t, ".", map[string]string{"README": "x"})
	_, err := new(duelFlags).opponent(t.Context(), table.Before, "v1", filepath.Join(t.TempDir(), "before"))
	if err == nil || !strings.Contains(err.Error(), "v1 has neither a server in spabench.yaml nor a Dockerfile in this folder") {
		t.Error(err)
	}
}

// A file that describes the app alone leaves the server to the Dockerfile.
func TestOpponentOfAnApp(t *testing.T) {
	app := map[string]string{"spabench.yaml": "app: {routes: [/orders]}\n"}
	repository(t, ".", app, map[string]string{"Dockerfile": "FROM scratch\n"})
	f := new(duelFlags)
	a, err := f.opponent(t.Context(), table.After, "v2", filepath.Join(t.TempDir(), "after"))
	if err != nil || a.Dockerfile != "Dockerfile" {
		t.Errorf("%+v, %v", a, err)
	}
	_, err = f.opponent(t.Context(), table.Before, "v1", filepath.Join(t.TempDir(), "before"))
	if err == nil || !strings.Contains(err.Error(), "nor a Dockerfile in this folder") {
		t.Error(err)
	}
}

// Two servers that cannot be compared are no verdict: the exit code is not that of a server that became worse, and what
// failed is said.
func TestIncomparable(t *testing.T) {
	failed := fmt.Errorf("%w: after", rig.ErrVariant)
	d := table.Duel{Run: record.Run{
		Builds: []record.Build{
			{Variant: table.Before}, {Variant: table.After, Err: "build Dockerfile: no", Log: "RUN x"},
		},
		Conformance: []record.Conformance{{Variant: table.Before, Err: "no response"}},
		Trials:      []record.Trial{{Variant: table.Before, Err: "not ready", Log: "panic"}},
	}}
	err := incomparable(d, failed)
	want := "the two could not be compared: " + failed.Error() + "\nafter: build Dockerfile: no" +
		"\nbefore: no response\nbefore: not ready"
	if errors.Is(err, rig.ErrVariant) || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
	if got := incomparable(table.Duel{}, context.Canceled); !errors.Is(got, context.Canceled) {
		t.Errorf("interrupted: %v", got)
	}
}
