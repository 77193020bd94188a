package spatest

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// onePerKind is the page, and one file of each extension.
func (p *Pass) onePerKind() []File {
	files := onePerExtension(p.filesWhere(func(f File) bool { return f.Target != "/" }))
	return append([]File{{Target: "/", Dest: "document"}}, files...)
}

func checkValidator(ctx context.Context, p *Pass) error {
	return p.each(ctx, p.onePerKind(), func(ctx context.Context, f File) error {
		header := Subresource(f.Dest)
		x, err := p.Get(ctx, f.Target, header)
		if err != nil || x.Response.Status != http.StatusOK {
			return err
		}
		tags, dates := x.Response.Header.Values("ETag"), x.Response.Header.Values("Last-Modified")
		const expected = `ETag: "…" or W/"…", or a Last-Modified in GMT`
		switch {
		case len(tags) > 0 && !isEntityTag(tags[0]):
			p.Reportf(x, expected, "ETag: "+strings.Join(tags, ", "), "the ETag of %s is malformed", f.Target)
			return nil
		case len(dates) > 0 && !isDate(dates[0]):
			p.Reportf(x, expected, "Last-Modified: "+strings.Join(dates, ", "),
				"the Last-Modified of %s is malformed", f.Target)
			return nil
		case len(tags)+len(dates) > 0:
			return nil
		}
		if _, noStore := cacheControl(x.Response.Header)["no-store"]; noStore {
			return nil
		}
		again, err := p.Get(ctx, f.Target, header)
		if err != nil {
			return err
		}
		if !bytes.Equal(again.Response.Body, x.Response.Body) {
			p.Notef("%s has no validator and differs with every request", f.Target)
			return nil
		}
		p.Reportf(x, expected, "neither", "%s has no validator", f.Target)
		return nil
	})
}

// isEntityTag follows the grammar of RFC 9110, section 8.8.3.
func isEntityTag(value string) bool {
	value = strings.TrimPrefix(value, "W/") // in upper case
	if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
		return false
	}
	for _, c := range []byte(value[1 : len(value)-1]) {
		if c <= ' ' || c == '"' || c == 0x7f {
			return false
		}
	}
	return true
}

// isDate: of the three formats that recipients read, servers must send the first
// (RFC 9110, section 5.6.7).
func isDate(value string) bool {
	_, err := time.Parse(http.TimeFormat, value)
	return err == nil
}

// tagDate is the time in a tag that a server makes of it and of the length, both hexadecimal and in
// either order: in seconds (nginx), milliseconds (send for Node.js) or microseconds (Apache).
func tagDate(tag string, size int64) (time.Time, bool) {
	a, b, _ := strings.Cut(strings.Trim(strings.TrimPrefix(tag, "W/"), `"`), "-")
	length := strconv.FormatInt(size, 16)
	if b == length {
		a, b = b, a
	}
	n, err := strconv.ParseInt(b, 16, 64)
	if a != length || err != nil {
		return time.Time{}, false
	}
	latest := time.Now().Add(24 * time.Hour)
	switch {
	case n <= latest.Unix():
		return time.Unix(n, 0).UTC(), true
	case n <= latest.UnixMilli():
		return time.UnixMilli(n).UTC(), true
	case n <= latest.UnixMicro():
		return time.UnixMicro(n).UTC(), true
	}
	return time.Time{}, false
}

// isLength: the tag is the file's length and nothing else, hexadecimal or decimal.
func isLength(tag string, size int64) bool {
	text := strings.Trim(strings.TrimPrefix(tag, "W/"), `"`)
	return text == strconv.FormatInt(size, 16) || text == strconv.FormatInt(size, 10)
}

// No build of a single-page app is older.
var oldest = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// clockSkew is by how much a clock may be wrong.
const clockSkew = time.Minute

// pinnedTime are the times that tags are made of: of the page, and of each other file.
type pinnedTime struct {
	page  time.Time
	shown *Exchange // the page
	mu    sync.Mutex
	files []time.Time
}

func (t *pinnedTime) see(made time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.files = append(t.files, made)
}

// isPinned: all have the same time, and no build is so old. One that is made of the content is another in each file.
func (t *pinnedTime) isPinned() bool {
	return t.shown != nil && len(t.files) > 0 && t.page.Before(oldest) &&
		!slices.ContainsFunc(t.files, func(made time.Time) bool { return !made.Equal(t.page) })
}

func checkModificationTime(ctx context.Context, p *Pass) error {
	pinned := &pinnedTime{}
	defer func() {
		if pinned.isPinned() {
			p.Reportf(pinned.shown, "an ETag of the content, or of the time of the file",
				"ETag: "+pinned.shown.Response.Header.Get("ETag"),
				"ETags are made of a file's length and of the time %s, which all files have and no build: "+
					"a release of the same length has the same tag", pinned.page.Format(time.RFC1123))
		}
	}()
	return p.each(ctx, p.onePerKind(), func(ctx context.Context, f File) error {
		x, err := p.Get(ctx, f.Target, Subresource(f.Dest))
		if err != nil || x.Response.Status != http.StatusOK {
			return err
		}
		if tag := x.Response.Header.Get("ETag"); f.Target == "/" && isLength(tag, x.Response.Size) {
			p.Reportf(x, "an ETag of the content, or of the time of the file", "ETag: "+tag,
				"the ETag of the page is its length: a release of the same length has the same tag")
		}
		if made, ok := tagDate(x.Response.Header.Get("ETag"), x.Response.Size); ok && f.Target != "/" {
			pinned.see(made)
		} else if ok {
			pinned.page, pinned.shown = made, x
		}
		modified, err := http.ParseTime(x.Response.Header.Get("Last-Modified"))
		if err != nil {
			return nil // absent, or not a date: conditional-validator
		}
		sent, err := http.ParseTime(x.Response.Header.Get("Date"))
		if err != nil {
			sent = time.Now()
		}
		const expected = "no Last-Modified, or the time of the file"
		got := "Last-Modified: " + x.Response.Header.Get("Last-Modified")
		switch {
		case modified.Before(oldest):
			p.Reportf(x, expected, got, "the modification time of %s is implausible: no build is so old", f.Target)
		case modified.After(sent.Add(clockSkew)):
			p.Reportf(x, expected, got, "%s is modified after it was sent", f.Target)
		}
		return nil
	})
}
