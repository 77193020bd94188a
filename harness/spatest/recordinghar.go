package spatest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// ErrHAR: what was read is not the recording of a visit.
var ErrHAR = errors.New("not a usable HAR")

// har is what is read of an HTTP Archive, version 1.2 (http://www.softwareishard.com/blog/har-12-spec/). Names with an
// underscore are those of single browsers.
type har struct {
	Log *struct {
		Entries []harEntry `json:"entries"`
	} `json:"log"`
}

type harEntry struct {
	Started time.Time `json:"startedDateTime"`
	Timings struct {  // milliseconds; -1: does not apply
		Blocked float64 `json:"blocked"`
		DNS     float64 `json:"dns"`
		Connect float64 `json:"connect"`
		SSL     float64 `json:"ssl"`
		Send    float64 `json:"send"`
		Wait    float64 `json:"wait"`
		Receive float64 `json:"receive"`
	} `json:"timings"`
	Type     string `json:"_resourceType"`
	Cached   string `json:"_fromCache"`
	Fetched  string `json:"_fetchType"` // Safari's
	ByWorker bool   `json:"_fetchedViaServiceWorker"`
	Request  struct {
		Method  string  `json:"method"`
		URL     string  `json:"url"`
		Headers []Field `json:"headers"`
	} `json:"request"`
	Response struct {
		Status  int     `json:"status"`
		Proto   string  `json:"httpVersion"`
		Headers []Field `json:"headers"`
		Content struct {
			Size     int64   `json:"size"`
			Type     string  `json:"mimeType"`
			Text     *string `json:"text"`
			Encoding string  `json:"encoding"`
		} `json:"content"`
		BodySize int64  `json:"bodySize"` // as sent; -1: unknown
		Error    string `json:"_error"`
	} `json:"response"`
}

// ReadHAR reads what a browser saved as an HTTP Archive. Its error is [ErrHAR], or that of r.
//
// Values of header fields that may be credentials are left out. What a browser undid is not in a HAR: bodies are
// decoded.
func ReadHAR(r io.Reader) (*Recording, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var read har
	if err := json.Unmarshal(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), &read); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrHAR, err)
	}
	if read.Log == nil || len(read.Log.Entries) == 0 {
		return nil, fmt.Errorf("%w: it has no requests (log.entries)", ErrHAR)
	}
	slices.SortStableFunc(read.Log.Entries, func(a, b harEntry) int { return a.Started.Compare(b.Started) })
	recording := &Recording{}
	for _, e := range read.Log.Entries {
		one, ok, err := e.recorded()
		if err != nil {
			return nil, err
		}
		if ok {
			one.Began = e.Started.Sub(read.Log.Entries[0].Started)
			recording.Requests = append(recording.Requests, one)
		}
	}
	return recording, recording.findPage()
}

// findPage looks for the first page that came from the server.
func (r *Recording) findPage() error {
	stored, empty := "", ""
	for _, one := range r.Requests {
		x := one.Exchange
		switch {
		case one.Dest != "document" || x.Response == nil:
		case x.Response.Status == http.StatusNotModified || one.Stored != "":
			stored = one.URL()
		case x.Response.Status/100 == 3:
		case x.Response.Size > 0 && len(x.Response.Body) == 0:
			empty = one.URL()
		default:
			r.Page = withoutQuery(one.URL())
			return nil
		}
	}
	switch {
	case stored != "":
		return fmt.Errorf("%w: the page %s came from the browser's cache: disable the cache in the developer tools, "+
			"reload, and save again", ErrHAR, stored)
	case empty != "":
		return fmt.Errorf("%w: the content of the page %s is not in it: save it with content", ErrHAR, empty)
	}
	return fmt.Errorf("%w: it has no page: open the developer tools first, then load the page, and save", ErrHAR)
}

// recorded is the request as checks know it; false for what did not go over HTTP, such as data: URLs.
func (e harEntry) recorded() (one Recorded, ok bool, err error) {
	u, err := url.Parse(e.Request.URL)
	if err != nil {
		return one, false, fmt.Errorf("%w: %w", ErrHAR, err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return one, false, nil
	}
	one.Exchange = Exchange{
		Origin:  u.Scheme + "://" + u.Host,
		Request: Request{Method: e.Request.Method, Target: u.RequestURI(), Header: shareable(e.Request.Headers)},
	}
	one.Failed = e.Response.Error
	if e.Response.Status > 0 {
		if one.Exchange.Response, err = e.response(); err != nil {
			return one, false, fmt.Errorf("%w: the content of %s: %w", ErrHAR, e.Request.URL, err)
		}
	} else if one.Failed == "" {
		one.Failed = "no response"
	}
	switch {
	case e.ByWorker, e.Fetched == "Service Worker":
		one.Stored = "a service worker"
	case e.Cached != "", e.Fetched == "Memory Cache", e.Fetched == "Disk Cache",
		e.Response.BodySize < -1: // Playwright subtracts the size of the header from 0
		one.Stored = "the browser's cache"
	}
	one.Dest = e.dest(u.Path)
	ms := func(v float64) time.Duration { return time.Duration(max(0, v) * float64(time.Millisecond)) }
	t := e.Timings
	one.Phases = Phases{
		Queued:     ms(t.Blocked),
		Connecting: ms(t.DNS) + max(ms(t.Connect), ms(t.SSL)), // connect should contain ssl
		Waiting:    ms(t.Send) + ms(t.Wait),
		Receiving:  ms(t.Receive),
	}
	return one, true, nil
}

func (e harEntry) response() (*Response, error) {
	r := &Response{Proto: strings.ToUpper(e.Response.Proto), Status: e.Response.Status, Header: http.Header{}}
	r.decoded = true
	for _, f := range e.Response.Headers {
		if strings.HasPrefix(f.Name, ":") {
			continue // of HTTP/2
		}
		for value := range strings.SplitSeq(f.Value, "\n") { // so are fields of one name joined
			switch {
			case strings.EqualFold(f.Name, "Set-Cookie"):
				name, _, _ := strings.Cut(value, "=")
				value = name + "=…"
			case mayBeSecret(f.Name):
				value = "…"
			}
			r.Header.Add(f.Name, value)
		}
	}
	if content := e.Response.Content; content.Text != nil {
		r.Body = []byte(*content.Text)
		if content.Encoding == "base64" {
			var err error
			if r.Body, err = base64.StdEncoding.DecodeString(*content.Text); err != nil {
				return nil, err
			}
		}
	}
	r.Excerpt = excerpt(r.Body)
	r.Size = e.Response.BodySize
	if r.Size <= 0 {
		r.Size = max(e.Response.Content.Size, int64(len(r.Body)))
	}
	return r, nil
}

// shareable are the fields as they may be shown to others.
func shareable(fields []Field) []Field {
	var shown []Field
	for _, f := range fields {
		name := strings.ToLower(f.Name)
		switch {
		case strings.HasPrefix(name, ":"), name == "host", name == "connection":
		case mayBeSecret(name):
			shown = append(shown, Field{f.Name, secretOf(f.Name)})
		default:
			shown = append(shown, f)
		}
	}
	return shown
}

// mayBeSecret reports whether the value of a field with that name may be a credential.
func mayBeSecret(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"auth", "cookie", "token", "secret", "api-key", "apikey", "session", "signature",
		"password"}, func(part string) bool { return strings.Contains(name, part) })
}

// dest is what the browser says that the request is for, or what it must have been for.
func (e harEntry) dest(path string) string {
	for _, f := range e.Request.Headers {
		if strings.EqualFold(f.Name, "Sec-Fetch-Dest") {
			return f.Value
		}
	}
	switch e.Type {
	case "document", "script", "image", "font", "manifest":
		return e.Type
	case "stylesheet":
		return "style"
	case "xhr", "fetch", "eventsource", "websocket", "ping", "preflight":
		return "empty"
	}
	if dest := destOf(path); dest != "empty" {
		return dest
	}
	if kind, _, err := mime.ParseMediaType(e.Response.Content.Type); err == nil && kind == "text/html" {
		return "document"
	}
	return "empty"
}
