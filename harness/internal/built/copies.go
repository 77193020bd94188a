package built

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"

	"github.com/andybalholm/brotli"
)

// checkCopies refuses compressed files that are not copies of what is beside them: a server would send them in its
// place.
func (r *reader) checkCopies() error {
	for _, file := range r.folder.Files {
		if file.copyOf == "" {
			continue
		}
		if !r.names[file.copyOf] {
			return r.refuse("%s has no %s beside it, which clients get that accept no compression: let the build keep "+
				"the originals (deleteOriginalAssets: false), or remove it", file.Name, file.copyOf)
		}
		same, err := r.isCopy(file)
		if err != nil {
			return r.refuse("%s: %w", file.Name, err)
		}
		if !same {
			return r.refuse("%s is not %s compressed, perhaps because it is left from another build: remove it, and "+
				"copies are made anew", file.Name, file.copyOf)
		}
	}
	return nil
}

// isCopy reports whether a compressed file has the content of the other.
func (r *reader) isCopy(file File) (bool, error) {
	coded, err := r.root.Open(file.Name)
	if err != nil {
		return false, err
	}
	defer func() { _ = coded.Close() }()
	plain, err := r.root.Open(file.copyOf)
	if err != nil {
		return false, err
	}
	defer func() { _ = plain.Close() }()
	var decoded io.Reader = brotli.NewReader(coded)
	if file.coding == "gzip" {
		if decoded, err = gzip.NewReader(coded); err != nil {
			return false, nil
		}
	}
	return sameBytes(decoded, plain)
}

// sameBytes reports whether a decoder gives what the other reader does. What cannot be decoded is not the same.
func sameBytes(decoded, plain io.Reader) (bool, error) {
	a, b := make([]byte, 1<<16), make([]byte, 1<<16)
	for {
		n, err := io.ReadFull(plain, a)
		end := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !end {
			return false, err
		}
		m, _ := io.ReadFull(decoded, b[:n])
		if m != n || !bytes.Equal(a[:n], b[:m]) {
			return false, nil
		}
		if end {
			m, err := io.ReadFull(decoded, b[:1])
			return m == 0 && errors.Is(err, io.EOF), nil
		}
	}
}
