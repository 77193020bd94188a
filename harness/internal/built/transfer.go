package built

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
)

// At is the file that our servers respond with to a request for a route, percent-encoded; "" if it gets the page.
func (f *Folder) At(route string) string {
	target, _, _ := strings.Cut(route, "?")
	name, err := url.PathUnescape(strings.Trim(target, "/"))
	if err != nil || name == "" {
		return ""
	}
	for _, file := range f.Files {
		if file.Name == name || file.Name == path.Join(name, index) {
			return file.Name
		}
	}
	return ""
}

// Sizes say how much clients ask for that open the page. Bytes are those of clients that accept gzip.
type Sizes struct {
	Page   int64 // bytes
	Script int64 // bytes; 0 if the page loads none
	Visit  int64 // bytes of the page and of all that it is known to load

	Requests int64 // of a first visit
	Unfresh  int64 // of these, requests that a second visit repeats
}

// Immutable reports whether the strategies let browsers keep the file for a year without asking again.
func (f File) Immutable() bool { return immutable(f.Name) }

func immutable(name string) bool { return strings.HasPrefix(name, "assets/") }

// Transfer reads how much a client receives that opens the page.
func (f *Folder) Transfer() (s Sizes, err error) {
	root, err := os.OpenRoot(f.Given)
	if err != nil {
		return s, err
	}
	defer func() { _ = root.Close() }()
	waves, err := Visit(root.FS())
	if err != nil {
		return s, f.refuse("%w", err)
	}
	for _, name := range slices.Concat(waves...) {
		content, err := root.ReadFile(name)
		if err != nil {
			return s, fmt.Errorf("%s: %w", f.Given, err)
		}
		size := int64(len(content))
		if worthCompressing(name, size) {
			encoded, err := zip(content)
			if err != nil {
				return s, err
			}
			size = min(size, int64(len(encoded)))
		}
		switch name {
		case index:
			s.Page = size
		case f.Page.Script:
			s.Script = size
		}
		s.Visit += size
		s.Requests++
		if !immutable(name) {
			s.Unfresh++
		}
	}
	return s, nil
}
