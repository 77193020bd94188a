package built

import (
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
)

// Visit lists the files of a build that a first visit is sure to request, in waves, each when the one before is there:
// the page; what it names; what the scripts and style sheets among that import by name; and so on. What an app loads
// once it runs is not known here.
func Visit(dist fs.FS) ([][]string, error) {
	page, err := fs.ReadFile(dist, "index.html")
	if err != nil {
		return nil, fmt.Errorf("read the build: %w", err)
	}
	waves, seen := [][]string{{"index.html"}}, map[string]bool{"index.html": true}
	next := ReadPage(page, HasFile(dist)).Loads
	for len(next) > 0 {
		var wave []string
		for _, name := range next {
			if !seen[name] {
				seen[name] = true
				wave = append(wave, name)
			}
		}
		next = nil
		for _, name := range wave {
			names, err := imports(dist, name)
			if err != nil {
				return nil, fmt.Errorf("read the build: %w", err)
			}
			next = append(next, names...)
		}
		if len(wave) > 0 {
			waves = append(waves, wave)
		}
	}
	return waves, nil
}

// HasFile reports whether a build has a regular file of that name.
func HasFile(dist fs.FS) func(name string) bool {
	return func(name string) bool {
		info, err := fs.Stat(dist, name)
		return err == nil && info.Mode().IsRegular()
	}
}

// Static imports, as bundlers write them. What only looks like one is told by the file that it names, which must exist.
var (
	scriptImport = regexp.MustCompile(`\b(?:import|from)\s*["']([^"'\n]+\.m?js)["']`)
	styleImport  = regexp.MustCompile(`@import\s+(?:url\()?\s*["']?([^"')\s;]+)`)
)

// imports are the files of the build that a script or a style sheet imports.
func imports(dist fs.FS, name string) ([]string, error) {
	var pattern *regexp.Regexp
	switch path.Ext(name) {
	case ".js", ".mjs":
		pattern = scriptImport
	case ".css":
		pattern = styleImport
	default:
		return nil, nil
	}
	text, err := fs.ReadFile(dist, name)
	if err != nil {
		return nil, err
	}
	var names []string
	base := &url.URL{Path: "/" + name}
	for _, m := range pattern.FindAllSubmatch(text, -1) {
		imported, own := fileOf(base, string(m[1]))
		if own && HasFile(dist)(imported) && !slices.Contains(names, imported) {
			names = append(names, imported)
		}
	}
	return names, nil
}
