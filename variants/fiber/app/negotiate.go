package app

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

// field returns a list-valued request field, its lines joined (RFC 9110 §5.3).
func field(c *fiber.Ctx, name string) string {
	lines := c.Context().Request.Header.PeekAll(name)
	if len(lines) < 2 {
		return c.Get(name)
	}
	all := make([]string, len(lines))
	for i, line := range lines {
		all[i] = string(line)
	}
	return strings.Join(all, ", ")
}

// Every order of codings that a request can ask for, best first. Nothing
// comes after identity, because every file has that form.
var (
	brotliFirst  = []coding{brotli, gzip, identity}
	gzipFirst    = []coding{gzip, brotli, identity}
	brotliOnly   = []coding{brotli, identity}
	gzipOnly     = []coding{gzip, identity}
	identityOnly = []coding{identity}
)

// acceptable reads Accept-Encoding (RFC 9110 §12.5.3). Of equal weights the
// smaller form wins: brotli, gzip, identity. A request that refuses all of
// them gets identity, as the RFC recommends.
func acceptable(acceptEncoding string) []coding {
	weight := [codingCount]int{-1, -1, -1}
	others := -1
	for element := range strings.SplitSeq(acceptEncoding, ",") {
		token, q := weighted(element)
		switch {
		case strings.EqualFold(token, "br"):
			weight[brotli] = q
		case strings.EqualFold(token, "gzip"), strings.EqualFold(token, "x-gzip"):
			weight[gzip] = q
		case strings.EqualFold(token, "identity"):
			weight[identity] = q
		case token == "*":
			others = q
		}
	}
	for c := range weight {
		if weight[c] < 0 {
			weight[c] = others
		}
	}
	floor := max(1, weight[identity])
	br, gz := weight[brotli] >= floor, weight[gzip] >= floor
	switch {
	case br && gz && weight[gzip] > weight[brotli]:
		return gzipFirst
	case br && gz:
		return brotliFirst
	case br:
		return brotliOnly
	case gz:
		return gzipOnly
	}
	return identityOnly
}

// weighted splits an element of an Accept field into its token and its weight
// in thousandths. A malformed weight counts as a refusal.
func weighted(element string) (token string, q int) {
	token, parameters, _ := strings.Cut(element, ";")
	q = 1000
	for parameters != "" {
		var parameter string
		parameter, parameters, _ = strings.Cut(parameters, ";")
		name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		if strings.EqualFold(name, "q") {
			q = thousandths(value)
		}
	}
	return strings.TrimSpace(token), q
}

func thousandths(s string) int {
	if len(s) == 0 || len(s) > 5 || s[0] != '0' && s[0] != '1' || len(s) > 1 && s[1] != '.' {
		return 0
	}
	q := int(s[0]-'0') * 1000
	unit := 100
	for i := 2; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0
		}
		q += int(s[i]-'0') * unit
		unit /= 10
	}
	return min(q, 1000)
}

// matches reports whether a list of entity tags contains etag, which is strong.
// If-None-Match uses weak comparison, If-Match strong (RFC 9110 §13.1).
func matches(list, etag string, weak bool) bool {
	if strings.TrimSpace(list) == "*" {
		return true
	}
	for {
		list = strings.TrimLeft(list, " \t,")
		tag, isWeak := strings.CutPrefix(list, "W/")
		if !strings.HasPrefix(tag, `"`) {
			return false
		}
		end := strings.IndexByte(tag[1:], '"')
		if end < 0 {
			return false
		}
		if tag[:end+2] == etag && (weak || !isWeak) {
			return true
		}
		list = tag[end+2:]
	}
}

// navigation reports whether the request is a browser's navigation to a page,
// and not a request for a script, a stylesheet or an image that does not exist.
func navigation(c *fiber.Ctx, t target) bool {
	if strings.EqualFold(c.Get(fiber.HeaderUpgrade), "websocket") {
		return false // and there is none here
	}
	switch c.Get("Sec-Fetch-Dest") {
	case "document", "iframe", "frame", "embed", "object":
		return true
	case "":
		accept := field(c, fiber.HeaderAccept)
		return accepts(accept, "text/html") || !t.lastHasDot() && (accept == "" || accepts(accept, "*/*"))
	}
	return false
}

// accepts reports whether an Accept field lists a media range.
func accepts(accept, mediaRange string) bool {
	for element := range strings.SplitSeq(accept, ",") {
		if token, q := weighted(element); q > 0 && strings.EqualFold(token, mediaRange) {
			return true
		}
	}
	return false
}
