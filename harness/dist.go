package harness

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"

	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
)

// dist is the build that every variant serves, and so what their answers must be, byte for byte.
type dist struct {
	dir    string // a copy of it, in a temporary folder
	fsys   fs.FS
	page   []byte
	script string // path of the page's entry script, from the root
}

var scriptSrc = regexp.MustCompile(`<script[^>]+src="/([^"]+)"`)

func (d *dist) open(fsys fs.FS) error {
	page, err := fs.ReadFile(fsys, "index.html")
	if err != nil {
		return fmt.Errorf("read the build: %w", err)
	}
	m := scriptSrc.FindSubmatch(page)
	if m == nil {
		return errors.New("read the build: index.html loads no script by an absolute path")
	}
	d.fsys, d.page, d.script = fsys, page, string(m[1])
	return nil
}

// remove removes the copy, if there is one.
func (d *dist) remove() error {
	if d.dir == "" {
		return nil
	}
	return os.RemoveAll(d.dir)
}

// target is the request target of a load.
func (d dist) target(l record.Load) string {
	if l.Path == entryScript {
		return "/" + d.script
	}
	return l.Path
}

// sidecars are the endings of a file's precompressed forms, by content coding.
var sidecars = map[string]string{"gzip": ".gz", "br": ".br"}

// want is the correct answer to a request for a file of the build: its precompressed form when the build has one in the
// coding asked for.
func (d dist) want(file, coding string) (load.Want, error) {
	if ending, ok := sidecars[coding]; ok {
		if body, err := fs.ReadFile(d.fsys, file+ending); err == nil {
			return wanted(coding, body), nil
		}
	}
	body, err := fs.ReadFile(d.fsys, file)
	if err != nil {
		return load.Want{}, fmt.Errorf("read the build: %w", err)
	}
	return wanted("", body), nil
}

func wanted(coding string, body []byte) load.Want {
	sum := sha256.Sum256(body)
	return load.Want{Status: 200, Coding: coding, Length: len(body), SHA256: hex.EncodeToString(sum[:])}
}

// correctPage says why an answer, asked for without a coding, is not the page.
func (d dist) correctPage(status int, coding string, body []byte) error {
	if status != 200 || coding != "" || !bytes.Equal(body, d.page) {
		return fmt.Errorf("the page is wrong: status %d, coding %q, %d bytes; want 200 and the %d bytes of index.html", status, coding, len(body), len(d.page))
	}
	return nil
}

// correctAPI says why an answer is not the first page of the list of books: its shape is the contract's,
// its bytes may differ between JSON encoders.
func correctAPI(status int, coding string, body []byte) error {
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
