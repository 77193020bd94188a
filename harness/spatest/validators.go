package spatest

import (
	"bytes"
	"context"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

func checkCrossBuild(ctx context.Context, p *Pass) error {
	return p.withServer(ctx, Current, func(ctx context.Context, s *hosted) error {
		return s.replay(ctx, Current, Next, "a validator of the build before gets a 304, though %s has changed")
	})
}

func checkRollback(ctx context.Context, p *Pass) error {
	return p.withServer(ctx, Current, func(ctx context.Context, s *hosted) error {
		if err := s.deploy(ctx, Next); err != nil {
			return err
		}
		return s.replay(ctx, Next, Current,
			"a validator of the build that was rolled back gets a 304, though %s has changed")
	})
}

// stored is a response as a browser has it in its cache.
type stored struct {
	file   File
	header []Field // of the request
	coding string  // that it asked for
	tag    string
	date   string
}

// maxStored files beside the page are replayed.
const maxStored = 5

// replay visits everything that differs between two builds, deploys the second,
// and visits everything again with what a cache sends.
func (s *hosted) replay(ctx context.Context, from, to Build, message string) error {
	changed, err := s.p.changed(from, to)
	if err != nil {
		return err
	}
	var visits []stored
	for _, f := range changed {
		for _, coding := range slices.Concat([]string{"", "gzip"}, slices.Sorted(maps.Keys(s.p.Target.Decoders))) {
			v := stored{file: f, header: Subresource(f.Dest), coding: coding}
			if coding != "" {
				v.header = append(v.header, Field{"Accept-Encoding", coding})
			}
			x, err := s.get(ctx, f.Target, v.header)
			if err != nil {
				return err
			}
			v.tag, v.date = x.Response.Header.Get("ETag"), x.Response.Header.Get("Last-Modified")
			if s.p.isFile(x, from, f) && v.tag+v.date != "" {
				visits = append(visits, v)
			}
		}
	}
	if len(visits) == 0 {
		return skipf("nothing that changes has an ETag or a Last-Modified")
	}
	if err := letSecondPass(ctx, visits); err != nil {
		return err
	}
	if err := s.deploy(ctx, to); err != nil {
		return err
	}
	for _, v := range visits {
		for _, condition := range v.conditions(visits) {
			x, err := s.get(ctx, v.file.Target, slices.Concat(v.header, condition))
			if err != nil {
				return err
			}
			if x.Response.Status == http.StatusNotModified {
				s.p.Reportf(x, "200 and the content of the build that is deployed", "", message, v.file.Target)
				break
			}
		}
	}
	return nil
}

// changed lists what both builds have, under one URL and with other content.
func (p *Pass) changed(from, to Build) ([]File, error) {
	files, err := p.filesThat(from, func(f File, content []byte) bool {
		other, err := fs.ReadFile(p.filesOf(to), f.Name)
		return err == nil && f.Name != "index.html" && !bytes.Equal(content, other)
	})
	if err != nil {
		return nil, err
	}
	files = files[:min(len(files), maxStored)]
	var page []File
	for _, target := range []string{"/", "/index.html", p.Routes()[0]} {
		page = append(page, File{Target: target, Name: "index.html", Dest: "document"})
	}
	a, errA := fs.ReadFile(p.filesOf(from), "index.html")
	b, errB := fs.ReadFile(p.filesOf(to), "index.html")
	if errA != nil || errB != nil || bytes.Equal(a, b) {
		return nil, skipf("the two builds have the same page")
	}
	return append(page, files...), nil
}

// conditions are the header fields of a revalidation: of this response, as
// browsers send it, and of all codings that are stored for its URL, as shared
// caches do (RFC 9111, section 4.3.1). A date goes alone only where there is no
// tag.
func (v stored) conditions(all []stored) [][]Field {
	var own []Field
	if v.tag != "" {
		own = append(own, Field{"If-None-Match", v.tag})
	}
	if v.date != "" {
		own = append(own, Field{"If-Modified-Since", v.date})
	}
	var tags []string
	for _, other := range all {
		if other.file.Target == v.file.Target && other.tag != "" && !slices.Contains(tags, other.tag) {
			tags = append(tags, other.tag)
		}
	}
	if len(tags) < 2 {
		return [][]Field{own}
	}
	return [][]Field{own, {{"If-None-Match", strings.Join(tags, ", ")}}}
}

// letSecondPass waits until a file that is written now has another date than
// those that were seen, where dates alone tell them apart: they count seconds,
// and no two deploys come in one.
func letSecondPass(ctx context.Context, visits []stored) error {
	for _, v := range visits {
		date, err := http.ParseTime(v.date)
		if v.tag != "" || err != nil {
			continue
		}
		if left := time.Until(date.Add(1100 * time.Millisecond)); left > 0 && left < 2*time.Second {
			if err := pause(ctx, left); err != nil {
				return err
			}
		}
	}
	return nil
}
