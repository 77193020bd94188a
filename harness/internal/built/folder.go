// Package built reads the folder that somebody's build of their app wrote, and copies it as our servers need it.
package built

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// Folder is a folder that a build wrote, as it was when it was read. It is never changed.
type Folder struct {
	Given  string // its path, as it was given
	Page   Page   // what index.html refers to
	Files  []File // those that are served, sorted by name
	Digest string // SHA-256 of the names and contents of these

	// Notes say what is left out, and what the strategies cannot do for this build, in a sentence each.
	Notes []string
}

// File is a file of a folder.
type File struct {
	Name string // slash-separated, from the folder
	Size int64
	Sum  string // SHA-256 of the content, in hexadecimal

	copyOf string // the file of which this one is a compressed copy; "" for any other
	coding string // in which it is compressed
}

// Bounds of what is read. A build is copied into the images of all strategies, and one of them compiles it into a
// program, which no linker does with gigabytes.
const (
	maxFiles = 20_000
	maxBytes = 1 << 30
)

// Read reads a folder. The error says what is wrong with it, and what to do about that.
func Read(given string) (*Folder, error) {
	info, err := os.Stat(given)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: there is no such folder; build the app first, or give the folder that the build writes",
			given)
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fmt.Errorf("%s: not a folder; give the folder that the build writes", given)
	}
	root, err := os.OpenRoot(given)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	f := &Folder{Given: given}
	if err := f.findPage(root.FS()); err != nil {
		return nil, err
	}
	r := reader{folder: f, root: root, names: map[string]bool{}, left: map[string]int{}}
	if err := fs.WalkDir(root.FS(), ".", r.visit); err != nil {
		return nil, err
	}
	if err := r.checkCopies(); err != nil {
		return nil, err
	}
	if err := r.readPage(); err != nil {
		return nil, err
	}
	f.Notes = append(r.notes(), f.Notes...)
	f.seal()
	return f, nil
}

// reader reads the files of a folder.
type reader struct {
	folder *Folder
	root   *os.Root
	bytes  int64

	names map[string]bool // of the files that are served
	left  map[string]int  // how many are left out, by what they are
}

// visit takes in a file, unless it is left out or refused. See [fs.WalkDirFunc].
func (r *reader) visit(name string, entry fs.DirEntry, err error) error {
	switch wrong := unservable(name); {
	case err != nil:
		return fmt.Errorf("%s: %w", r.folder.Given, err)
	case name == ".":
		return nil
	case wrong != "":
		return r.refuse("the name %q %s: rename the file", name, wrong)
	case isSource(name):
		return r.refuse("it contains %s, so it is a project and not what its build writes: build the app, and give "+
			"the folder that the build writes", name)
	case hidden(name):
		r.left["hidden files and folders, which must not be served"]++
		if entry.IsDir() {
			return fs.SkipDir
		}
		return nil
	case entry.IsDir():
		return nil
	}
	// Through a link within the folder, and through no other.
	info, err := r.root.Stat(name)
	isLink := entry.Type()&fs.ModeSymlink != 0
	switch {
	case err != nil && isLink:
		return r.refuse("%s is a symbolic link that leads out of the folder, or nowhere: put the file itself there",
			name)
	case err != nil:
		return r.refuse("%s: %w", name, err)
	case info.IsDir():
		return r.refuse("%s is a symbolic link to a folder: put the folder itself there", name)
	case !info.Mode().IsRegular():
		return r.refuse("%s is not a regular file: remove it from the folder", name)
	}
	if what := r.leftOut(name); what != "" {
		r.left[what]++
		return nil
	}
	return r.take(name, info.Size())
}

// leftOut says what a file is that is left out although it could be served, or "".
func (r *reader) leftOut(name string) string {
	switch {
	case name == "api", strings.HasPrefix(name, "api/"):
		return "files below /api, where the API of the strategies responds"
	case name == "_headers", name == "_redirects":
		return "settings of static hosts"
	}
	of, coding := original(name)
	if coding == "" || coding != "zstd" && negotiated(of) || !HasFile(r.root.FS())(of) {
		return ""
	}
	return "compressed copies that not all of the strategies serve, because they are not of text, or in zstd"
}

// take reads a file that is served.
func (r *reader) take(name string, size int64) error {
	r.bytes += size
	if r.bytes > maxBytes {
		return r.refuse("it has more than %d MB up to %s, and a program that embeds it could not be linked: take what "+
			"is large and no part of the app, such as videos, out of a copy of it", maxBytes>>20, name)
	}
	if len(r.folder.Files) == maxFiles {
		return r.refuse("it has more than %d files: is this what the build writes?", maxFiles)
	}
	sum, err := sumOf(r.root, name)
	if err != nil {
		return r.refuse("%w", err)
	}
	file := File{Name: name, Size: size, Sum: sum}
	if of, coding := original(name); coding != "" && coding != "zstd" && negotiated(of) {
		file.copyOf, file.coding = of, coding
	}
	r.names[name] = true
	r.folder.Files = append(r.folder.Files, file)
	return nil
}

func sumOf(root *os.Root, name string) (string, error) {
	file, err := root.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	digest := sha256.New()
	if _, err := io.Copy(digest, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}

// refuse is an error about the folder.
func (r *reader) refuse(format string, args ...any) error { return r.folder.refuse(format, args...) }

func (f *Folder) refuse(format string, args ...any) error {
	return fmt.Errorf("%s: %w", f.Given, fmt.Errorf(format, args...))
}

// notes say what is left out, and how much of it.
func (r *reader) notes() []string {
	var notes []string
	for what, n := range r.left {
		notes = append(notes, fmt.Sprintf("left out: %s (%d)", what, n))
	}
	slices.Sort(notes)
	return notes
}

// seal sorts the files, and calculates the digest.
func (f *Folder) seal() {
	slices.SortFunc(f.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	digest := sha256.New()
	for _, file := range f.Files {
		_, _ = fmt.Fprintf(digest, "%s\n%s\n", file.Name, file.Sum)
	}
	f.Digest = hex.EncodeToString(digest.Sum(nil))
}

// Bytes is the size of all files.
func (f *Folder) Bytes() (sum int64) {
	for _, file := range f.Files {
		sum += file.Size
	}
	return sum
}

// Embeddable returns an error if a Go program that embeds the folder would lack some of its files.
func (f *Folder) Embeddable() error {
	var names []string
	for _, file := range f.Files {
		if !embeddable(file.Name) {
			names = append(names, file.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	others := ""
	if n := len(names) - 1; n > 0 {
		others = fmt.Sprintf(" and %d more", n)
	}
	return f.refuse("go:embed leaves out %q%s: in the names of embedded files it takes letters, digits, spaces and "+
		"!#$%%&()+,-.=@[]^_{}~ alone, no name that Windows reserves, and nothing beside a go.mod", names[0], others)
}
