package lab

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Untar writes the folders, files and symbolic links of an archive into a folder, each under the path that as returns;
// what has none is left out. A path that leads out of the folder, even through a link, is an error.
func Untar(archive io.Reader, into string, as func(*tar.Header) string) error {
	root, err := os.OpenRoot(into)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	for r := tar.NewReader(archive); ; {
		h, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if path := as(h); path != "" {
			if err := unpack(root, filepath.Clean(filepath.FromSlash(path)), h, r); err != nil {
				return err
			}
		}
	}
}

// unpack writes one entry of an archive. Entries of other kinds, such as devices, are left out.
func unpack(root *os.Root, path string, h *tar.Header, content io.Reader) error {
	if err := root.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	switch h.Typeflag {
	case tar.TypeDir:
		return root.MkdirAll(path, 0o755)
	case tar.TypeSymlink:
		return root.Symlink(h.Linkname, path)
	case tar.TypeReg:
		const owned = 0o600 // whatever its mode was, its owner can read and remove it
		f, err := root.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, h.FileInfo().Mode().Perm()|owned)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, content)
		return errors.Join(err, f.Close())
	}
	return nil
}
