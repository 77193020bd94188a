package spatest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Field is one header field of a request, sent in the order given.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Request is one HTTP/1.1 request. Target is the request target, sent byte for
// byte; before a path goes that of the app (Target.URL). Host, and Content-Length
// for a body, are added.
type Request struct {
	Method  string  `json:"method"` // default GET
	Target  string  `json:"target"`
	Header  []Field `json:"header,omitempty"`
	Body    string  `json:"body,omitempty"`
	Padding int64   `json:"padding,omitempty"` // spaces sent behind Body

	// Raw is the whole request as bytes, for what the other fields cannot say:
	// no Host, or two framings. Nothing is added to it, Target.Header neither;
	// Method and Target describe it. ASCII.
	Raw string `json:"raw,omitempty"`

	maxBody  int64 // of the response, in bytes; 0: rawhttp.DefaultMaxBody
	fromRoot bool  // Target counts from the origin's root, not from the app's path

	// watch reads the content of the response as it arrives; nothing is left for Body.
	watch func(r *Response, content io.Reader)
}

// sent is the request as evidence: what went out, and nothing else.
func (r Request) sent() Request {
	r.maxBody, r.fromRoot, r.watch = 0, false, nil
	return r
}

// Response is what the server sent, read within bounds of time and size.
type Response struct {
	Proto  string      `json:"proto"`
	Status int         `json:"status"`
	Header http.Header `json:"header"`
	Body   []byte      `json:"-"`    // as sent: chunks joined, content coding kept
	Size   int64       `json:"size"` // of Body, in bytes

	// Excerpt is the start of a textual Body.
	Excerpt string `json:"excerpt,omitempty"`
	// Broken says why Body is not whole: a length that was not kept, a bad
	// chunk, a body over the size bound.
	Broken string `json:"broken,omitempty"`
	// Extra is the number of bytes that came after the end of the response. A
	// body that answers HEAD is counted here.
	Extra int `json:"extra,omitempty"`

	limit   int64 // of Body, in bytes, and of each coding that is undone
	chunked bool  // Body came in chunks
	unread  bool  // Body goes on: it was read up to the limit
	decoded bool  // the codings of Body are undone, as browsers record it
}

// Exchange is one request with its response: the evidence of a finding.
type Exchange struct {
	Origin   string    `json:"origin"` // scheme and authority of the target
	Request  Request   `json:"request"`
	Response *Response `json:"response,omitempty"` // nil: none came

	insecure bool // the server's certificate was not verified

	took time.Duration // from the first byte sent to the last one read; waiting for a turn is not in it
}

const excerptSize = 160 // bytes

// excerpt returns the start of body if it is text.
func excerpt(body []byte) string {
	cut := body[:min(len(body), excerptSize)]
	for len(cut) > 0 && len(cut) < len(body) && !utf8.RuneStart(body[len(cut)]) {
		cut = cut[:len(cut)-1]
	}
	if !utf8.Valid(cut) {
		return ""
	}
	for _, r := range string(cut) {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return ""
		}
	}
	return string(cut)
}

// Curl is a shell command that sends the request again and shows the response.
// What curl would mend (Request.Raw) is printed into the connection.
func (x Exchange) Curl() string {
	if x.Request.Raw != "" {
		return printInto(x.Origin, x.Request.Raw)
	}
	args := []string{"curl", "-i", "--path-as-is"}
	if strings.ContainsAny(x.Request.Target, "[]{}") {
		args = append(args, "--globoff") // they would be patterns
	}
	if x.insecure {
		args = append(args, "--insecure")
	}
	switch method := x.Request.Method; method {
	case "", http.MethodGet:
	case http.MethodHead:
		args = append(args, "--head")
	default:
		args = append(args, "-X", quote(method))
	}
	hasAccept, hasType := false, false
	for _, f := range x.Request.Header {
		switch strings.ToLower(f.Name) {
		case "user-agent", "connection", "content-length":
			continue // curl sends its own
		case "accept":
			hasAccept = true
		case "content-type":
			hasType = true
		}
		if f.Value == secretOf(f.Name) {
			args = append(args, "-H", `"`+f.Name+": "+f.Value+`"`) // expanded by the shell
			continue
		}
		if f.Value == "" {
			args = append(args, "-H", quote(f.Name+";")) // curl drops a field that ends in its colon
			continue
		}
		args = append(args, "-H", quote(f.Name+": "+f.Value))
	}
	if !hasAccept {
		args = append(args, "-H", quote("Accept:"))
	}
	if x.Request.Body != "" {
		if !hasType {
			args = append(args, "-H", quote("Content-Type:"))
		}
		content := quote(x.Request.Body)
		if n := x.Request.Padding; n > 0 { // too long for an argument
			args[0] = fmt.Sprintf(`(printf %%s %s; head -c %d /dev/zero | tr '\0' ' ') | curl`, content, n)
			content = "@-"
		}
		args = append(args, "--data-binary", content)
	}
	target := x.Request.Target
	// What curl would refuse, expand or cut off goes out by --request-target.
	if !strings.HasPrefix(target, "/") || strings.ContainsFunc(target, unsafeInCurl) {
		return strings.Join(append(args, "--request-target", quote(target), quote(x.Origin+"/")), " ")
	}
	return strings.Join(append(args, quote(x.Origin+target)), " ")
}

func unsafeInCurl(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`#[]{}\`, r)
}

// quote makes s one word of a POSIX shell.
func quote(s string) string {
	plain := func(r rune) bool {
		return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_./:=@%+,", r))
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// secretOf is the shell variable that stands for a credential in reports.
func secretOf(name string) string {
	return "$" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// summary says in one line what came back.
func (r *Response) summary() string {
	if r == nil {
		return "no response"
	}
	parts := []string{strings.TrimSpace(fmt.Sprintf("%d %s", r.Status, http.StatusText(r.Status)))}
	if location := r.Header.Get("Location"); location != "" {
		parts = append(parts, "Location: "+location)
	}
	if kind := r.Header.Get("Content-Type"); kind != "" {
		parts = append(parts, kind)
	}
	parts = append(parts, fmt.Sprintf("%d bytes", r.Size))
	if r.Extra > 0 {
		parts = append(parts, fmt.Sprintf("%d bytes after the end of the response", r.Extra))
	}
	if r.Broken != "" {
		parts = append(parts, r.Broken)
	}
	return strings.Join(parts, ", ")
}
