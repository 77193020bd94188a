package app

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
)

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name+".new", []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(name+".new", name); err != nil {
		t.Fatal(err)
	}
}

func TestDiskSeesChanges(t *testing.T) {
	dir := buildOnDisk(t)
	files, err := Disk(dir)
	if err != nil {
		t.Fatal(err)
	}
	address := start(t, files)
	expect := func(what, path string, status int, body string) {
		t.Helper()
		got := ask(t, address, "GET "+path, scripting)
		if got.status != status || status == 200 && got.body != body {
			t.Errorf("%s: %d %.80q, want %d %.80q", what, got.status, got.body, status, body)
		}
	}
	script := filepath.Join(dir, "assets/index-abc12345.js")
	expect("at first", "/assets/index-abc12345.js", 200, scriptBody)
	write(t, filepath.Join(dir, "assets/new.js"), "new")
	expect("a new file", "/assets/new.js", 200, "new")
	os.Remove(script)
	expect("a deleted file", "/assets/index-abc12345.js", 404, "")
	expect("the page after that", "/", 200, pageBody)

	// The same length and the same modification time: only the inode differs.
	before := ask(t, address, "GET /robots.txt", "").header.Get("ETag")
	info, _ := os.Stat(filepath.Join(dir, "robots.txt"))
	write(t, filepath.Join(dir, "robots.txt"), "USER-AGENT: *")
	os.Chtimes(filepath.Join(dir, "robots.txt"), info.ModTime(), info.ModTime())
	expect("a replaced file", "/robots.txt", 200, "USER-AGENT: *")
	if got := ask(t, address, "GET /robots.txt", "If-None-Match: "+before+"\r\n"); got.status != 200 {
		t.Errorf("the old entity tag still matches: %d", got.status)
	}

	// A file rewritten in place twice within one tick of the clock.
	os.WriteFile(script, []byte("one"), 0o644)
	expect("written in place", "/assets/index-abc12345.js", 200, "one")
	first := ask(t, address, "GET /assets/index-abc12345.js", "").header.Get("ETag")
	info, _ = os.Stat(script)
	os.WriteFile(script, []byte("two"), 0o644)
	os.Chtimes(script, info.ModTime(), info.ModTime())
	if got := ask(t, address, "GET /assets/index-abc12345.js", ""); got.header.Get("ETag") == first {
		t.Error("entity tag of other bytes")
	}

	// The folder itself is replaced.
	os.Rename(dir, dir+".old")
	os.CopyFS(dir, fstest.MapFS{"index.html": {Data: []byte("another build")}})
	expect("another folder", "/", 200, "another build")
	expect("a file of the old folder", "/robots.txt", 404, "")
	os.RemoveAll(dir)
	expect("no folder", "/", 500, "")
}

func TestDiskIgnoresStaleSidecar(t *testing.T) {
	dir := buildOnDisk(t)
	files, err := Disk(dir)
	if err != nil {
		t.Fatal(err)
	}
	address := start(t, files)
	write(t, filepath.Join(dir, "index.html"), "newer page")
	got := ask(t, address, "GET /", "Accept-Encoding: br, gzip\r\n")
	if got.header.Get("Content-Encoding") != "" || got.body != "newer page" {
		t.Errorf("%q %q: a coded form of another build", got.header.Get("Content-Encoding"), got.body)
	}
}

// TestDiskReplaceIsCoherent replaces a file under load: each answer must be
// one version, with its own length and entity tag.
func TestDiskReplaceIsCoherent(t *testing.T) {
	dir := buildOnDisk(t)
	files, err := Disk(dir)
	if err != nil {
		t.Fatal(err)
	}
	address := start(t, files)
	versions := map[string]bool{}
	var contents []string
	for _, c := range []string{"a", "bb", "cccc"} {
		content := strings.Repeat(c, 30_000)
		sum := sha256.Sum256([]byte(content))
		versions[entityTag(sum[:])+content] = true
		contents = append(contents, content)
	}
	name := filepath.Join(dir, "images/large.png")
	write(t, name, contents[0])
	stop := make(chan struct{})
	var replacing sync.WaitGroup
	replacing.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				write(t, name, contents[i%len(contents)])
			}
		}
	})
	for until := time.Now().Add(500 * time.Millisecond); time.Now().Before(until); {
		got := ask(t, address, "GET /images/large.png", "")
		if got.status != 200 || !versions[got.header.Get("ETag")+got.body] || got.length != int64(len(got.body)) {
			t.Fatalf("%d %s with %d bytes is no version", got.status, got.header.Get("ETag"), len(got.body))
		}
	}
	close(stop)
	replacing.Wait()
}

func TestDiskStaysInside(t *testing.T) {
	dir := buildOnDisk(t)
	outside := filepath.Join(filepath.Dir(dir), "dist-secret")
	os.Mkdir(outside, 0o755)
	write(t, filepath.Join(outside, "secret.txt"), "canary")
	for link, to := range map[string]string{
		"link.txt":     "../dist-secret/secret.txt",
		"absolute.txt": filepath.Join(outside, "secret.txt"),
		"folder":       "../dist-secret",
		"inside.txt":   "robots.txt",
		"loop.txt":     "loop.txt",
	} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	files, err := Disk(dir)
	if err != nil {
		t.Fatal(err)
	}
	address := start(t, files)
	for _, path := range []string{
		"/link.txt", "/absolute.txt", "/folder/secret.txt", "/loop.txt", "/robots.txt/x.txt",
		"/../dist-secret/secret.txt", "/%2e%2e/dist-secret/secret.txt", "/..%2fdist-secret%2fsecret.txt",
		"/assets/..%2f..%2fdist-secret/secret.txt", "/assets../../dist-secret/secret.txt",
		"//" + outside + "/secret.txt", "/%2F" + outside[1:] + "/secret.txt", "/..\\dist-secret\\secret.txt",
	} {
		for _, fields := range []string{navigating, "", scripting} {
			if got := ask(t, address, "GET "+path, fields); strings.Contains(got.body, "canary") || got.status >= 500 {
				t.Errorf("GET %s: %d %q", path, got.status, got.body)
			}
		}
	}
	if got := ask(t, address, "GET /inside.txt", ""); got.body != "User-agent: *" {
		t.Errorf("a symbolic link inside the build: %d %q", got.status, got.body)
	}
}

func TestDiskUnreadableFileIsAnError(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root reads every file")
	}
	dir := buildOnDisk(t)
	files, err := Disk(dir)
	if err != nil {
		t.Fatal(err)
	}
	address := start(t, files)
	os.Chmod(filepath.Join(dir, "robots.txt"), 0)
	if got := ask(t, address, "GET /robots.txt", navigating); got.status != 500 {
		t.Errorf("status %d %q, want 500", got.status, got.body)
	}
}

func TestBuildWithoutPage(t *testing.T) {
	if _, err := Embedded(fstest.MapFS{".gitignore": {}}); err == nil || !strings.Contains(err.Error(), indexPage) {
		t.Errorf("embedded: error %v, want one that names %s", err, indexPage)
	}
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "none")} {
		if _, err := Disk(dir); err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("disk: error %v, want one that names the folder", err)
		}
	}
}
