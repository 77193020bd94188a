package spatest

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/textproto"
	"strings"
)

// injected is a header field that only the request could have put into a response.
const injected = "X-Spatest-Injected"

func checkControlBytes(ctx context.Context, p *Pass) error {
	if err := p.checkNUL(ctx); err != nil {
		return err
	}
	dir := p.indexedDirectory()
	if dir == "" {
		dir = "/docs"
	}
	route, _, _ := strings.Cut(p.Routes()[0], "?")
	var targets []string
	// The last are CR and LF once they are cut to bytes.
	for _, end := range []string{"%0d%0a", "%0a", "%0D", "%E5%98%8D%E5%98%8A"} {
		field := end + injected + ":%201"
		targets = append(targets,
			"/spatest"+field, dir+field, dir+"?a="+field, dir+field+"/..", "/"+field+"/%2e%2e",
			strings.TrimRight(route, "/")+"/?a="+field, p.assets()+"/spatest"+field+".js",
		)
	}
	targets = append(targets, "/spatest%00bar", "/spatest%00", "/%00", p.assets()+"/spatest%00.js", dir+"%00")
	return p.each(ctx, probes(targets), func(ctx context.Context, f File) error {
		x, err := p.probe(ctx, f.Target, Navigation)
		if refusedByClosing(err) {
			return nil
		}
		var malformed textproto.ProtocolError
		if errors.As(err, &malformed) && x != nil {
			p.Reportf(x, "a header that can be read", malformed.Error(),
				"a control character in the path breaks the header")
			return nil
		}
		if err != nil {
			return err
		}
		switch name := controlled(x.Response.Header); {
		case name != "":
			p.Reportf(
				x,
				"no header field injected by the path",
				name+": "+x.Response.Header.Get(name),
				"a line end in the path gets into the header",
			)
		case x.Response.Status >= 500:
			p.Reportf(x, "the page, or a 4xx", "", "a control character in the path causes a server error")
		}
		return nil
	})
}

// controlled is a header field that the request wrote, or one with control
// characters in its value; empty if there is none.
func controlled(h http.Header) string {
	for name, values := range h {
		if name == injected || strings.ContainsAny(strings.Join(values, ""), "\x00\r\n") {
			return name
		}
	}
	return ""
}

// checkNUL: a file's name with a NUL behind it is not the file's name.
func (p *Pass) checkNUL(ctx context.Context) error {
	files := p.filesWhere(
		func(f File) bool { return f.Target != "/" && !strings.HasSuffix(f.Target, "/") && f.Ext() != ".html" },
	)
	for _, f := range files[:min(2, len(files))] {
		target, _, _ := strings.Cut(f.Target, "?")
		plain, err := p.probe(ctx, target, Subresource(f.Dest))
		if err != nil || plain.Response.Status != http.StatusOK || plain.Response.Size == 0 || p.Resembles(plain) {
			continue
		}
		for _, end := range []string{"%00", "%00.html"} {
			x, err := p.probe(ctx, target+end, Subresource(f.Dest))
			if refusedByClosing(err) {
				continue
			}
			if err != nil {
				return err
			}
			if x.Response.Status >= 500 {
				p.Reportf(x, "a 4xx", "", "a NUL in the path causes a server error")
			} else if x.Response.Status == http.StatusOK && bytes.Equal(x.Response.Body, plain.Response.Body) {
				p.Reportf(x, "404 (any 4xx)", "", "a file name is cut at a NUL")
			}
		}
	}
	return nil
}
