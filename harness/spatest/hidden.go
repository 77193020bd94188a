package spatest

import (
	"bytes"
	"context"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

func hiddenChecks() []Check {
	return []Check{
		{
			Name: "security-dotfiles", Group: "security", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://expressjs.com/en/resources/middleware/serve-static.html#dotfiles",
			Doc: `dotfiles are not served, except those under /.well-known/

Keys, repositories and build manifests get into a folder through a careless copy, and
scanners ask every host for them. Any refusal is legal, and so is the page.`,
			Run: checkDotfiles,
		},
		{
			Name: "security-dotfiles-not-page", Group: "security", Level: Should,
			DependsOn: []string{"security-dotfiles"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.5",
			Doc: `a path that names a dotfile is refused, not answered with the page

A scanner that gets 200 for /.git/config or /.env reports a leak, and somebody has
to find out that there is none. No route begins with a dot.`,
			Run: checkDotfilesNotPage,
		},
		{
			Name: "security-no-listing", Group: "security", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://cwe.mitre.org/data/definitions/548.html",
			Doc: `no directory is listed

A listing shows what nobody links to: source maps, backups, the next release. Listings
have also been open to script injection through file names. 403, 404, a redirect and
the page are legal.`,
			Run: checkNoListing,
		},
	}
}

// dotfiles are what scanners ask for.
var dotfiles = []string{
	"/.env", "/.env.local", "/.env.production", "/.git/config", "/.git/HEAD", "/.DS_Store",
	"/.htpasswd", "/.npmrc", "/.aws/credentials", "/.vite/manifest.json",
}

// maxDotfiles of a build are asked for.
const maxDotfiles = 20

// buildDotfiles lists targets of dotfiles of the build that are not empty.
func buildDotfiles(dist fs.FS) ([]string, error) {
	var targets []string
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || len(targets) == maxDotfiles {
			return err
		}
		dotted := slices.ContainsFunc(strings.Split(name, "/"), func(segment string) bool {
			return strings.HasPrefix(segment, ".") && segment != ".well-known"
		})
		if info, err := d.Info(); dotted && err == nil && info.Size() > 0 {
			targets = append(targets, fileTarget(name))
		}
		return nil
	})
	return targets, err
}

func checkDotfiles(ctx context.Context, p *Pass) error {
	targets := append(slices.Clone(dotfiles), p.assets()+"/.env")
	if p.Target.Dist != nil {
		known, err := buildDotfiles(p.Target.Dist)
		if err != nil {
			return err
		}
		targets = append(targets, known...)
	}
	slices.Sort(targets)
	return p.each(ctx, probes(slices.Compact(targets)), func(ctx context.Context, f File) error {
		x, err := p.probe(ctx, f.Target, Subresource("empty"))
		if refusedByClosing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		switch what := p.leak(x); {
		case what != "":
			p.Reportf(x, "403 or 404 (any 4xx)", "", "a dotfile is served: the response holds %s", what)
		case x.Response.Status/100 == 2 && x.Response.Size > 0 && !p.Resembles(x):
			p.Reportf(x, "403 or 404 (any 4xx)", "", "a dotfile is served")
		}
		return nil
	})
}

func checkDotfilesNotPage(ctx context.Context, p *Pass) error {
	for _, target := range dotfiles {
		for _, header := range [][]Field{Subresource("empty"), Navigation} {
			x, err := p.probe(ctx, target, header)
			if refusedByClosing(err) {
				continue
			}
			if err != nil {
				return err
			}
			if p.Resembles(x) && x.Response.Status/100 == 2 {
				p.Reportf(x, "403 or 404 (any 4xx)", "", "a path that names a dotfile gets the page")
				break
			}
		}
	}
	return nil
}

func checkNoListing(ctx context.Context, p *Pass) error {
	dirs := p.bareDirectories()
	if len(dirs) == 0 {
		return skipf("no directory without an index is known")
	}
	var targets []string
	for dir := range dirs {
		targets = append(targets, dir, dir+"/", dir+"/?C=M;O=A", dir+"/?format=json")
	}
	slices.Sort(targets)
	return p.each(ctx, probes(targets), func(ctx context.Context, f File) error {
		x, err := p.probe(ctx, f.Target, Navigation)
		if refusedByClosing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if x, err = p.follow(ctx, x, Navigation); err != nil {
			return err
		}
		dir, _, _ := strings.Cut(f.Target, "?")
		if name := p.listed(x, dirs[strings.TrimSuffix(dir, "/")]); name != "" {
			p.Reportf(x, "403 or 404, or the page", "", "a directory is listed: the response names %s", name)
		}
		return nil
	})
}

// maxDirectories are asked for a listing.
const maxDirectories = 5

// bareDirectories maps directories without an index, and without a slash at
// their end, to the names of known files in them.
func (p *Pass) bareDirectories() map[string][]string {
	dirs, indexed := map[string][]string{}, map[string]bool{}
	for _, f := range p.site.files {
		target, _, _ := strings.Cut(f.Target, "?")
		dir, name := path.Split(target)
		dir = strings.TrimSuffix(dir, "/")
		if name == "" {
			indexed[dir] = true
		} else if dir != "" && (len(dirs) < maxDirectories || dirs[dir] != nil) {
			dirs[dir] = append(dirs[dir], name)
		}
	}
	for dir := range indexed {
		delete(dirs, dir)
	}
	return dirs
}

// listingMark is what listings have and pages that show pictures do not: their
// title, a list of bare links (Go), or a link to the directory above.
var listingMark = regexp.MustCompile(
	`(?i)<(title|h1)>\s*(index of|directory listing|listing|files within|directory:)|` +
		`<pre>\s*<a href=|href=["']?\.\./?["' >]`,
)

// listed is a name of a file that the response lists, or nothing. A page of the
// build may name files without being a listing.
func (p *Pass) listed(x *Exchange, names []string) string {
	body, err := p.Content(x)
	if err != nil || x.Response.Status/100 != 2 || p.Resembles(x) || p.isBuildPage(body) {
		return ""
	}
	if p.Target.Dist == nil && !isJSON(x) && mediaType(x) == "text/html" && !listingMark.Match(body) {
		return ""
	}
	if i := slices.IndexFunc(names, func(name string) bool { return bytes.Contains(body, []byte(name)) }); i >= 0 {
		return names[i]
	}
	return ""
}

// isBuildPage: body is one of the build's HTML files.
func (p *Pass) isBuildPage(body []byte) bool {
	return slices.ContainsFunc(p.site.files, func(f File) bool {
		if p.Target.Dist == nil || path.Ext(f.Name) != ".html" {
			return false
		}
		page, err := fs.ReadFile(p.Target.Dist, f.Name)
		return err == nil && bytes.Equal(page, body)
	})
}
