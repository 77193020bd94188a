package spatest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

func rangeChecks() []Check {
	return []Check{
		{
			Name: "range-correct", Group: "range", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-14.2",
			Doc: `a range is answered with the whole file, or with exactly the bytes that were asked for and that ` +
				`Content-Range claims

Media players and resumed downloads join the parts: one byte too many, a suffix
read as a prefix, or a 206 with the whole file corrupts the result. Support is
optional (200 is always right); an unsatisfiable range may get 416, and an
unknown unit must be ignored.`,
			Run: checkRange,
		},
		{
			Name: "range-long-suffix", Group: "range", Level: Should,
			DependsOn: []string{"range-correct"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-14.1.2",
			Doc: `a suffix range that is longer than the file gets the whole file

A client that asks for the last 64 KB of a file, as archive and media readers do, does not know how
long it is. A 416 makes them give up, or ask again without a range.`,
			Run: checkLongSuffix,
		},
		{
			Name: "range-if-range", Group: "range", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-13.1.5",
			Doc: `a range request whose If-Range is not the file's strong tag or its date gets the whole file

The client has the first half of an older build: the second half of the new one
makes a file that no build contains. A weak tag never matches here.`,
			Run: checkIfRange,
		},
		{
			Name: "range-bounded", Group: "range", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-17.15",
			Doc: `a thousand overlapping ranges cost hardly more time and bytes than the file itself

One small request that makes a server read and send a file a thousand times is
the cheapest attack there is (CVE-2011-3192, CVE-2025-62727). Ignoring, joining or
refusing such a set is fine.`,
			Run: checkRangeBounded,
		},
	}
}

// minRanged is the least size of a file that ranges are tried on, in bytes.
const minRanged = 64

// ranged is a file to ask parts of, with the whole of it: a script, else any
// other file, else the page.
func (p *Pass) ranged(ctx context.Context) (f File, whole *Exchange, took time.Duration, err error) {
	files := p.filesWhere(func(f File) bool { return f.Dest == "script" })
	files = append(
		files[:min(2, len(files))],
		p.filesWhere(func(f File) bool { return f.Dest == "style" || f.Dest == "image" })...)
	files = append(files[:min(4, len(files))], File{Target: "/", Dest: "document"})
	for _, f := range files {
		x, err := p.Get(ctx, f.Target, Subresource(f.Dest))
		if err != nil {
			return f, nil, 0, err
		}
		if x.Response.Status == http.StatusOK && x.Response.Broken == "" && x.Response.Size >= minRanged {
			return f, x, x.took, nil
		}
	}
	return File{}, nil, 0, skipf("no file of %d bytes or more is known", minRanged)
}

// part asks for a range of a file.
func (p *Pass) part(ctx context.Context, f File, fields ...Field) (*Exchange, error) {
	return p.Get(ctx, f.Target, slices.Concat(Subresource(f.Dest), fields))
}

// changes skips a check whose file is not the same at every request.
func (p *Pass) changes(ctx context.Context, f File, whole *Exchange) error {
	again, err := p.part(ctx, f)
	if err != nil {
		return err
	}
	tag := func(x *Exchange) string { return x.Response.Header.Get("ETag") }
	if !bytes.Equal(again.Response.Body, whole.Response.Body) || tag(again) != tag(whole) {
		return skipf("%s changes with every request", f.Target)
	}
	return nil
}

// media are an image and a font: a server may send them by another part than scripts.
func (p *Pass) media(ctx context.Context) (files []File, wholes []*Exchange, err error) {
	for _, dest := range []string{"image", "font"} {
		same := p.filesWhere(func(f File) bool { return f.Dest == dest && f.Ext() != ".svg" })
		for _, f := range same[:min(4, len(same))] {
			x, err := p.Get(ctx, f.Target, Subresource(dest))
			if err != nil {
				return nil, nil, err
			}
			if mediaType(x) != "text/html" && x.Response.Status == http.StatusOK && x.Response.Broken == "" && x.Response.Size >= minRanged {
				files, wholes = append(files, f), append(wholes, x)
				break
			}
		}
	}
	return files, wholes, nil
}

func checkRange(ctx context.Context, p *Pass) error {
	f, whole, _, err := p.ranged(ctx)
	if err != nil {
		return err
	}
	files, wholes, err := p.media(ctx)
	if err != nil {
		return err
	}
	supported := false
	for i, f := range append([]File{f}, files...) {
		parts, err := p.checkRangesOf(ctx, f, append([]*Exchange{whole}, wholes...)[i])
		var skip skipped
		if i > 0 && errors.As(err, &skip) {
			p.Notef("%s", skip.reason)
		} else if err != nil {
			return err
		}
		supported = supported || parts
	}
	if !supported {
		p.Notef("ranges are not supported, which is optional")
	}
	return p.rangeOfMissing(ctx)
}

// checkRangesOf reports whether the server sends parts of the file.
func (p *Pass) checkRangesOf(ctx context.Context, f File, whole *Exchange) (supported bool, err error) {
	size := whole.Response.Size
	for _, ask := range []struct {
		spec string
		span span
	}{
		{"bytes=0-9", span{0, 9}},
		{"bytes=-5", span{size - 5, size - 1}},
		{fmt.Sprintf("bytes=%d-", size-7), span{size - 7, size - 1}},
		{fmt.Sprintf("bytes=5-%d", size+100), span{5, size - 1}},
		{"bytes=0-4,20-29", span{-1, -1}},
		{fmt.Sprintf("bytes=%d-", size), span{-1, -1}}, // behind the end
		{"spatest=0-9", span{-1, -1}},
	} {
		x, err := p.part(ctx, f, Field{"Range", ask.spec})
		if err != nil {
			return false, err
		}
		supported = supported || x.Response.Status == http.StatusPartialContent
		var wrong string
		switch {
		case ask.span.last >= 0:
			wrong = onePart(x.Response, whole.Response, ask.span)
		case strings.Contains(ask.spec, ","):
			wrong = severalParts(x.Response, whole.Response, []span{{0, 4}, {20, 29}})
		default:
			wrong = noPart(x.Response, whole.Response, strings.HasPrefix(ask.spec, "bytes="))
		}
		if wrong == "" {
			continue
		}
		if err := p.changes(ctx, f, whole); err != nil {
			return false, err
		}
		p.Reportf(x, "200 and the whole file, or what RFC 9110 says of Range: "+ask.spec, "", "%s", wrong)
	}
	return supported, nil
}

func checkLongSuffix(ctx context.Context, p *Pass) error {
	f, whole, _, err := p.ranged(ctx)
	if err != nil {
		return err
	}
	spec := fmt.Sprintf("bytes=-%d", whole.Response.Size+100)
	x, err := p.part(ctx, f, Field{"Range", spec})
	if err != nil {
		return err
	}
	wrong := onePart(x.Response, whole.Response, span{0, whole.Response.Size - 1})
	if wrong == "" {
		return nil
	}
	if err := p.changes(ctx, f, whole); err != nil {
		return err
	}
	p.Reportf(x, "200 or 206, and the whole file", "", "%s", wrong)
	return nil
}

// rangeOfMissing: Range counts only where the answer would be 200 without it
// (RFC 9110, section 14.2).
func (p *Pass) rangeOfMissing(ctx context.Context) error {
	missing := File{Target: p.site.assetDir + "/index-DEADBEEF.js", Dest: "script"}
	plain, err := p.part(ctx, missing)
	if err != nil {
		return err
	}
	x, err := p.part(ctx, missing, Field{"Range", "bytes=0-9"})
	if err != nil {
		return err
	}
	if plain.Response.Status != http.StatusOK && x.Response.Status != plain.Response.Status {
		p.Reportf(
			x,
			fmt.Sprintf("%d, as without Range", plain.Response.Status),
			"",
			"a range of a missing file gets a different answer than the missing file",
		)
	}
	return nil
}

func checkIfRange(ctx context.Context, p *Pass) error {
	f, whole, _, err := p.ranged(ctx)
	if err != nil {
		return err
	}
	header := whole.Response.Header
	weak := header.Get("ETag")
	if weak != "" && !strings.HasPrefix(weak, "W/") {
		weak = "W/" + weak
	}
	for _, condition := range []struct{ value, name string }{
		{otherTag, "another tag"},
		{weak, "a weak tag"},
		{longAgo, "an older date"},
		{farFuture, "a later date"},
	} {
		if condition.value == "" || condition.value == header.Get("Last-Modified") {
			continue
		}
		x, err := p.part(ctx, f, Field{"Range", "bytes=0-9"}, Field{"If-Range", condition.value})
		if err != nil {
			return err
		}
		if x.Response.Status == http.StatusOK && bytes.Equal(x.Response.Body, whole.Response.Body) {
			continue
		}
		if err := p.changes(ctx, f, whole); err != nil {
			return err
		}
		p.Reportf(x, "200 and the whole file", "", "a range is sent although If-Range has %s", condition.name)
	}
	return nil
}
