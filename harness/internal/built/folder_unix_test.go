//go:build unix

package built

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Names that no URL can have as they are, what is no file, and what is too much are refused.
func TestRefusedByTheSystem(t *testing.T) {
	name := func(name string) func(dir string) error {
		return func(dir string) error { return os.WriteFile(filepath.Join(dir, name), nil, 0o644) }
	}
	for want, make := range map[string]func(dir string) error{
		`the name "a\\b.js" has a backslash`:      name(`a\b.js`),
		`"a\nb.js" has a control character`:       name("a\nb.js"),
		`"caf\xe9.js" is not UTF-8, and URLs are`: name("caf\xe9.js"),
		"pipe is not a regular file": func(dir string) error {
			return syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644)
		},
		"more than 1024 MB up to video.mp4": func(dir string) error {
			file := filepath.Join(dir, "video.mp4")
			if err := os.WriteFile(file, nil, 0o644); err != nil {
				return err
			}
			return os.Truncate(file, maxBytes)
		},
		"more than 20000 files": func(dir string) error {
			for i := range maxFiles {
				if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), nil, 0o644); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		dir := write(t, map[string]string{"index.html": app, script: "1"})
		if err := make(dir); err != nil {
			t.Logf("%s: %v", want, err) // a file system that does not have such names
			continue
		}
		_, err := Read(dir)
		if err == nil || !strings.HasPrefix(err.Error(), dir+": ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
