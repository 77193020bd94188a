package spatest

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"slices"
	"strings"
)

// browserCodings is what browsers accept.
const browserCodings = "gzip, deflate, br, zstd"

// singleCodings are the registered codings that servers send.
var singleCodings = []string{"identity", "gzip", "br", "zstd", "deflate"}

// onePacket is about what fits in one packet, in bytes: below it a coding gains
// no time, and servers leave it out.
const onePacket = 1500

// textual are the extensions of what every server can be told to compress.
var textual = []string{".html", ".js", ".mjs", ".css", ".svg", ".json", ".txt", ".xml", ".webmanifest"}

// texts are the page, and one textual file for each extension: the longest where
// sizes are known.
func (p *Pass) texts() []File {
	files := p.filesWhere(func(f File) bool {
		return f.Target != "/" && !strings.HasSuffix(f.Target, "/") && f.Ext() != ".html" &&
			(slices.Contains(textual, f.Ext()) || f.Dest == "script" || f.Dest == "style")
	})
	slices.SortStableFunc(files, func(a, b File) int { return int(p.size(b) - p.size(a)) })
	return append([]File{pageFile}, onePerExtension(files)...)
}

// pageAndParts are the page, at / and at a route, a script, a style sheet and an
// image: what different parts of a server may compress.
func (p *Pass) pageAndParts() []File {
	var parts []File
	for _, f := range p.texts() {
		if !slices.ContainsFunc(parts, func(part File) bool { return part.Dest == f.Dest }) &&
			slices.Contains([]string{"document", "script", "style", "image"}, f.Dest) {
			parts = append(parts, f)
		}
	}
	return append(parts, p.routeFile())
}

var pageFile = File{Target: "/", Name: "index.html", Dest: "document"}

// accepting asks for a file as a client with this Accept-Encoding.
func (p *Pass) accepting(ctx context.Context, f File, codings string, more ...Field) (*Exchange, error) {
	header := append(Subresource(f.Dest), Field{"Accept-Encoding", codings})
	return p.Get(ctx, f.Target, append(header, more...))
}

// codingsOf lists the content codings of a response in lower case, in the order
// in which they were applied.
func codingsOf(x *Exchange) []string {
	value := strings.ToLower(strings.Join(x.Response.Header.Values("Content-Encoding"), ","))
	value = strings.ReplaceAll(value, "x-gzip", "gzip") // the same (RFC 9110, section 8.4.1.3)
	return slices.DeleteFunc(listItems(value), func(coding string) bool { return coding == "identity" })
}

func isCoded(x *Exchange) bool { return len(codingsOf(x)) > 0 }

func isOK(x *Exchange) bool {
	return x.Response.Status == http.StatusOK && x.Response.Broken == ""
}

var errNotCoded = skipf("nothing is compressed")

// gain is what gzip saves of a body, as a share of it.
func gain(body []byte) float64 {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(body) // a bytes.Buffer takes everything
	w.Close()
	return 1 - float64(b.Len())/float64(len(body))
}

// varies reports whether Vary names the field, or everything.
func varies(header http.Header, field string) bool {
	return slices.ContainsFunc(listItems(strings.Join(header.Values("Vary"), ",")), func(name string) bool {
		return name == "*" || strings.EqualFold(name, field)
	})
}

func inCoding(coding string) string {
	if coding == "" {
		return "without a coding"
	}
	return "in " + coding
}
