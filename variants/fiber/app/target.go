package app

import (
	"errors"
	"strings"
)

// target is a request target (RFC 9112 §3.2), decoded exactly once.
type target struct {
	raw        string // the path as sent
	path       string // the path decoded, with its leading slash
	query      string // as sent, with its "?"; empty when there is none
	hidesSlash bool   // an escape was decoded to "/", so path is not a file's name
	hidden     bool   // a segment other than .well-known starts with a dot
}

var (
	errForm    = errors.New("request target is neither a path nor an absolute URL")
	errEscape  = errors.New("request target has an invalid percent-escape")
	errControl = errors.New("request target has a control character")
	errSegment = errors.New("request target has an empty or a dot segment")
)

// parseTarget parses the target as the client sent it. fasthttp's own view of
// it is normalised, and would show /x/../api as /api. The fields of the result
// may share memory with raw.
func parseTarget(raw string) (target, error) {
	t := target{raw: raw}
	if !strings.HasPrefix(raw, "/") {
		_, rest, absolute := strings.Cut(raw, "://")
		if !absolute {
			return target{}, errForm
		}
		t.raw = "/"
		if n := strings.IndexAny(rest, "/?"); n >= 0 && rest[n] == '/' {
			t.raw = rest[n:]
		} else if n >= 0 {
			t.raw = "/" + rest[n:]
		}
	}
	if n := strings.IndexByte(t.raw, '?'); n >= 0 {
		t.raw, t.query = t.raw[:n], t.raw[n:]
	}
	if strings.Contains(t.raw, "//") {
		return target{}, errSegment
	}
	t.path = t.raw
	if strings.IndexByte(t.raw, '%') >= 0 {
		var ok bool
		if t.path, ok = unescape(t.raw); !ok {
			return target{}, errEscape
		}
		t.hidesSlash = strings.Count(t.path, "/") != strings.Count(t.raw, "/")
	}
	return t, t.inspect()
}

// inspect checks the segments of the decoded path. A backslash ends a segment
// here, because some browsers and proxies treat it as a slash.
func (t *target) inspect() error {
	start := 1
	for i := 0; i <= len(t.path); i++ {
		if i < len(t.path) && (t.path[i] < ' ' || t.path[i] == 0x7f) {
			return errControl
		}
		if i < start || i < len(t.path) && t.path[i] != '/' && t.path[i] != '\\' {
			continue
		}
		segment := t.path[start:i]
		if segment == "." || segment == ".." {
			return errSegment
		}
		if strings.HasPrefix(segment, ".") && segment != ".well-known" {
			t.hidden = true
		}
		start = i + 1
	}
	return nil
}

// under reports whether the path is prefix or inside it, by whole segments.
func (t target) under(prefix string) bool {
	rest, ok := strings.CutPrefix(t.path, prefix)
	return ok && (rest == "" || rest[0] == '/')
}

// lastHasDot reports whether the last segment contains a dot, like the name of
// a file.
func (t target) lastHasDot() bool {
	return strings.IndexByte(t.path[strings.LastIndexByte(t.path, '/'):], '.') >= 0
}

func unescape(s string) (string, bool) {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b = append(b, s[i])
			continue
		}
		if i+2 >= len(s) {
			return "", false
		}
		high, ok1 := nibble(s[i+1])
		low, ok2 := nibble(s[i+2])
		if !ok1 || !ok2 {
			return "", false
		}
		b = append(b, high<<4|low)
		i += 2
	}
	return string(b), true
}

func nibble(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}
