// Package browser knows which header fields a browser sends: the one model of a browser's requests that the checks, the
// probes and the loads share.
//
// The values are those that Chromium 156 sent for the page of a Vite build and its parts, where modules and style
// sheets are referred to with crossorigin and are therefore fetched in CORS mode. TestHeaderFields in harness/chromium
// records them anew and compares. Left out are the fields that say nothing about what is asked for (client hints,
// Referer, Origin) and Upgrade-Insecure-Requests, which servers answer by a redirect to https, whatever is asked for.
package browser

import "net/http"

// Field is one header field.
type Field struct{ Name, Value string }

// AcceptEncoding is what Chromium sends to an origin that it trusts: https, or the machine itself.
const AcceptEncoding = "gzip, deflate, br, zstd"

// acceptLanguage is what it sends in Britain.
const acceptLanguage = "en-GB,en;q=0.9"

// userAgent is Chromium's with a window: without one it would call itself HeadlessChrome.
const userAgent = "Mozilla/5.0 (X11; Linux x86_64) " +
	"AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"

// accept holds the Accept field of the destinations whose field is not */*.
var accept = map[string]string{
	"document": "text/html,application/xhtml+xml,application/xml;q=0.9," +
		"image/jxl,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
	"style": "text/css,*/*;q=0.1",
	"image": "image/jxl,image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
	"json":  "application/json,*/*;q=0.5",
}

// mode holds the fetch mode of the destinations whose mode is not cors.
var mode = map[string]string{
	"document":      "navigate",
	"image":         "no-cors",
	"audio":         "no-cors",
	"video":         "no-cors",
	"track":         "same-origin",
	"worker":        "same-origin",
	"sharedworker":  "same-origin",
	"serviceworker": "same-origin",
}

// Fields are the header fields that depend on the destination (the Fetch Standard's word), Accept first. A document is
// opened by the user; everything else is asked for by a page of the same origin. The destination of a call of fetch is
// empty.
func Fields(destination string) []Field {
	fields := []Field{{"Accept", "*/*"}}
	if value := accept[destination]; value != "" {
		fields[0].Value = value
	}
	site, how := "same-origin", "cors"
	if value := mode[destination]; value != "" {
		how = value
	}
	switch destination {
	case "document":
		site = "none"
	case "serviceworker":
		fields = append(fields, Field{"Cache-Control", "max-age=0"}, Field{"Service-Worker", "script"})
	}
	fields = append(fields, Field{"Sec-Fetch-Site", site}, Field{"Sec-Fetch-Mode", how})
	if destination == "document" {
		fields = append(fields, Field{"Sec-Fetch-User", "?1"})
	}
	return append(fields, Field{"Sec-Fetch-Dest", destination})
}

// Header is the header of a request for this destination that accepts the content codings; see [AcceptEncoding].
func Header(destination, codings string) http.Header {
	header := http.Header{
		"Accept-Encoding": {codings},
		"Accept-Language": {acceptLanguage},
		"User-Agent":      {userAgent},
	}
	for _, f := range Fields(destination) {
		header.Set(f.Name, f.Value)
	}
	return header
}

// APIHeader is the header of a request that a page makes with fetch, for JSON.
func APIHeader(codings string) http.Header {
	header := Header("empty", codings)
	header.Set("Accept", "application/json")
	return header
}
