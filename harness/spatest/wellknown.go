package spatest

import (
	"context"
	"net/http"
	"path"
	"slices"
	"strings"
)

func wellKnownChecks() []Check {
	return []Check{
		{
			Name: "assets-well-known-404", Group: "assets", Level: Should,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureRoot},
			Spec: "https://w3c.github.io/webappsec-change-password-url/response-code-reliability.html",
			Doc: `what does not exist under /.well-known/ is refused

Password managers, app links and certificate authorities probe it. A page in
place of a 404 tells them that everything is supported.`,
			Run: checkWellKnownMissing,
		},
		{
			Name: "assets-well-known-type", Group: "assets", Level: Should,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureRoot},
			Spec: "https://developer.apple.com/documentation/xcode/supporting-associated-domains",
			Doc: `the files under /.well-known/ that are JSON are sent as JSON, and security.txt as text/plain

Their names often have no extension by which a server could tell: apple-app-site-association and
openid-configuration come as application/octet-stream, and phones and libraries ignore them.`,
			Run: checkWellKnownType,
		},
	}
}

func (p *Pass) wellKnownFiles() []File {
	return p.filesWhere(func(f File) bool { return strings.HasPrefix(f.Target, "/.well-known/") })
}

func checkWellKnown(ctx context.Context, p *Pass) error {
	for _, f := range p.wellKnownFiles() {
		for _, header := range [][]Field{Subresource("empty"), {{"Accept", "*/*"}}, nil} {
			x, err := p.Get(ctx, f.Target, header)
			if err != nil {
				return err
			}
			if x.Response.Status != http.StatusOK || p.Resembles(x) {
				p.Reportf(x, "200 and the file", "", "a file under /.well-known/ is not served")
			}
		}
	}
	return nil
}

func checkWellKnownMissing(ctx context.Context, p *Pass) error {
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

// wellKnownJSON are registered names of JSON without an extension.
var wellKnownJSON = []string{
	"apple-app-site-association", "openid-configuration", "oauth-authorization-server", "oauth-protected-resource",
	"nodeinfo", "passkey-endpoints", "webauthn", "web-identity",
}

// wellKnownTypes are right for a name; nil: the name says nothing.
func wellKnownTypes(name string) []string {
	switch {
	case path.Ext(name) == ".json" || slices.Contains(wellKnownJSON, name):
		return typesOf[".json"]
	case name == "security.txt":
		return typesOf[".txt"]
	}
	return nil
}

func checkWellKnownType(ctx context.Context, p *Pass) error {
	files := p.wellKnownFiles()
	if p.Target.Dist == nil {
		for _, name := range append([]string{"assetlinks.json", "security.txt"}, wellKnownJSON...) {
			files = append(files, File{Target: "/.well-known/" + name})
		}
	}
	typed := 0
	for _, f := range files {
		want := wellKnownTypes(path.Base(f.Target))
		if want == nil {
			continue
		}
		x, err := p.Get(ctx, f.Target, Subresource("empty"))
		if err != nil {
			return err
		}
		if x.Response.Status != http.StatusOK || p.Resembles(x) || mediaType(x) == "text/html" {
			continue // other checks say so
		}
		typed++
		kind := mediaType(x)
		if !slices.Contains(want, kind) && !(want[0] == "application/json" && isJSON(x)) {
			p.Reportf(x, "Content-Type: "+want[0], shown(x, "Content-Type"), "%s has the wrong type", f.Target)
		}
	}
	if typed == 0 {
		return skipf("no file under /.well-known/ is known whose type is")
	}
	return nil
}
