package rig

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"

	"spabench/harness/internal/built"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/load"
	"spabench/harness/internal/rawhttp"
)

// Dist is a build of the app. Every variant serves the same one, so their responses can be compared with it byte for
// byte.
type Dist struct {
	Dir    string // a copy of it, in a temporary folder
	FS     fs.FS
	Page   []byte // index.html
	Script string // path of the page's entry script, from the root; "" if the page loads none

	// Visit is what a first visit requests, in waves. It is nil for builds of our app, of which more is known.
	Visit [][]string
}

// Known reports whether there is a build to compare responses with. Of an added server's there is none.
func (d Dist) Known() bool { return d.FS != nil }

func (d *Dist) open(fsys fs.FS) error {
	page, err := fs.ReadFile(fsys, "index.html")
	if err != nil {
		return fmt.Errorf("read the build: %w", err)
	}
	d.FS, d.Page, d.Script = fsys, page, built.ReadPage(page, built.HasFile(fsys)).Script
	return nil
}

// Remove removes the copy, if there is one.
func (d *Dist) Remove() error {
	if d.Dir == "" {
		return nil
	}
	return os.RemoveAll(d.Dir)
}

// SidecarEnding is the ending of the precompressed file beside another one, for a content coding; "" if builds have
// none in that coding.
func SidecarEnding(coding string) string {
	switch coding {
	case "gzip":
		return ".gz"
	case "br":
		return ".br"
	}
	return ""
}

// Want is the correct response to a request for a file of the build that accepts one content coding: the precompressed
// file, if the build has one, and else the file itself.
func (d Dist) Want(file, coding string) (load.Want, error) {
	if ending := SidecarEnding(coding); ending != "" {
		if body, err := fs.ReadFile(d.FS, file+ending); err == nil {
			return WantBody(coding, body), nil
		}
	}
	body, err := fs.ReadFile(d.FS, file)
	if err != nil {
		return load.Want{}, fmt.Errorf("read the build: %w", err)
	}
	return WantBody("", body), nil
}

// WantBody is a response with status 200, this content coding, and this body.
func WantBody(coding string, body []byte) load.Want {
	sum := sha256.Sum256(body)
	return load.Want{Status: http.StatusOK, Coding: coding, Length: len(body), SHA256: hex.EncodeToString(sum[:])}
}

// RequestTarget is the request target of a file of the build, percent-encoded.
func RequestTarget(file string) string {
	if file == "index.html" {
		return "/"
	}
	return (&url.URL{Path: "/" + file}).EscapedPath()
}

// correctPage returns an error that says why a response, asked for without a content coding, is not the page.
func (d Dist) correctPage(res rawhttp.Response) error {
	if res.Status != http.StatusOK || res.Coding != "" || !bytes.Equal(res.Body, d.Page) {
		return fmt.Errorf("wrong page: status %d, content coding %q, %d bytes; want 200 and the %d bytes of index.html",
			res.Status, res.Coding, len(res.Body), len(d.Page))
	}
	return nil
}

// CorrectAbsence returns an error that says why a response is not one to a request for a file that does not exist.
func (d Dist) CorrectAbsence(res rawhttp.Response) error {
	if res.Status != http.StatusNotFound || bytes.Equal(res.Body, d.Page) {
		return fmt.Errorf("wrong response for a file that does not exist: "+
			"status %d, %d bytes; want 404, and not the page",
			res.Status, len(res.Body))
	}
	return nil
}

// WithExtracted calls f with a temporary copy of a folder of an image.
func WithExtracted(ctx context.Context, l *lab.Lab, ref, folder string, f func(fs.FS) error) error {
	dir, err := os.MkdirTemp("", "spabench-extracted-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := l.Extract(ctx, ref, folder, dir); err != nil {
		return err
	}
	return f(os.DirFS(dir))
}
