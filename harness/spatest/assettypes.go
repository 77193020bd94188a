package spatest

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// scriptTypes are the JavaScript MIME types of the MIME Sniffing standard.
var scriptTypes = []string{
	"text/javascript", "application/javascript", "application/ecmascript", "application/x-ecmascript",
	"application/x-javascript", "text/ecmascript", "text/javascript1.0", "text/javascript1.1",
	"text/javascript1.2", "text/javascript1.3", "text/javascript1.4", "text/javascript1.5",
	"text/jscript", "text/livescript", "text/x-ecmascript", "text/x-javascript",
}

func checkScriptType(ctx context.Context, p *Pass) error {
	scripts := p.filesWhere(func(f File) bool { return f.Dest == "script" })
	if len(scripts) == 0 {
		return skipf("no script is known: the page refers to none")
	}
	return p.each(ctx, scripts, func(ctx context.Context, f File) error {
		x, err := p.Get(ctx, f.Target, Script)
		if err != nil {
			return err
		}
		if x.Response.Status == http.StatusOK && !slices.Contains(scriptTypes, mediaType(x)) {
			p.Reportf(
				x,
				"Content-Type: text/javascript",
				"Content-Type: "+x.Response.Header.Get("Content-Type"),
				"a script does not have a JavaScript MIME type",
			)
		}
		return nil
	})
}

// typesOf lists what is right for an extension, the best first.
var typesOf = map[string][]string{
	".css":         {"text/css"},
	".wasm":        {"application/wasm"},
	".svg":         {"image/svg+xml"},
	".avif":        {"image/avif"},
	".webp":        {"image/webp"},
	".png":         {"image/png"},
	".jpg":         {"image/jpeg"},
	".jpeg":        {"image/jpeg"},
	".gif":         {"image/gif"},
	".ico":         {"image/x-icon", "image/vnd.microsoft.icon"},
	".woff2":       {"font/woff2"},
	".woff":        {"font/woff", "application/font-woff"},
	".ttf":         {"font/ttf", "application/x-font-ttf"},
	".json":        {"application/json", "text/json"},
	".txt":         {"text/plain"},
	".webmanifest": {"application/manifest+json", "application/json"},
	".html":        {"text/html"},
}

func checkTypes(ctx context.Context, p *Pass) error {
	sample := []File{{Target: "/", Name: "index.html", Dest: "document"}}
	elsewhere := p.filesWhere(func(f File) bool { return !strings.HasPrefix(f.Target, "/.well-known/") })
	for _, f := range onePerExtension(elsewhere) {
		if typesOf[f.Ext()] != nil && f.Ext() != ".html" {
			sample = append(sample, f)
		}
	}
	return p.each(ctx, sample, func(ctx context.Context, f File) error {
		x, err := p.Get(ctx, f.Target, Subresource(f.Dest))
		if err != nil || x.Response.Status != http.StatusOK {
			return err
		}
		got := "Content-Type: " + x.Response.Header.Get("Content-Type")
		want := typesOf[f.Ext()]
		if f.Target == "/" {
			want = typesOf[".html"]
		}
		if !slices.Contains(want, mediaType(x)) {
			p.Reportf(x, "Content-Type: "+want[0], got, "%s has the wrong type", f.Target)
			return nil
		}
		if want[0] == "text/html" && !p.isUTF8(x) {
			p.Reportf(
				x,
				"Content-Type: text/html; charset=utf-8, or <meta charset=utf-8> in the first 1024 bytes",
				got,
				"the page does not say that it is UTF-8",
			)
		}
		return nil
	})
}

// isUTF8 reports whether the page names UTF-8 where the HTML standard looks: in
// Content-Type, else in a byte order mark or a meta element near its start.
func (p *Pass) isUTF8(x *Exchange) bool {
	if _, params, err := mime.ParseMediaType(x.Response.Header.Get("Content-Type")); err == nil &&
		params["charset"] != "" {
		return strings.EqualFold(params["charset"], "utf-8")
	}
	body, err := p.Content(x)
	if err != nil {
		return false
	}
	if bytes.HasPrefix(body, []byte("\xef\xbb\xbf")) {
		return true
	}
	return slices.ContainsFunc(readTags(body[:min(1024, len(body))]), func(t tag) bool {
		return t.name == "meta" && (strings.EqualFold(t.attr["charset"], "utf-8") ||
			strings.Contains(strings.ToLower(t.attr["content"]), "charset=utf-8"))
	})
}
