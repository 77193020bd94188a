package rig

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"regexp"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/load"
)

// Dist is the build that every variant serves, and so what their answers must be, byte for byte.
type Dist struct {
	Dir    string // a copy of it, in a temporary folder
	FS     fs.FS
	Page   []byte
	Script string // path of the page's entry script, from the root
}

var scriptSrc = regexp.MustCompile(`<script[^>]+src="/([^"]+)"`)

func (d *Dist) open(fsys fs.FS) error {
	page, err := fs.ReadFile(fsys, "index.html")
	if err != nil {
		return fmt.Errorf("read the build: %w", err)
	}
	m := scriptSrc.FindSubmatch(page)
	if m == nil {
		return errors.New("read the build: index.html loads no script by an absolute path")
	}
	d.FS, d.Page, d.Script = fsys, page, string(m[1])
	return nil
}

// Remove removes the copy, if there is one.
func (d *Dist) Remove() error {
	if d.Dir == "" {
		return nil
	}
	return os.RemoveAll(d.Dir)
}

// Sidecars are the endings of a file's precompressed forms, by content coding.
var Sidecars = map[string]string{"gzip": ".gz", "br": ".br"}

// Want is the correct answer to a request for a file of the build: its precompressed form when the build has one in the
// coding asked for.
func (d Dist) Want(file, coding string) (load.Want, error) {
	if ending, ok := Sidecars[coding]; ok {
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

func WantBody(coding string, body []byte) load.Want {
	sum := sha256.Sum256(body)
	return load.Want{Status: 200, Coding: coding, Length: len(body), SHA256: hex.EncodeToString(sum[:])}
}

// correctPage says why an answer, asked for without a coding, is not the page.
func (d Dist) correctPage(status int, coding string, body []byte) error {
	if status != 200 || coding != "" || !bytes.Equal(body, d.Page) {
		return fmt.Errorf("the page is wrong: status %d, coding %q, %d bytes; want 200 and the %d bytes of index.html", status, coding, len(body), len(d.Page))
	}
	return nil
}

// CorrectAPI says why an answer is not the first page of the list of books: its shape is the contract's,
// its bytes may differ between JSON encoders.
func CorrectAPI(status int, coding string, body []byte) error {
	if coding == "gzip" {
		zr, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return fmt.Errorf("the API's answer is wrong: %w", err)
		}
		if body, err = io.ReadAll(io.LimitReader(zr, 1<<20)); err != nil {
			return fmt.Errorf("the API's answer is wrong: %w", err)
		}
	}
	var list struct {
		Items []struct {
			ID    int    `json:"id"`
			Title string `json:"title"`
		} `json:"items"`
		Total int `json:"total"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return fmt.Errorf("the API's answer is wrong: status %d, not JSON: %w", status, err)
	}
	if status != 200 || len(list.Items) != 20 || list.Total < 1000 || list.Items[0].Title == "" {
		return fmt.Errorf("the API's answer is wrong: status %d, %d items of %d; want 200 and 20 of at least 1000", status, len(list.Items), list.Total)
	}
	return nil
}

// CorrectAbsence says why an answer is not that of a file that is not there.
func (d Dist) CorrectAbsence(status int, _ string, body []byte) error {
	if status != http.StatusNotFound || bytes.Equal(body, d.Page) {
		return fmt.Errorf("the answer to an absent asset is wrong: status %d with %d bytes; want 404, and not the page", status, len(body))
	}
	return nil
}

// Extracted lends f a copy of a folder of an image.
func Extracted(ctx context.Context, l *lab.Lab, ref, folder string, f func(fs.FS) error) error {
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
