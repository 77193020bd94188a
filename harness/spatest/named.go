package spatest

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
)

// Bounds of what is looked into and asked for when files are discovered.
const (
	maxLooked     = 8
	maxNamedFiles = 24
)

// fileName is the name of a file as scripts and style sheets write it: in quotes, or in url().
var fileName = regexp.MustCompile("[\"'`(]([A-Za-z0-9_./~@%+-]+\\." +
	"(?:m?js|css|wasm|json|svg|png|jpe?g|gif|webp|avif|ico|woff2?|ttf|webmanifest))[\"'`)?#]")

// namedFiles are files that the page's scripts and style sheets name, and that are there: a
// chunk, a worker, a font. A name that is not is a text like any other.
func (p *Pass) namedFiles(ctx context.Context) []File {
	var found []File
	known := func(target string) bool {
		same := func(f File) bool { return f.Target == target }
		return slices.ContainsFunc(p.site.files, same) || slices.ContainsFunc(found, same)
	}
	looked := p.filesWhere(func(f File) bool { return f.Dest == "script" || f.Dest == "style" })
	asked := map[string]bool{}
	for _, f := range looked[:min(len(looked), maxLooked)] {
		x, err := p.Get(ctx, f.Target, Subresource(f.Dest))
		if err != nil || !isOK(x) {
			continue // checks will say so
		}
		body, err := p.Content(x)
		if err != nil {
			continue
		}
		for _, match := range fileName.FindAllSubmatch(body, -1) {
			for _, target := range p.named(f, string(match[1])) {
				if asked[target] || known(target) || len(asked) == maxNamedFiles {
					continue
				}
				asked[target] = true
				file := File{Target: target, Dest: destOf(target), Hashed: hashed(target)}
				x, err := p.Get(ctx, target, Subresource(file.Dest))
				if err == nil && x.Response.Status == http.StatusOK && !p.Resembles(x) && mediaType(x) != "text/html" {
					found = append(found, file)
				}
			}
		}
	}
	return found
}

// named are the request targets that a name in a file may mean: bundlers write it from the
// file that has it, or from where the app is.
func (p *Pass) named(in File, name string) []string {
	reference, err := url.Parse(name)
	if err != nil {
		return nil
	}
	var targets []string
	for _, base := range []*url.URL{p.url(in.Target), p.url("/")} {
		if target := p.inApp(base.ResolveReference(reference)); target != "" && !slices.Contains(targets, target) {
			targets = append(targets, target)
		}
		if in.Dest == "style" || name[0] == '/' || name[0] == '.' {
			break // from there, and from nowhere else
		}
	}
	return targets
}
