package spatest

// outcome is what a server may do with a request of a shape.
type outcome int

const (
	// refuse: anything but a success (a 4xx, 501, 505, a redirect), or the end of the connection.
	refuse outcome = iota
	// last: whatever the answer is, the connection ends with it: nobody can tell where the next request begins.
	last
	// either: a refusal, or an answer after which the next request on the connection gets what it asks for.
	either
)

// shape is one request, written as bytes.
type shape struct {
	want    outcome
	name    string
	section string // of RFC 9112, unless it names another
	line    string // the request line; empty: POST and the page
	fields  string // each with its line end; Host is added unless there is one
	body    string // ends at the same byte by each reading of the fields
}

// What bodies are made of: five bytes that end a chunked body, and are the whole of one that has a length.
const (
	fiveBytes = "0\r\n\r\n"
	oneChunk  = "5\r\nhello\r\n" + fiveBytes
	chunked   = "Transfer-Encoding: chunked\r\n"
	length5   = "Content-Length: 5\r\n"
	getPage   = "GET {path} HTTP/1.1"
)

// shapes is the grid of requests that servers and the proxies before them have read
// differently, with what RFC 9112 and RFC 9110 leave a server to do.
var shapes = []shape{
	// Two framings, or none that can be trusted.
	{last, "a length and chunks", "6.1", "", length5 + chunked, fiveBytes},
	{last, "chunks and a length", "6.1", "", chunked + length5, fiveBytes},
	{last, "chunks and a length of 0", "6.1", "", chunked + "Content-Length: 0\r\n", fiveBytes},
	{last, "chunks in other letters, and a length", "6.1", "", length5 + "transfer-encoding: CHUNKED\r\n", fiveBytes},
	{last, "chunks behind a tab, and a length", "6.1", "", length5 + "Transfer-Encoding:\tchunked\r\n", fiveBytes},
	{last, "chunks behind a vertical tab, and a length", "6.1", "",
		length5 + "Transfer-Encoding:\vchunked\r\n", fiveBytes},
	{last, "a coding nobody knows, and a length", "6.1", "", length5 + "Transfer-Encoding: xchunked\r\n", fiveBytes},
	{last, "identity, and a length", "6.1", "", length5 + "Transfer-Encoding: identity\r\n", fiveBytes},
	{last, "chunks twice, and a length", "6.1", "", length5 + chunked + chunked, fiveBytes},
	{last, "chunks that are not the last coding", "6.3", "",
		length5 + "Transfer-Encoding: chunked, identity\r\n", fiveBytes},
	{last, "a quoted coding, and a length", "6.1", "", length5 + "Transfer-Encoding: \"chunked\"\r\n", fiveBytes},
	{last, "an empty coding, and a length", "6.1", "", length5 + "Transfer-Encoding: \r\n", fiveBytes},
	{last, "chunks on a folded line, and a length", "5.2", "",
		length5 + "Transfer-Encoding:\r\n chunked\r\n", fiveBytes},
	{last, "chunks with a space before the colon, and a length", "5.1", "",
		length5 + "Transfer-Encoding : chunked\r\n", fiveBytes},
	{last, "a length with a space before the colon, and chunks", "5.1", "",
		"Content-Length : 5\r\n" + chunked, fiveBytes},
	{last, "chunks and a length in HTTP/1.0", "6.1", "POST {path} HTTP/1.0", length5 + chunked, fiveBytes},
	{last, "two lengths", "6.3", "", length5 + "Content-Length: 6\r\n", fiveBytes + "\n"},
	{last, "two lengths in a list", "6.3", "", "Content-Length: 5, 6\r\n", fiveBytes + "\n"},
	{last, "a length of 0 and another", "6.3", "", "Content-Length: 0\r\n" + length5, fiveBytes},

	// Lengths that are no numbers.
	{last, "a length with a plus", "6.3", "", "Content-Length: +5\r\n", fiveBytes},
	{last, "a negative length", "6.3", "", "Content-Length: -5\r\n", fiveBytes},
	{last, "a hexadecimal length", "6.3", "", "Content-Length: 0x5\r\n", fiveBytes},
	{last, "a length with a fraction", "6.3", "", "Content-Length: 5.0\r\n", fiveBytes},
	{last, "a length with an exponent", "6.3", "", "Content-Length: 5e0\r\n", fiveBytes},
	{last, "a length with an underscore", "6.3", "", "Content-Length: 0_5\r\n", fiveBytes},
	{last, "a length of two words", "6.3", "", "Content-Length: 5 5\r\n", fiveBytes},
	{last, "an empty length", "6.3", "", "Content-Length: \r\n", ""},
	{last, "a length over 64 bits", "6.3", "", "Content-Length: 18446744073709551621\r\n", fiveBytes},

	// Chunks.
	{last, "a chunk with a negative size", "7.1", "", chunked, "-5\r\nhello\r\n" + fiveBytes},
	{last, "a chunk with a prefix", "7.1", "", chunked, "0x5\r\nhello\r\n" + fiveBytes},
	{last, "a chunk over 64 bits", "7.1", "", chunked, "10000000000000005\r\nhello\r\n" + fiveBytes},
	{last, "a chunk without a size", "7.1", "", chunked, "\r\nhello\r\n" + fiveBytes},
	{last, "a chunk that is longer than its size", "7.1", "", chunked, "4\r\nhello\r\n" + fiveBytes},
	{last, "a chunk without its line end", "7.1", "", chunked, "5\r\nhello" + fiveBytes},
	{last, "a chunk with an underscore in its size", "7.1", "", chunked, "0_5\r\nhello\r\n" + fiveBytes},
	{either, "a chunk", "7.1", "", chunked, oneChunk},
	{either, "a chunk with zeros before its size", "7.1", "", chunked, "00005\r\nhello\r\n" + fiveBytes},
	{either, "a chunk with an extension", "7.1.1", "", chunked, "5;a=b\r\nhello\r\n" + fiveBytes},
	{either, "a chunk with a quoted extension", "7.1.1", "", chunked, "5;a=\"b;c\"\r\nhello\r\n" + fiveBytes},
	{either, "a trailer", "7.1.2", "", chunked, "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"},
	{either, "a length in the trailer", "7.1.2", "", chunked, "5\r\nhello\r\n0\r\nContent-Length: 50\r\n\r\n"},
	{either, "a host in the trailer", "7.1.2", "", chunked, "5\r\nhello\r\n0\r\nHost: spatest.invalid\r\n\r\n"},

	// Bodies that are right.
	{either, "a length", "6.2", "", length5, "hello"},
	{either, "a length with zeros before it", "6.2", "", "Content-Length: 0005\r\n", "hello"},
	{either, "the same length twice", "6.3", "", length5 + length5, "hello"},
	{either, "the same length twice in a list", "6.3", "", "Content-Length: 5, 5\r\n", "hello"},
	{either, "a body that nobody needs", "RFC 9110, 9.3.1", getPage, length5, "hello"},
	{either, "a GET with a length of 0", "RFC 9110, 8.6", getPage, "Content-Length: 0\r\n", ""},
	{either, "a POST without a body", "RFC 9110, 8.6", "", "", ""},
	{either, "an underscore for a hyphen", "5.1", "", length5 + "Transfer_Encoding: chunked\r\n", fiveBytes},
	{either, "a client that expects what nobody does", "RFC 9110, 10.1.1", getPage, "Expect: spatest\r\n", ""},
	{either, "an upgrade to HTTP/2", "RFC 9110, 7.8", getPage,
		"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n", ""},

	// Fields.
	{refuse, "no host", "3.2", getPage, "Hostess: {host}\r\n", ""},
	{refuse, "two hosts", "3.2", getPage, "Host: {host}\r\nHost: spatest.invalid\r\n", ""},
	{either, "a field without a colon", "5.1", getPage, "Spatest\r\n", ""},
	{either, "a field without a name", "5.1", getPage, ": spatest\r\n", ""},
	{refuse, "a space before the colon", "5.1", getPage, "X-Spatest : 1\r\n", ""},
	{either, "a folded field", "5.2", getPage, "X-Spatest: a\r\n b\r\n", ""},
	{either, "a space before the first field", "2.2", getPage, " X-Spatest: 1\r\nHost: {host}\r\n", ""},
	{either, "a NUL in a field", "RFC 9110, 5.5", getPage, "X-Spatest: a\x00b\r\n", ""},
	{either, "a CR in a field", "2.2", getPage, "X-Spatest: a\rb\r\n", ""},
	{either, "an LF that ends a field", "2.2", getPage, "X-Spatest: a\nX-Spatest-Two: b\r\n", ""},
	{either, "an empty field", "5.1", getPage, "X-Spatest:\r\n", ""},
	{either, "a field that Connection takes away", "RFC 9110, 7.6.1", getPage, "Connection: Host\r\n", ""},
	{either, "a field that proxies once had", "RFC 9110, 7.6.1", getPage, "Proxy-Connection: keep-alive\r\n", ""},

	// Request lines.
	{refuse, "a method in lower-case letters", "RFC 9110, 9.1", "get {path} HTTP/1.1", "", ""},
	{either, "no version number", "2.3", "GET {path} HTTP/x", "", ""},
	{either, "another protocol", "2.3", "GET {path} SPATEST/1.1", "", ""},
	{either, "a newer minor version", "2.3", "GET {path} HTTP/1.9", "", ""},
	{either, "two spaces in the request line", "3", "GET  {path} HTTP/1.1", "", ""},
	{either, "a space in the target", "3.2", "GET {path}a b HTTP/1.1", "", ""},
	{either, "a fragment in the target", "3.2", "GET {path}#spatest HTTP/1.1", "", ""},
	{either, "an authority as the target", "3.2.3", "GET spatest.invalid:80 HTTP/1.1", "", ""},
	{either, "an asterisk as the target", "3.2.4", "OPTIONS * HTTP/1.1", "", ""},
	{either, "an absolute target with another host", "3.2.2", "GET http://spatest.invalid/ HTTP/1.1", "", ""},
	{either, "an empty line before the request", "2.2", "\r\nGET {path} HTTP/1.1", "", ""},
}
