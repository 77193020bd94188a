package page

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"spabench/harness/internal/report"
	"spabench/harness/spatest"
)

// found is what a check found on a server.
type found struct {
	ID       string
	Server   string
	Cell     verdict
	Reason   string // of anything but a violation
	Findings []violated
	Remedies []report.Remedy
}

// violated is one violation with the exchange that shows it.
type violated struct {
	Message, Expected, Got string
	Curl                   string
	Request, Response      string // as they went over the wire, as far as they are recorded
}

func foundIn(s server, cell verdict, o spatest.Outcome, mend func(spatest.Outcome) []report.Remedy) found {
	f := found{ID: o.Check + "@" + s.Key, Server: s.Name, Cell: cell, Reason: o.Reason}
	if o.Waived != "" {
		f.Reason = "Waived: " + o.Waived
	}
	for _, one := range o.Findings {
		v := violated{Message: one.Message, Expected: one.Expected, Got: one.Got}
		if x := one.Exchange; x != nil {
			v.Curl, v.Request, v.Response = x.Curl(), sent(*x), received(x.Response)
		}
		f.Findings = append(f.Findings, v)
	}
	if mend != nil && report.Explained(o) {
		f.Remedies = mend(o)
	}
	return f
}

// sent is the request as text.
func sent(x spatest.Exchange) string {
	r := x.Request
	if r.Raw != "" {
		return visible(r.Raw)
	}
	var b strings.Builder
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	fmt.Fprintf(&b, "%s %s HTTP/1.1\n", method, r.Target)
	_, host, _ := strings.Cut(x.Origin, "://")
	fmt.Fprintf(&b, "Host: %s\n", host)
	for _, f := range r.Header {
		fmt.Fprintf(&b, "%s: %s\n", f.Name, f.Value)
	}
	if r.Body != "" {
		fmt.Fprintf(&b, "\n%s", r.Body)
	}
	if r.Padding > 0 {
		fmt.Fprintf(&b, " … and %d spaces", r.Padding)
	}
	return visible(b.String())
}

// received is the response as text, its content as far as it is recorded.
func received(r *spatest.Response) string {
	if r == nil {
		return "no response"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d %s\n", r.Proto, r.Status, http.StatusText(r.Status))
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		for _, value := range r.Header[name] {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	fmt.Fprintf(&b, "\n%s", r.Excerpt)
	if rest := r.Size - int64(len(r.Excerpt)); rest > 0 {
		fmt.Fprintf(&b, "… (%s in all)", counted(int(r.Size), "byte"))
	}
	if r.Extra > 0 {
		fmt.Fprintf(&b, "\n… and %s after the end of the response", counted(r.Extra, "byte"))
	}
	if r.Broken != "" {
		fmt.Fprintf(&b, "\n… broken: %s", r.Broken)
	}
	return visible(b.String())
}

// visible shows the control characters of a text, for which a page has no room or no sign. Line ends stay line ends.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return -1
		case r == '\n' || r == '\t' || r >= ' ' && r != 0x7f:
			return r
		case r == 0x7f:
			return '␡'
		}
		return '␀' + r
	}, text)
}
