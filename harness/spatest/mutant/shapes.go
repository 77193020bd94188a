package mutant

import (
	"net/http"
	"slices"
	"strings"
)

// inFields replaces text in the fields of a request, where it has none of the other texts.
func inFields(old, by string, unless ...string) func(lines []string) []string {
	return func(lines []string) []string {
		head := strings.Join(lines, "")
		if slices.ContainsFunc(unless, func(s string) bool { return strings.Contains(head, s) }) {
			return lines
		}
		return []string{strings.ReplaceAll(head, old, by)}
	}
}

func shapeMutants() []Mutant {
	const ambiguous, refused, step = "methods-framing-ambiguous", "methods-framing-refused", "methods-framing-in-step"
	return []Mutant{
		{Name: "length-with-plus", Check: ambiguous, Doc: "reads a length with a plus as a number",
			Wrap: same, Wire: editHead(inFields("Content-Length: +5", "Content-Length: 5"))},
		{Name: "length-in-hex", Check: ambiguous, Doc: "reads a hexadecimal length",
			Wrap: same, Wire: editHead(inFields("Content-Length: 0x5", "Content-Length: 5"))},
		{Name: "first-length", Check: ambiguous, Doc: "uses the first of two lengths",
			Wrap: same, Wire: editHead(inFields("Content-Length: 6\r\n", ""))},
		{Name: "unknown-coding-ignored", Check: ambiguous, Doc: "ignores a transfer coding that it does not know",
			Wrap: same, Wire: editHead(inFields("Transfer-Encoding: xchunked\r\n", ""))},
		{Name: "spaced-coding-ignored", Check: ambiguous,
			Doc:  "ignores a transfer coding with a space before its colon",
			Wrap: same, Wire: editHead(inFields("Transfer-Encoding : chunked\r\n", ""))},

		{Name: "spaced-field-taken", Check: refused, Doc: "takes a field with a space before its colon",
			Wrap: same, Wire: editHead(inFields("X-Spatest : ", "X-Spatest: "))},
		{Name: "small-letters-taken", Check: refused, Doc: "takes a method in lower-case letters",
			Wrap: same, Wire: editHead(inFields("get /", "GET /"))},

		{Name: "upgrade-500", Check: step, Doc: "fails on a client that offers HTTP/2",
			Wrap: status(says("Upgrade", "h2c"), http.StatusInternalServerError)},
		{Name: "body-left-over", Check: step, Doc: "takes the body of a GET for the next request",
			Wrap: same, Wire: editHead(func(lines []string) []string {
				if len(lines) == 0 || !strings.HasPrefix(lines[0], "GET ") {
					return lines
				}
				return inFields("Content-Length: 5\r\n", "")(lines)
			})},
	}
}

func shapeOddities() []Mutant {
	return []Mutant{
		{Name: "chunks-411", Check: "methods-framing-ambiguous", Doc: "wants a length, and closes the connection",
			Wrap: on(func(r *http.Request) bool { return len(r.TransferEncoding) > 0 },
				func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
					w.Header().Set("Connection", "close")
					fail(w, http.StatusLengthRequired)
				})},
		{Name: "small-letters-501", Check: "methods-framing-refused", Doc: "answers 501 to a method in lower-case letters",
			Wrap: status(method("get"), http.StatusNotImplemented)},
		{Name: "body-then-close", Check: "methods-framing-in-step",
			Doc: "closes the connection after a GET with a body",
			Wrap: set(func(r *http.Request) bool { return r.Method == http.MethodGet && r.ContentLength > 0 },
				"Connection", "close")},
	}
}
