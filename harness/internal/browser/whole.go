package browser

// hints are the client hints that Chromium sends unasked, to origins that it trusts.
var hints = []Field{
	{"sec-ch-ua", `"Chromium";v="156", "Not)A;Brand";v="24"`},
	{"sec-ch-ua-mobile", "?0"},
	{"sec-ch-ua-platform", `"Linux"`},
}

// Whole are all header fields of a request for this destination, but for Host and Connection: for the page, and its
// scripts, style sheets, images and fonts. The referrer is the URL of the page that asks; a document that the user opens
// has none.
func Whole(destination, referrer string) []Field {
	fields := append([]Field{}, hints...)
	if destination == "document" {
		fields = append(fields, Field{"Upgrade-Insecure-Requests", "1"})
	}
	fields = append(fields, Field{"User-Agent", userAgent})
	fields = append(fields, Fields(destination)...)
	if destination != "document" {
		fields = append(fields, Field{"Referer", referrer})
	}
	return append(fields, Field{"Accept-Encoding", AcceptEncoding}, Field{"Accept-Language", acceptLanguage})
}

// Handshake are the header fields with which a page of this origin opens a WebSocket, but for Host.
func Handshake(origin string) []Field {
	return []Field{
		{"Connection", "Upgrade"},
		{"Pragma", "no-cache"},
		{"Cache-Control", "no-cache"},
		{"User-Agent", userAgent},
		{"Upgrade", "websocket"},
		{"Origin", origin},
		{"Sec-WebSocket-Version", "13"},
		{"Accept-Encoding", AcceptEncoding},
		{"Accept-Language", acceptLanguage},
		{"Sec-WebSocket-Key", "c3BhdGVzdC1oYW5kc2hhaw=="},
		{"Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"},
	}
}

// Preflight are the header fields with which a browser asks whether a page of another origin may send this request.
func Preflight(origin, method string) []Field {
	return []Field{
		{"Accept", "*/*"},
		{"Access-Control-Request-Method", method},
		{"Access-Control-Request-Headers", "content-type"},
		{"Origin", origin},
		{"User-Agent", userAgent},
		{"Sec-Fetch-Mode", "cors"},
		{"Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Dest", "empty"},
		{"Referer", origin + "/"},
		{"Accept-Encoding", AcceptEncoding},
		{"Accept-Language", acceptLanguage},
	}
}
