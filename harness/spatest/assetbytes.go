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
		for _, coding := range codings {
			coded, err := p.compare(ctx, f, want, coding)
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

// compare asks for a file in one coding ("" for none) and reports what differs
// from the build. It returns the coding of the response.
func (p *Pass) compare(ctx context.Context, f File, want []byte, coding string) (string, error) {
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
	} else if !bytes.Equal(body, want) {
		p.Reportf(x, "the bytes of "+f.Name, p.difference(body, want), "a file is not served as it was built")
	}
	return coded, nil
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
