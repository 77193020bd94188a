package built

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"runtime"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
)

// copiedAt is the modification time of all files of a copy. A server that compares the times of a file and of its
// compressed copy finds them equal, and a copy made later is the same.
var copiedAt = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Copy copies the files to another folder, which must be empty, and puts compressed copies of the text among them
// beside it, as our own build does: with gzip and with brotli, where the folder has none and where they are smaller.
// The page gets both in any case, since the baseline embeds one of them. It is an error if a file is no longer what
// was read.
func (f *Folder) Copy(ctx context.Context, to string) error {
	from, err := os.OpenRoot(f.Given)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()
	dest, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer func() { _ = dest.Close() }()
	c := copier{from: from, to: dest, names: map[string]bool{}, brotli: brotli.BestCompression}
	text := int64(0)
	for _, file := range f.Files {
		c.names[file.Name] = true
		if worthCompressing(file.Name, file.Size) {
			text += file.Size
		}
	}
	if text > slowAbove {
		c.brotli = quickLevel
	}
	if err := c.all(ctx, f.Files); err != nil {
		return f.refuse("%w", err)
	}
	return nil
}

// copier copies files from one folder to another.
type copier struct {
	from, to *os.Root
	names    map[string]bool // of all files
	brotli   int             // level of compression
}

// all copies files on all CPUs, because compressing takes long. It returns the errors.
func (c copier) all(ctx context.Context, files []File) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan File)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for file := range queue {
				if err := c.file(ctx, file); err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, file := range files {
		if ctx.Err() != nil {
			break
		}
		queue <- file
	}
	close(queue)
	wg.Wait()
	return context.Cause(ctx)
}

// file copies one file, and makes its compressed copies.
func (c copier) file(ctx context.Context, file File) error {
	source, err := c.from.Open(file.Name)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	digest := sha256.New()
	if err := c.write(file.Name, io.TeeReader(source, digest)); err != nil {
		return err
	}
	if hex.EncodeToString(digest.Sum(nil)) != file.Sum {
		return fmt.Errorf("%s has changed since it was read: is a build still running?", file.Name)
	}
	if file.copyOf != "" || !worthCompressing(file.Name, file.Size) {
		return nil
	}
	content, err := c.to.ReadFile(file.Name)
	if err != nil {
		return err
	}
	for _, ending := range []string{".gz", ".br"} {
		if ctx.Err() != nil {
			return nil
		}
		if c.names[file.Name+ending] {
			continue
		}
		encoded, err := c.encode(content, ending)
		if err != nil {
			return err
		}
		if len(encoded) < len(content) || file.Name == index {
			if err := c.write(file.Name+ending, bytes.NewReader(encoded)); err != nil {
				return err
			}
		}
	}
	return nil
}

// write writes a file that every user may read, since servers do not run as the one who made it.
func (c copier) write(name string, content io.Reader) error {
	if err := c.to.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if err := c.to.Chmod(dir, 0o755); err != nil { // whatever the umask of this process
			return err
		}
	}
	file, err := c.to.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return errors.Join(c.to.Chmod(name, 0o644), c.to.Chtimes(name, copiedAt, copiedAt))
}

// The best compression of brotli takes a second or two per megabyte, which is too long for many of them.
const (
	slowAbove  = 16 << 20 // bytes of text
	quickLevel = 9
)

// encode compresses as variants/spa/scripts/finish.mjs does, in the coding that the ending stands for.
func (c copier) encode(content []byte, ending string) ([]byte, error) {
	if ending == ".gz" {
		return zip(content)
	}
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, c.brotli)
	_, err := w.Write(content)
	err = errors.Join(err, w.Close())
	return b.Bytes(), err
}

// zip compresses with gzip.
func zip(content []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(content)
	err = errors.Join(err, w.Close())
	return b.Bytes(), err
}
