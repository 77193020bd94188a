package lab

import (
	"strings"
	"testing"
)

// TestIntrude changes a file of a running container in each possible way, and reads it in another.
func TestIntrude(t *testing.T) {
	r := startServing(t, openLab(t), AsBuilt)
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	const file = "/srv/dist/index.html"
	if err := r.Copy(t.Context(), "app", file, []byte("copied"), 0o644); err != nil {
		t.Fatal(err)
	}
	read := func() string {
		t.Helper()
		ran, err := r.Exec(t.Context(), "app", "", "cat", file)
		if err != nil || ran.Code != 0 {
			t.Fatalf("%+v, %v", ran, err)
		}
		return ran.Output
	}
	if got := read(); got != "copied" {
		t.Errorf("copied: %q", got)
	}
	write := []string{"sh", "-c", `printf %s "$2" >"$1"`, "sh"}
	ran, err := r.Exec(t.Context(), "app", "", append(write, file, "own")...)
	if err != nil || ran.Code == 0 || !strings.Contains(ran.Output, "Permission denied") {
		t.Errorf("the image's user: %+v, %v", ran, err)
	}
	ran, err = r.Exec(t.Context(), "app", "0", append(write, file, "root")...)
	if err != nil || ran.Code != 0 || read() != "root" {
		t.Errorf("root: %+v, %v: %q", ran, err, read())
	}
	for user, changes := range map[string]bool{"nginx": false, "": true} {
		err := r.Beside(t.Context(), "app", user, func(exec func(...string) (Executed, error)) error {
			ran, err := exec(append(write, BesideRoot+file, "beside")...)
			if (ran.Code == 0) != changes {
				t.Errorf("user %q in a container beside: %+v", user, ran)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := read(); got != "beside" {
		t.Errorf("by a container beside: %q", got)
	}
	if ran, err := r.Exec(t.Context(), "app", "", "no-such-command"); err != nil || ran.Code == 0 {
		t.Errorf("a command that does not exist: %+v, %v", ran, err)
	}
	if _, err := r.Exec(t.Context(), "absent", "", "true"); err == nil {
		t.Error("ran a command in a container that does not exist")
	}
}

// Files that are overwritten in place keep their inode, and a release replaces the last one by changing a link.
func TestFolderWays(t *testing.T) {
	f, err := startServing(t, openLab(t), Writable).Folder()
	if err != nil {
		t.Fatal(err)
	}
	files := func(content string) []File {
		return []File{{"assets/a.js", []byte(content)}, {"assets/a.js.gz", []byte("gz")},
			{"index.html", []byte(content)}}
	}
	if err := f.Overwrite(t.Context(), files("1"), true); err != nil {
		t.Fatal(err)
	}
	inode := runInFolder(t, f, "stat -c %i index.html")
	if err := f.Overwrite(t.Context(), files("2")[2:], true); err != nil {
		t.Fatal(err)
	}
	if got := runInFolder(t, f, "cat index.html; find . -type f"); got != "2./index.html" {
		t.Errorf("overwritten: %q", got)
	}
	if got := runInFolder(t, f, "stat -c %i index.html"); got != inode {
		t.Errorf("the file has inode %s, and had %s", got, inode)
	}
	var before string
	for _, content := range []string{"3", "4"} {
		if err := f.Release(t.Context(), files(content)); err != nil {
			t.Fatal(err)
		}
		if got := runInFolder(t, f, "cat "+Released+"/index.html "+Released+"/assets/a.js"); got != content+content {
			t.Errorf("released %s: %q", content, got)
		}
		leads := runInFolder(t, f, "readlink "+Released)
		if leads == "" || leads == before {
			t.Errorf("the link leads to %q, as before", leads)
		}
		before = leads
	}
	got := runInFolder(t, f, "test "+Released+"/assets/a.js -nt "+Released+"/assets/a.js.gz || echo no")
	if got != "no" {
		t.Error("a coded form is older than its original")
	}
}
