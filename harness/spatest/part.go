package spatest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
)

// span is a range of bytes, both ends included.
type span struct{ first, last int64 }

// contentRange is what a Content-Range says.
type contentRange struct {
	span         // -1 to -1: none is satisfiable
	length int64 // of the whole; -1: not told
}

// parseContentRange follows the grammar of RFC 9110, section 14.4, for bytes.
func parseContentRange(value string) (c contentRange, ok bool) {
	unit, rest, _ := strings.Cut(value, " ")
	if !strings.EqualFold(unit, "bytes") {
		return c, false
	}
	positions, length, _ := strings.Cut(rest, "/")
	if length == "*" {
		c.length = -1
	} else if c.length, ok = parseDigits(length); !ok {
		return c, false
	}
	if positions == "*" {
		c.span = span{-1, -1}
		return c, c.length >= 0
	}
	first, last, _ := strings.Cut(positions, "-")
	if c.first, ok = parseDigits(first); !ok {
		return c, false
	}
	if c.last, ok = parseDigits(last); !ok {
		return c, false
	}
	return c, c.first <= c.last && (c.length < 0 || c.last < c.length)
}

func parseDigits(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// onePart says what is wrong with the answer to a request for one range that can
// be satisfied; empty if nothing is. A server may send less than it was asked for
// (RFC 9110, section 15.3.7), but not something else.
func onePart(r, whole *Response, asked span) string {
	switch {
	case r.Status == http.StatusOK:
		return wholeFile(r, whole)
	case r.Status != http.StatusPartialContent:
		return "a satisfiable range gets neither the file nor a part"
	case strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/byteranges"):
		return "a request for one range gets a multipart response"
	}
	if wrong := partHeader(r, whole); wrong != "" {
		return wrong
	}
	return partContent(r.Header.Get("Content-Range"), r.Body, whole.Body, []span{asked})
}

func wholeFile(r, whole *Response) string {
	if r.Broken != "" || r.Extra > 0 || !bytes.Equal(r.Body, whole.Body) {
		return "a range gets 200 with something other than the whole file"
	}
	return ""
}

// partHeader: a 206 has the validator that the 200 has, so that parts of two
// builds are told apart (RFC 9110, section 15.3.7).
func partHeader(r, whole *Response) string {
	switch {
	case r.Broken != "" || r.Extra > 0:
		return "a part is longer or shorter than its header says"
	case r.Header.Get("ETag") != whole.Header.Get("ETag"):
		return fmt.Sprintf("a part has the ETag %q, and the file %q", r.Header.Get("ETag"), whole.Header.Get("ETag"))
	}
	return ""
}

// partContent compares a part with what its Content-Range claims.
func partContent(claim string, part, whole []byte, asked []span) string {
	c, ok := parseContentRange(claim)
	if !ok || c.first < 0 {
		return fmt.Sprintf("a part has no valid Content-Range: %q", claim)
	}
	if c.length >= 0 && c.length != int64(len(whole)) || c.last >= int64(len(whole)) {
		return fmt.Sprintf("a part claims a wrong length for the file: %q, but it has %d bytes", claim, len(whole))
	}
	within := false
	for _, s := range asked {
		within = within || s.first <= c.first && c.last <= s.last
	}
	if !within {
		return fmt.Sprintf("a part was not asked for: %q", claim)
	}
	if !bytes.Equal(part, whole[c.first:c.last+1]) {
		return fmt.Sprintf("a part does not have the bytes that it claims: %q, %d bytes", claim, len(part))
	}
	return ""
}

// severalParts is onePart for several ranges: a server may send all or some, in
// parts of a multipart or one alone, or joined.
func severalParts(r, whole *Response, asked []span) string {
	switch r.Status {
	case http.StatusOK:
		return wholeFile(r, whole)
	case http.StatusRequestedRangeNotSatisfiable, http.StatusBadRequest:
		return "" // refusing a set is legal where it is many or overlaps; it hurts nobody here
	case http.StatusPartialContent:
	default:
		return "a set of ranges gets neither the file nor parts"
	}
	if wrong := partHeader(r, whole); wrong != "" {
		return wrong
	}
	asked = append(asked, span{asked[0].first, asked[len(asked)-1].last}) // joined over the gap
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/byteranges" {
		return partContent(r.Header.Get("Content-Range"), r.Body, whole.Body, asked)
	}
	if err != nil || params["boundary"] == "" {
		return "a multipart response has no boundary"
	}
	if r.Header.Get("Content-Range") != "" {
		return "a multipart response has a Content-Range for all of its parts"
	}
	return eachPart(r.Body, params["boundary"], whole.Body, asked)
}

// maxParts is more than any set that checks ask for has.
const maxParts = 16

func eachPart(body []byte, boundary string, whole []byte, asked []span) string {
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) && n > 0 {
			return ""
		}
		if err != nil || n == maxParts {
			return fmt.Sprintf("a multipart response cannot be read: %v after %d parts", err, n)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return fmt.Sprintf("a multipart response breaks off: %v", err)
		}
		if wrong := partContent(part.Header.Get("Content-Range"), content, whole, asked); wrong != "" {
			return wrong
		}
	}
}

// noPart is onePart for a range that the file does not have, or that is not in
// bytes. RFC 9110, section 14.2, has it that an unknown unit must be ignored, and
// that one which the resource does not support should get 416: either will do.
func noPart(r, whole *Response, inBytes bool) string {
	switch r.Status {
	case http.StatusOK:
		return wholeFile(r, whole)
	case http.StatusBadRequest:
		if inBytes {
			return "" // 416 is a SHOULD
		}
	case http.StatusRequestedRangeNotSatisfiable:
		// Content-Range should be there, and must be true.
		claim := r.Header.Get("Content-Range")
		if c, ok := parseContentRange(claim); claim != "" && (!ok || c.first >= 0 || c.length != whole.Size) {
			return fmt.Sprintf("a 416 claims a wrong length for the file: %q, but it has %d bytes", claim, whole.Size)
		}
		return ""
	}
	if inBytes {
		return "an unsatisfiable range gets neither the file nor 416"
	}
	return "a range of an unknown unit is not ignored"
}
