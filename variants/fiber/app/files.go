package app

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Files finds the files of one build. [Embedded] and [Disk] are the two.
type Files interface {
	// Find returns the file with that slash-separated name, in the first of
	// the codings that the build contains. The error is [fs.ErrNotExist] if
	// there is no such file, errDirectory for a directory that has an
	// index.html, and any other if the file could not be read.
	// Find must not retain the name or the codings.
	Find(name string, codings []coding) (*File, error)
}

// File is one representation of a file, with the header fields that describe
// it. Its bytes are in Body, or else in Content, which has Size bytes.
type File struct {
	Type         string
	Coding       coding
	ETag         string // strong: every coding of a file has a different one
	CacheControl string
	Vary         string // empty if the file has only one representation
	Size         int64
	Body         []byte
	Content      io.ReadCloser // the receiver of the File closes it
}

var errDirectory = errors.New("is a directory with an index page")

const indexPage = "index.html"

// coding is a content coding (RFC 9110 §8.4.1). The coded forms of a file are
// next to it, with a suffix appended to its name.
type coding uint8

const (
	identity coding = iota
	gzip
	brotli
	codingCount
)

var (
	codingToken  = [codingCount]string{"", "gzip", "br"}
	codingSuffix = [codingCount]string{"", ".gz", ".br"}
)

func checkBuild(files Files, where string) error {
	file, err := files.Find(indexPage, []coding{identity})
	if err != nil {
		return fmt.Errorf("open the build in %s: %s: %w (has the single-page app been built into it?)",
			where, indexPage, err)
	}
	return file.Close()
}

// Close releases what Find opened.
func (f *File) Close() error {
	if f.Content == nil {
		return nil
	}
	return f.Content.Close()
}

// describe sets the fields that follow from the name.
func describe(name string, c coding) File {
	f := File{Type: mediaType(name), Coding: c, CacheControl: "no-cache"}
	if strings.HasPrefix(name, "assets/") {
		f.CacheControl = "public, max-age=31536000, immutable" // the name holds a hash of the content
	}
	if compressible(f.Type) {
		f.Vary = "Accept-Encoding"
	}
	return f
}

func entityTag(sha256 []byte) string {
	return `"` + hex.EncodeToString(sha256[:16]) + `"`
}

func entityTagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return entityTag(sum[:])
}

// sidecarOf returns the name of the file of which name would be a coded form.
func sidecarOf(name string) (base string, ok bool) {
	for _, suffix := range codingSuffix[gzip:] {
		if base, ok = strings.CutSuffix(name, suffix); ok {
			return base, true
		}
	}
	return "", false
}

// mediaTypes are spelled out because a scratch image has no /etc/mime.types,
// and because the answer must not depend on the machine.
var mediaTypes = map[string]string{
	".avif":        "image/avif",
	".css":         "text/css; charset=utf-8",
	".gif":         "image/gif",
	".gz":          "application/gzip",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/x-icon",
	".jpeg":        "image/jpeg",
	".jpg":         "image/jpeg",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".map":         "application/json",
	".md":          "text/markdown; charset=utf-8",
	".mjs":         "text/javascript; charset=utf-8",
	".mp3":         "audio/mpeg",
	".mp4":         "video/mp4",
	".otf":         "font/otf",
	".pdf":         "application/pdf",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".ttf":         "font/ttf",
	".txt":         "text/plain; charset=utf-8",
	".wasm":        "application/wasm",
	".webm":        "video/webm",
	".webmanifest": "application/manifest+json",
	".webp":        "image/webp",
	".woff":        "font/woff",
	".woff2":       "font/woff2",
	".xml":         "application/xml",
}

func mediaType(name string) string {
	if path.Base(name) == "apple-app-site-association" { // Apple gave it no extension
		return "application/json"
	}
	if t, ok := mediaTypes[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	return "application/octet-stream"
}

// compressible reports whether a build has coded forms of files of a media type.
func compressible(mediaType string) bool {
	switch mediaType {
	case "application/json", "application/manifest+json", "application/wasm", "application/xml", "image/svg+xml":
		return true
	}
	return strings.HasPrefix(mediaType, "text/")
}
