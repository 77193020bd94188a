package spatest

import (
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"slices"
	"strings"
)

func checkDirectoryCollision(ctx context.Context, p *Pass) error {
	if err := p.needsCatchAll(); err != nil {
		return err
	}
	dir, reserved := p.bareDirectory()
	if dir == "" {
		return skipf("the build has no directory without an index")
	}
	x, err := p.Get(ctx, dir, Navigation)
	if err != nil {
		return err
	}
	end, err := p.follow(ctx, x, Navigation)
	if err != nil {
		return err
	}
	switch to := p.location(x); {
	case p.IsPage(end):
	case to != nil && !p.stays(to):
		p.Reportf(x, thePage, "", "a route named like a directory is redirected to another origin")
	case reserved && end.Response.Status == http.StatusNotFound:
		p.Notef("%s is reserved for assets: 404", dir)
	default:
		p.Reportf(end, thePage, "", "a route named like a directory (%s) does not get the page", dir)
	}
	return nil
}

// bareDirectory is a directory without an index, one without hashed files if
// there is one: the asset directory may be reserved.
func (p *Pass) bareDirectory() (dir string, reserved bool) {
	for _, f := range p.site.files {
		first, ok := firstSegment(f.Target)
		if !ok || first == p.site.assetDir || first == "/.well-known" ||
			strings.HasPrefix(first, p.Target.apiPrefix()) {
			continue
		}
		if p.Target.Dist != nil {
			name, _, _ := strings.Cut(f.Name, "/")
			if _, exists := p.file(name + "/index.html"); exists {
				continue
			}
		}
		return first, false
	}
	return p.site.assetDir, true
}

func checkIndexCanonical(ctx context.Context, p *Pass) error {
	x, err := p.Get(ctx, "/index.html", Navigation)
	if err != nil {
		return err
	}
	end, err := p.follow(ctx, x, Navigation)
	if err != nil {
		return err
	}
	if !p.IsPage(end) {
		p.Reportf(end, "200 and the page, at once or behind one redirect to /", "", "/index.html does not get the page")
	}
	const made = "/users/index.html"
	if _, exists := p.file("users/index.html"); exists {
		return nil
	}
	if x, err = p.Get(ctx, made, Navigation); err != nil {
		return err
	}
	if end, err = p.follow(ctx, x, Navigation); err != nil {
		return err
	}
	if !p.IsPage(end) && end.Response.Status != http.StatusNotFound {
		p.Reportf(
			end,
			"the page or 404, at once or behind one redirect",
			"",
			"the index of a directory that does not exist loses the app",
		)
	}
	return nil
}

func checkRealFileWins(ctx context.Context, p *Pass) error {
	files := p.realFiles()
	if len(files) == 0 {
		return skipf("no file of the build is known: the page refers to none")
	}
	for _, f := range files {
		x, err := p.Get(ctx, f.Target, Navigation)
		if err != nil {
			return err
		}
		if strings.HasSuffix(f.Target, "/") {
			if x, err = p.follow(ctx, x, Navigation); err != nil {
				return err
			}
		}
		body, err := p.Content(x)
		if err != nil {
			return err
		}
		if p.Target.Dist == nil {
			if p.Resembles(x) {
				p.Reportf(x, "the file", "", "an existing file is answered with the page")
			}
			continue
		}
		want, err := fs.ReadFile(p.Target.Dist, f.Name)
		if err != nil {
			return err
		}
		if x.Response.Status != http.StatusOK || !bytes.Equal(body, want) && !p.isConfigured(f, want, body) {
			p.Reportf(x, "200 and the bytes of "+f.Name, "", "an existing file is not served to a navigation")
		}
	}
	return nil
}

// realFiles are some files to open in the address bar: indexes of directories,
// and files at the root that are not empty.
func (p *Pass) realFiles() []File {
	if p.Target.Dist == nil {
		return p.site.files[:min(3, len(p.site.files))]
	}
	var indexes, rest []File
	for _, f := range p.site.files {
		switch {
		case f.Target == "/":
		case strings.HasSuffix(f.Target, "/"):
			indexes = append(indexes, f)
		case !strings.Contains(f.Name, "/") && f.Ext() != ".html":
			if info, err := fs.Stat(p.Target.Dist, f.Name); err == nil && info.Size() > 0 {
				rest = append(rest, f)
			}
		}
	}
	return append(indexes[:min(3, len(indexes))], rest[:min(3, len(rest))]...)
}

// file finds a file of the build by its name in Dist.
func (p *Pass) file(name string) (File, bool) {
	i := slices.IndexFunc(p.site.files, func(f File) bool { return f.Name == name })
	if i < 0 {
		return File{}, false
	}
	return p.site.files[i], true
}
