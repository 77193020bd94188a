package spatest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"slices"
	"spabench/harness/internal/rawhttp"
	"strings"
	"sync"
)

func assetsChecks() []Check {
	return []Check{
		{
			Name: "assets-missing-404", Group: "assets", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://vite.dev/guide/build.html#load-error-handling",
			Doc: `a missing hashed asset gets a 404, never the page

After a deploy, old tabs ask for chunks that are gone. Answered with the page,
they fail with "Unexpected token '<'", and caches keep HTML under the script's name.`,
			Run: checkMissingAsset,
		},
		{
			Name: "assets-missing-root-file-404", Group: "assets", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.5",
			Doc: `a missing file outside the assets folder is also refused when a page loads it as a subresource

Icons, data and scripts at the root are requested by name. The page in their place
is a broken image, or JSON that begins with "<". Any 4xx will do; a browser that
navigates there may get the page.`,
			Run: checkMissingRootFile,
		},
		{
			Name: "assets-js-mime", Group: "assets", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://mimesniff.spec.whatwg.org/#javascript-mime-type",
			Doc: `scripts and modules have a JavaScript MIME type

Browsers refuse to run a module of any other type: the page stays blank.`,
			Run: checkScriptType,
		},
		{
			Name: "assets-type-map", Group: "assets", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://mimesniff.spec.whatwg.org/#mime-type-groups",
			Doc: `style sheets, WebAssembly, SVG, fonts, manifests and HTML have the right media type, and HTML declares ` +
				`its encoding

With a wrong type, a style sheet is refused under nosniff, WebAssembly cannot be
compiled while it streams, and an SVG is not shown; without an encoding, text is
garbled.`,
			Run: checkTypes,
		},
		{
			Name: "assets-bytes-exact", Group: "assets", Level: Must,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureDist},
			Spec: "https://www.rfc-editor.org/rfc/rfc9110.html#section-8.6",
			Doc: `every file of the build is served byte for byte, plain and compressed, with the correct length

A truncated script, a stale compressed copy, or a text rewritten by a filter
breaks the app for some users only, and its integrity hashes for all.`,
			Run: checkBytes,
		},
		{
			Name: "assets-name-encoding", Group: "assets", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc3986.html#section-2.4",
			Doc: `every percent-encoded spelling of a file's name gets the file, and names are decoded exactly once

Proxies and libraries encode more than they must, or in lower case: those URLs are
equivalent. A server that decodes twice serves a file under names it does not
have, past the rules for the name it has. A redirect to the usual spelling is legal.`,
			Run: checkNameEncoding,
		},
		{
			Name: "assets-file-as-dir", Group: "assets", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.5",
			Doc: `a file's name followed by a slash, or by more, gets neither the file nor the page when a page loads it ` +
				`as a subresource

There is no such file. A refusal reveals a wrong URL at once, and keeps caches from
filling with copies under made-up names. A redirect to the file is legal.`,
			Run: checkFileAsDir,
		},
		{
			Name: "assets-well-known", Group: "assets", Level: Must,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureRoot},
			Spec: "https://w3c.github.io/webappsec-change-password-url/response-code-reliability.html",
			Doc: `what exists under /.well-known/ is served, and what does not is refused

Password managers, app links and certificate authorities probe it. A page in
place of a 404 tells them that everything is supported.`,
			Run: checkWellKnown,
		},
	}
}

func checkMissingAsset(ctx context.Context, p *Pass) error {
	dir := p.site.assetDir
	for _, missing := range []struct{ method, name, dest string }{
		{http.MethodGet, "index-DEADBEEF.js", "script"},
		{http.MethodHead, "index-DEADBEEF.js", "script"},
		{http.MethodGet, "index-DEADBEEF.css", "style"},
		{http.MethodGet, "index-DEADBEEF.js.map", "empty"},
	} {
		x, err := p.Do(
			ctx,
			Request{Method: missing.method, Target: dir + "/" + missing.name, Header: Subresource(missing.dest)},
		)
		if err != nil {
			return err
		}
		if !isMissing(x) || p.Resembles(x) {
			p.Reportf(x, "404, and not the page", "", "a missing asset does not get a 404")
		}
	}
	return nil
}

// isMissing: 410 is a 404 that will last (RFC 9110, section 15.5.11).
func isMissing(x *Exchange) bool {
	return x.Response.Status == http.StatusNotFound || x.Response.Status == http.StatusGone
}

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
	".woff2":       {"font/woff2"},
	".webmanifest": {"application/manifest+json", "application/json"},
	".html":        {"text/html"},
}

func checkTypes(ctx context.Context, p *Pass) error {
	sample := []File{{Target: "/", Name: "index.html", Dest: "document"}}
	for _, f := range onePerExtension(p.site.files) {
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

func checkBytes(ctx context.Context, p *Pass) error {
	codings := slices.Concat([]string{"", "gzip"}, slices.Sorted(maps.Keys(p.Target.Decoders)))
	var mu sync.Mutex
	undecided := map[string]int{}
	err := p.each(ctx, p.site.files, func(ctx context.Context, f File) error {
		want, err := fs.ReadFile(p.Target.Dist, f.Name)
		if err != nil {
			return err
		}
		for _, coding := range codings {
			coded, err := p.compare(ctx, f, want, coding)
			if errors.Is(err, errCoding) {
				mu.Lock()
				undecided[coded]++
				mu.Unlock()
			} else if err != nil {
				return err
			}
		}
		return nil
	})
	for coding, n := range undecided {
		p.Notef("%d responses in %s were not compared, because there is no decoder for them", n, coding)
	}
	return err
}

// compare asks for a file in one coding ("" for none) and reports what differs
// from the build. It returns the coding of the response.
func (p *Pass) compare(ctx context.Context, f File, want []byte, coding string) (string, error) {
	header := Subresource(f.Dest)
	if coding != "" {
		header = append(header, Field{"Accept-Encoding", coding})
	}
	x, err := p.Do(ctx, Request{Target: f.Target, Header: header, maxBody: int64(len(want)) + rawhttp.DefaultMaxBody})
	if err != nil {
		return "", err
	}
	// Hosts that drop .html from URLs redirect to where the file is.
	if path.Ext(f.Name) == ".html" {
		if x, err = p.follow(ctx, x, header); err != nil {
			return "", err
		}
	}
	if x.Response.Status != http.StatusOK {
		p.Reportf(x, "200 and the bytes of "+f.Name, "", "a file of the build is not served")
		return "", nil
	}
	if x.Response.Broken != "" || x.Response.Extra > 0 {
		p.Reportf(x, "as many bytes as the response announces", "", "the length of %s is wrong", f.Name)
		return "", nil
	}
	coded := x.Response.Header.Get("Content-Encoding")
	body, err := p.Content(x)
	if errors.Is(err, errCoding) {
		return coded, err
	}
	if err != nil {
		p.Reportf(x, "a body in the coding that Content-Encoding names", err.Error(), "%s cannot be decoded", f.Name)
	} else if !bytes.Equal(body, want) {
		p.Reportf(x, "the bytes of "+f.Name, p.difference(body, want), "a file is not served as it was built")
	}
	return coded, nil
}

// difference says where two bodies part.
func (p *Pass) difference(got, want []byte) string {
	if bytes.Equal(got, p.site.shell) {
		return "the page"
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	return fmt.Sprintf("%d bytes instead of %d, the first difference at byte %d", len(got), len(want), at)
}

func checkWellKnown(ctx context.Context, p *Pass) error {
	for _, f := range p.filesWhere(func(f File) bool { return strings.HasPrefix(f.Target, "/.well-known/") }) {
		x, err := p.Get(ctx, f.Target, Subresource("empty"))
		if err != nil {
			return err
		}
		if x.Response.Status != http.StatusOK || p.Resembles(x) {
			p.Reportf(x, "200 and the file", "", "a file under /.well-known/ is not served")
		}
	}
	const absent = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200"
	x, err := p.Get(ctx, absent, Subresource("empty"))
	if err != nil {
		return err
	}
	// Probes follow redirects.
	if x, err = p.follow(ctx, x, Subresource("empty")); err != nil {
		return err
	}
	if x.Response.Status/100 != 4 || p.Resembles(x) {
		p.Reportf(x, "404 (any 4xx), and not the page", "", "a missing file under /.well-known/ is not refused")
	}
	return nil
}
