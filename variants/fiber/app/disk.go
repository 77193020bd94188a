package app

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// disk reads files anew for each request, so that new, deleted and replaced
// files take effect at once. Everything in an answer comes from one open file:
// bytes, length and entity tag agree whatever happens to the name meanwhile.
// Only a file that is rewritten in place while it is being sent can still be
// torn, so deploy by renaming.
type disk struct {
	dir  string
	root atomic.Pointer[openRoot]
	tags sync.Map // name → *taggedFile
}

// openRoot confines every lookup to the folder, even through symbolic links.
type openRoot struct {
	*os.Root
	info fs.FileInfo
}

type taggedFile struct {
	info fs.FileInfo
	etag string
}

// racyAge is how old a modification time must be before an entity tag is cached
// by it. Clocks of file systems tick in milliseconds to seconds, so a younger
// file may still change within the same tick.
const racyAge = 2 * time.Second

// Disk serves the build in the folder dir. A folder without index.html is an
// error at startup.
func Disk(dir string) (Files, error) {
	d := &disk{dir: dir}
	return d, checkBuild(d, dir)
}

func (d *disk) Find(name string, codings []coding) (*File, error) {
	root, err := d.current()
	if err != nil {
		return nil, err
	}
	info, err := root.Stat(name)
	if err != nil {
		return nil, absent(err)
	}
	if info.IsDir() {
		if index, err := root.Stat(name + "/" + indexPage); err == nil && index.Mode().IsRegular() {
			return nil, errDirectory
		}
		return nil, fs.ErrNotExist
	}
	if !info.Mode().IsRegular() {
		return nil, fs.ErrNotExist
	}
	if base, ok := sidecarOf(name); ok {
		if _, err := root.Stat(base); err == nil {
			return nil, fs.ErrNotExist
		}
	}
	file := describe(name, identity)
	for _, c := range codings {
		if c == identity {
			break
		}
		if file.Vary == "" {
			break
		}
		file.Coding = c
		err := d.open(root, name+codingSuffix[c], info, &file)
		if err == nil {
			return &file, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	file.Coding = identity
	return &file, d.open(root, name, nil, &file)
}

// open sets the fields that require opening the file. A coded form that is
// older than its original is left over from another build and counts as absent.
func (d *disk) open(root *openRoot, name string, original fs.FileInfo, file *File) error {
	opened, err := root.Open(name)
	if err != nil {
		return absent(err)
	}
	info, err := opened.Stat()
	if err == nil && (!info.Mode().IsRegular() || original != nil && info.ModTime().Before(original.ModTime())) {
		err = fs.ErrNotExist
	}
	if err == nil {
		file.ETag, err = d.tag(name, opened, info)
	}
	if err != nil {
		opened.Close()
		return err
	}
	file.Size, file.Content = info.Size(), &content{opened, info.Size()}
	return nil
}

// tag returns the entity tag. It hashes the file only if its stamp (inode,
// size, modification time) is new.
func (d *disk) tag(name string, opened *os.File, info fs.FileInfo) (string, error) {
	if known, ok := d.tags.Load(name); ok {
		if known := known.(*taggedFile); sameStamp(known.info, info) {
			return known.etag, nil
		}
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, opened); err != nil {
		return "", err
	}
	if _, err := opened.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	etag := entityTag(hash.Sum(nil))
	if time.Since(info.ModTime()) > racyAge {
		d.tags.Store(strings.Clone(name), &taggedFile{info, etag})
	}
	return etag, nil
}

func sameStamp(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// current returns the folder, and opens it again if its name refers to a
// different one: a deployment may switch a symbolic link, or delete and
// recreate the folder. The garbage collector closes the old one when no request
// uses it any more.
func (d *disk) current() (*openRoot, error) {
	info, err := os.Stat(d.dir)
	if err != nil {
		// The error is not wrapped: fs.ErrNotExist would mean that a file is missing in the build.
		return nil, fmt.Errorf("open the build: %v", err)
	}
	if root := d.root.Load(); root != nil && os.SameFile(root.info, info) {
		return root, nil
	}
	opened, err := os.OpenRoot(d.dir)
	if err != nil {
		return nil, err
	}
	if info, err = opened.Stat("."); err != nil {
		return nil, err
	}
	root := &openRoot{opened, info}
	d.root.Store(root)
	return root, nil
}

// absent distinguishes a name that refers to no file (too long, below a file,
// outside the folder through a symbolic link) from a failure to read the disk.
func absent(err error) error {
	for _, failure := range []error{fs.ErrPermission, syscall.EMFILE, syscall.ENFILE, syscall.EIO, syscall.ENOMEM} {
		if errors.Is(err, failure) {
			return fmt.Errorf("read a file of the build: %w", err)
		}
	}
	return fs.ErrNotExist
}

// content sends no more than the announced length, even if the file grows
// meanwhile. WriteTo lets the kernel copy a large file (sendfile).
type content struct {
	file *os.File
	left int64
}

func (c *content) Read(p []byte) (int, error) {
	n, err := (&io.LimitedReader{R: c.file, N: c.left}).Read(p)
	c.left -= int64(n)
	return n, err
}

func (c *content) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, &io.LimitedReader{R: c.file, N: c.left})
}

func (c *content) Close() error { return c.file.Close() }
