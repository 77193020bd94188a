package spatest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// size of a file of the build in bytes; 0 where it is not known.
func (p *Pass) size(f File) int64 {
	if p.Target.Dist == nil || f.Name == "" {
		return 0
	}
	info, err := fs.Stat(p.Target.Dist, f.Name)
	if err != nil {
		return 0
	}
	return info.Size()
}

// codingOfExt is the coding that a compressed file has by its extension.
var codingOfExt = map[string]string{".gz": "gzip", ".br": "br", ".zst": "zstd"}

// compressedAlone reports compressed files of the build that stand beside no other, and are sent as
// what they are once they are decoded, without the coding.
func (p *Pass) compressedAlone(ctx context.Context) (found int, err error) {
	for _, f := range p.filesWhere(func(f File) bool { return codingOfExt[f.Ext()] != "" }) {
		x, err := p.accepting(ctx, f, browserCodings)
		if err != nil {
			return found, err
		}
		if !isOK(x) || p.Resembles(x) {
			continue // other checks say so
		}
		found++
		kind := mediaType(x)
		readable := strings.HasPrefix(kind, "text/") || slices.Contains(scriptTypes, kind) || isJSON(x) ||
			kind == "application/wasm"
		if readable && !isCoded(x) {
			p.Reportf(x, "Content-Encoding: "+codingOfExt[f.Ext()]+", or the type of a compressed file",
				shown(x, "Content-Type")+", no Content-Encoding", "%s is sent as if it were not compressed", f.Target)
		}
	}
	return found, nil
}

func checkSidecars(ctx context.Context, p *Pass) error {
	var coded atomic.Int64
	alone, err := p.compressedAlone(ctx)
	if err != nil {
		return err
	}
	coded.Add(int64(alone))
	err = p.each(ctx, append(p.texts(), p.routeFile()), func(ctx context.Context, f File) error {
		plain, err := p.accepting(ctx, f, "identity")
		if err != nil || !isOK(plain) || isCoded(plain) {
			return err
		}
		for _, accept := range singleCodings[1:] {
			x, err := p.accepting(ctx, f, accept)
			if err != nil {
				return err
			}
			if !isOK(x) || !isCoded(x) {
				continue
			}
			coded.Add(1)
			if err := p.compareForms(ctx, f, plain, x); err != nil {
				return err
			}
		}
		if f.Dest == "document" || strings.Contains(f.Target, "?") {
			return nil
		}
		// Also where nothing is coded: a copy may be there, and be served as what it is not.
		for _, ext := range sidecarExts {
			found, err := p.openSidecar(ctx, File{Target: f.Target + ext, Dest: f.Dest}, plain)
			if err != nil {
				return err
			}
			if found {
				coded.Add(1)
			}
		}
		return nil
	})
	if err == nil && coded.Load() == 0 {
		return skipf("nothing is compressed, neither when it is asked for nor in advance")
	}
	return err
}

// compareForms reports where the coded form of a file is not the plain one, coded.
func (p *Pass) compareForms(ctx context.Context, f File, plain, coded *Exchange) error {
	if want, got := mediaType(plain), mediaType(coded); got != want {
		p.Reportf(
			coded,
			"Content-Type: "+want+", as without a coding",
			"Content-Type: "+got,
			"the coded form of %s has another type",
			f.Target,
		)
	}
	body, err := p.Content(coded)
	switch {
	case errors.Is(err, errCoding):
		p.Notef("a compressed form was not compared: %v", err)
		return nil
	case err != nil:
		p.Reportf(
			coded,
			"a body in the coding that Content-Encoding names",
			err.Error(),
			"the coded form of %s cannot be decoded",
			f.Target,
		)
		return nil
	case bytes.Equal(body, plain.Response.Body):
		return nil
	}
	if stable, err := p.isStable(ctx, f, plain, "identity"); err != nil || !stable {
		return err
	}
	p.Reportf(
		coded,
		"the bytes that are sent uncompressed",
		p.difference(body, plain.Response.Body),
		"the coded form of %s has another content",
		f.Target,
	)
	return nil
}

// isStable: the same request gets the same bytes again. Pages with a nonce do not.
func (p *Pass) isStable(ctx context.Context, f File, x *Exchange, accept string) (bool, error) {
	again, err := p.accepting(ctx, f, accept)
	if err != nil {
		return false, err
	}
	if !bytes.Equal(again.Response.Body, x.Response.Body) {
		p.Notef("%s changes with every request, so its bytes were not compared", f.Target)
		return false, nil
	}
	return true, nil
}

// openSidecar asks for the compressed copy by its own name. It may be missing,
// a file of its own type, or the original; not one under the name of the other.
func (p *Pass) openSidecar(ctx context.Context, sidecar File, plain *Exchange) (found bool, err error) {
	x, err := p.accepting(ctx, sidecar, browserCodings)
	if err != nil || !isOK(x) || p.Resembles(x) {
		return false, err // where it is the page, other checks say so
	}
	const expected = "404, or the compressed file with its own type and without Content-Encoding"
	got := fmt.Sprintf("Content-Type: %s, Content-Encoding: %s", mediaType(x), strings.Join(codingsOf(x), ", "))
	body, err := p.Content(x)
	if errors.Is(err, errCoding) {
		return true, nil
	}
	if err != nil {
		p.Reportf(x, expected, got+": "+err.Error(), "a compressed copy cannot be decoded under its own name")
		return true, nil
	}
	original := bytes.Equal(body, plain.Response.Body)
	archive := strings.Contains(mediaType(x), "gzip") || strings.Contains(mediaType(x), "brotli") ||
		strings.Contains(mediaType(x), "zstd")
	switch {
	case original && isCoded(x) && archive:
		p.Reportf(x, expected, got,
			"the coding of a compressed copy is declared twice: as its media type and as its content coding")
	// Without a type, or with that of any bytes, neither says what it is.
	case !original && mediaType(x) != "" && mediaType(x) != "application/octet-stream" &&
		mediaType(x) == mediaType(plain):
		p.Reportf(x, expected, got, "a compressed copy is served as if it were the original")
	}
	return true, nil
}

func checkCodedRange(ctx context.Context, p *Pass) error {
	var coded atomic.Int64
	err := p.each(ctx, p.pageAndParts(), func(ctx context.Context, f File) error {
		full, err := p.accepting(ctx, f, browserCodings)
		if err != nil || !isOK(full) || !isCoded(full) {
			return err
		}
		coded.Add(1)
		for _, first := range []int{0, 50} {
			asked := fmt.Sprintf("bytes=%d-%d", first, first+99)
			x, err := p.accepting(ctx, f, browserCodings, Field{"Range", asked})
			if err != nil {
				return err
			}
			if err := p.compareRange(ctx, f, full, x, first); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && coded.Load() == 0 {
		return errNotCoded
	}
	return err
}

// compareRange reports a response to a range, from first on, that is not one of the coded form.
func (p *Pass) compareRange(ctx context.Context, f File, full, x *Exchange, first int) error {
	const expected = "200 and the whole, or 206 and these bytes of the form in the coding that Content-Encoding names"
	whole, accept := full, browserCodings
	if !isCoded(x) {
		accept = "identity"
		plain, err := p.accepting(ctx, f, accept)
		if err != nil {
			return err
		}
		whole = plain
	}
	var problem string
	switch status := x.Response.Status; {
	case status == http.StatusRequestedRangeNotSatisfiable:
		if first < min(len(full.Response.Body), len(whole.Response.Body)) {
			problem = "a range that exists is refused"
		}
	case status != http.StatusOK && status != http.StatusPartialContent:
		return nil // neither a range nor the whole: nothing that a client would use
	case x.Response.Broken != "":
		problem = "the response to a range is not whole"
	case !slices.Equal(codingsOf(x), codingsOf(whole)):
		p.Notef("%s was sent in another coding when a range was asked for", f.Target)
		return nil
	case status == http.StatusOK:
		if !bytes.Equal(x.Response.Body, whole.Response.Body) {
			problem = "a range is answered with 200, and not with the whole"
		}
	default:
		problem = partProblem(x.Response, whole.Response.Body)
	}
	if problem == "" {
		return nil
	}
	if stable, err := p.isStable(ctx, f, whole, accept); err != nil || !stable {
		return err
	}
	got := x.Response.summary()
	if part := x.Response.Header.Get("Content-Range"); part != "" {
		got += ", Content-Range: " + part
	}
	p.Reportf(x, expected, got, "%s (%s)", problem, inCoding(strings.Join(codingsOf(x), ", ")))
	return nil
}

// partProblem says what is wrong with a 206 for a part of whole.
func partProblem(r *Response, whole []byte) string {
	first, last, total, ok := readContentRange(r.Header.Get("Content-Range"))
	switch {
	case !ok || last >= int64(len(whole)):
		return "the response names no range of the form that it is a part of"
	case total >= 0 && total != int64(len(whole)):
		return "the response gives the form that it is a part of another length"
	case !bytes.Equal(r.Body, whole[first:last+1]):
		return "the response has other bytes than the range that it names"
	}
	return ""
}

// readContentRange reads "bytes first-last/total" (RFC 9110, section 14.4); total
// is -1 for "*".
func readContentRange(value string) (first, last, total int64, ok bool) {
	number := func(s string) int64 {
		n, err := strconv.ParseUint(s, 10, 62)
		ok = ok && err == nil
		return int64(n)
	}
	ok = true
	unit, rest, _ := strings.Cut(strings.TrimSpace(value), " ")
	span, length, _ := strings.Cut(strings.TrimSpace(rest), "/")
	from, to, _ := strings.Cut(span, "-")
	first, last = number(from), number(to)
	if total = -1; length != "*" {
		total = number(length)
	}
	if !ok || !strings.EqualFold(unit, "bytes") || first > last || total >= 0 && last >= total {
		return 0, 0, 0, false
	}
	return first, last, total, true
}
