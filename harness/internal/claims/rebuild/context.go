package rebuild

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// contextCopy is a copy, in a temporary folder, of what the project's images are built from. It can be edited.
type contextCopy struct {
	dir    string
	edited map[string]string // the original texts, by path in dir
}

// replacement replaces the first occurrence of a text in a file. Without an old text, it appends.
type replacement struct{ file, old, text string }

// copyContext copies what a builder identifies a file by: content, mode and owner. The modification time is not part of
// that.
func copyContext(root string) (c *contextCopy, err error) {
	c = &contextCopy{edited: map[string]string{}}
	if c.dir, err = os.MkdirTemp("", "spabench-context-"); err != nil {
		return nil, fmt.Errorf("copy the build context: %w", err)
	}
	ignored := []string{"variants/spa/node_modules", "variants/spa/dist"} // by .dockerignore, too
	for _, name := range []string{".dockerignore", "go.mod", "go.sum", "dockerfiles", "variants"} {
		err := filepath.WalkDir(filepath.Join(root, name), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			inside, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			if slices.Contains(ignored, filepath.ToSlash(inside)) {
				return fs.SkipDir
			}
			return copyEntry(path, filepath.Join(c.dir, inside), entry)
		})
		if err != nil {
			return nil, errors.Join(fmt.Errorf("copy the build context: %w", err), c.remove())
		}
	}
	return c, nil
}

// copyEntry copies a file, or makes an empty folder with the mode and owner of the original.
func copyEntry(from, to string, entry fs.DirEntry) error {
	info, err := entry.Info()
	if err != nil {
		return err
	}
	switch {
	case entry.IsDir():
		err = os.Mkdir(to, 0o700)
	case info.Mode().IsRegular():
		var content []byte
		if content, err = os.ReadFile(from); err == nil {
			err = os.WriteFile(to, content, 0o600)
		}
	default:
		return fmt.Errorf("%s is neither a file nor a folder", from)
	}
	if err != nil {
		return err
	}
	if err := copyOwner(to, info); err != nil {
		return err
	}
	return os.Chmod(to, info.Mode().Perm())
}

// edit makes replacements in the copy, all or none.
func (c *contextCopy) edit(rs []replacement) error {
	for _, r := range rs {
		path := filepath.Join(c.dir, filepath.FromSlash(r.file))
		b, err := os.ReadFile(path)
		if err != nil {
			return errors.Join(err, c.restore())
		}
		text := string(b)
		if _, is := c.edited[path]; !is {
			c.edited[path] = text
		}
		if r.old == "" {
			text += r.text
		} else if !strings.Contains(text, r.old) {
			return errors.Join(fmt.Errorf("edit %s: it has no %q", r.file, r.old), c.restore())
		} else {
			text = strings.Replace(text, r.old, r.text, 1)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return errors.Join(err, c.restore())
		}
	}
	return nil
}

// restore undoes all edits.
func (c *contextCopy) restore() error {
	var errs []error
	for path, text := range c.edited {
		errs = append(errs, os.WriteFile(path, []byte(text), 0o600)) // the mode is for new files
	}
	clear(c.edited)
	return errors.Join(errs...)
}

// remove removes the copy.
func (c *contextCopy) remove() error { return os.RemoveAll(c.dir) }
