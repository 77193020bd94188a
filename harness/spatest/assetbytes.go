package spatest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"sync"

	"spabench/harness/internal/rawhttp"
)

func checkBytes(ctx context.Context, p *Pass) error {
	codings := slices.Concat([]string{"", "gzip"}, slices.Sorted(maps.Keys(p.Target.Decoders)))
	var mu sync.Mutex
	undecided := map[string]int{}
	err := p.each(ctx, p.site.files, func(ctx context.Context, f File) error {
		want, err := fs.ReadFile(p.Target.Dist, f.Name)
		if err != nil {
			return err
		}
		form := &form{want: want}
		for _, coding := range codings {
			coded, err := p.compare(ctx, f, form, coding)
			if errors.Is(err, errCoding) {
				mu.Lock()
				undecided[coded]++
				mu.Unlock()
			} else if err != nil {
				return err
			}
		}
		return nil
	})
	for coding, n := range undecided {
		p.Notef("%d responses in %s were not compared, because there is no decoder for them", n, coding)
	}
	return err
}

// form is what a file shall be, in every coding.
type form struct {
	want  []byte // by the build
	first []byte // as it was served first: a start of the server may have written a configuration into it
}

// compare asks for a file in one coding ("" for none) and reports what differs
// from the build. It returns the coding of the response.
func (p *Pass) compare(ctx context.Context, f File, form *form, coding string) (string, error) {
	want := form.want
	header := Subresource(f.Dest)
	if coding != "" {
		header = append(header, Field{"Accept-Encoding", coding})
	}
	x, err := p.Do(ctx, Request{Target: f.Target, Header: header, maxBody: int64(len(want)) + rawhttp.DefaultMaxBody})
	if err != nil {
		return "", err
	}
	// Hosts that drop .html from URLs redirect to where the file is.
	if path.Ext(f.Name) == ".html" {
		if x, err = p.follow(ctx, x, header); err != nil {
			return "", err
		}
	}
	if x.Response.Status != http.StatusOK {
		p.Reportf(x, "200 and the bytes of "+f.Name, "", "a file of the build is not served")
		return "", nil
	}
	if x.Response.Broken != "" || x.Response.Extra > 0 {
		p.Reportf(x, "as many bytes as the response announces", "", "the length of %s is wrong", f.Name)
		return "", nil
	}
	coded := x.Response.Header.Get("Content-Encoding")
	if alone := codingOfExt[path.Ext(f.Name)]; alone != "" && coded == alone && bytes.Equal(x.Response.Body, want) {
		return coded, nil // a compressed file without the other one, such as a game's data, is sent to be decoded
	}
	body, err := p.Content(x)
	if errors.Is(err, errCoding) {
		return coded, err
	}
	if err != nil {
		p.Reportf(x, "a body in the coding that Content-Encoding names", err.Error(), "%s cannot be decoded", f.Name)
		return coded, nil
	}
	p.compareForm(x, f, form, body)
	return coded, nil
}

// compareForm: a file is as it was built, or as a start of the server has configured it,
// and then in every coding.
func (p *Pass) compareForm(x *Exchange, f File, form *form, body []byte) {
	asBuilt := bytes.Equal(body, form.want)
	switch {
	case !asBuilt && !p.isConfigured(f, form.want, body):
		p.Reportf(x, "the bytes of "+f.Name, p.difference(body, form.want), "a file is not served as it was built")
	case form.first == nil:
		form.first = body
		if !asBuilt {
			p.Notef("%s is configured when the server starts", f.Name)
		}
	case !bytes.Equal(body, form.first) && (asBuilt || !p.site.changing):
		p.Reportf(x, "what is sent in another coding", p.difference(body, form.first),
			"a configuration is in one form of %s and not in all: a compressed copy is stale", f.Name)
	}
}

// difference says where two bodies part.
func (p *Pass) difference(got, want []byte) string {
	if bytes.Equal(got, p.site.shell) {
		return "the page"
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	return fmt.Sprintf("%d bytes instead of %d, the first difference at byte %d", len(got), len(want), at)
}
