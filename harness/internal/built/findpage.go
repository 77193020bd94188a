package built

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// index is the page of an app.
const index = "index.html"

// findPage returns an error if the folder has no page, which says where there may be one.
func (f *Folder) findPage(files fs.FS) error {
	has := HasFile(files)
	switch {
	case has(index):
		return nil
	case has("200.html"):
		return f.refuse("it has no index.html, but 200.html: let the build name its fallback index.html, as in "+
			"adapter({fallback: '%s'})", index)
	}
	var found []string
	_ = fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		deep := strings.Count(name, "/") > 3
		ofProject := entry != nil && slices.Contains([]string{"node_modules", "src"}, entry.Name())
		if err != nil || entry.IsDir() && (ofProject || deep || name != "." && hidden(name)) {
			return fs.SkipDir
		}
		if entry.Name() == index {
			found = append(found, path.Dir(name))
		}
		return nil
	})
	if len(found) == 0 {
		return f.refuse("it has no index.html: give the folder that the build writes, with the page at its top")
	}
	// The one that is nearest to the top.
	slices.SortStableFunc(found, func(a, b string) int { return strings.Count(a, "/") - strings.Count(b, "/") })
	return f.refuse("it has no index.html, but %s has one: give that folder", path.Join(path.Clean(f.Given), found[0]))
}

// readPage reads what the page refers to, and refuses a build that could not be served at the root of an origin.
func (r *reader) readPage() error {
	f := r.folder
	page, err := r.root.ReadFile(index)
	if err != nil {
		return f.refuse("%w", err)
	}
	f.Page = ReadPage(page, func(name string) bool { return r.names[name] })
	const rebuild = "the strategies serve the app at the root: build it for that (--base=/ of Vite, --base-href=/ of " +
		"Angular, output.publicPath: '/' of webpack, no basePath of Next.js)"
	switch base := f.Page.Base; {
	case base != "" && !slices.Contains([]string{"/", "./", "."}, base):
		return f.refuse("index.html has <base href=%q>, and "+rebuild, base)
	case f.Page.Under != "":
		return f.refuse("index.html loads its files from below %s/, and "+rebuild, f.Page.Under)
	}
	for _, missing := range f.Page.Missing {
		if slices.Contains([]string{".ts", ".tsx", ".jsx", ".vue", ".svelte"}, path.Ext(missing)) {
			return f.refuse("index.html loads %s, which is source: build the app, and give the folder that the build "+
				"writes", missing)
		}
	}
	f.notePage()
	return nil
}

// notePage notes what the strategies cannot do for the page.
func (f *Folder) notePage() {
	note := func(format string, args ...any) { f.Notes = append(f.Notes, fmt.Sprintf(format, args...)) }
	for i, missing := range f.Page.Missing {
		if i == 3 {
			note("index.html refers to %d more files that the folder does not have", len(f.Page.Missing)-i)
			break
		}
		note("index.html refers to %s, which the folder does not have, so that it gets a 404", missing)
	}
	if f.Page.Scripts == 0 {
		note("index.html has no script, so that most checks, which are about apps, cannot be decided")
	}
	if f.Page.Relative {
		note("index.html names its files relative to its own address, and has no <base href=\"/\">: opened at a " +
			"route of more than one segment, it does not find them")
	}
	if slices.ContainsFunc(f.Files, func(file File) bool { return file.Name == "200.html" }) {
		note("200.html is not used: at routes that have no page of their own, the strategies respond with index.html")
	}
	var pages []string
	for _, file := range f.Files {
		if name := file.Name; path.Ext(name) == ".html" && path.Base(name) != index && !isError(name) {
			pages = append(pages, name)
		}
	}
	if len(pages) > 0 {
		clean := strings.TrimSuffix(pages[0], ".html")
		note("pages beside index.html are served under their full names alone: at /%s, the strategies respond not "+
			"with %s, but with index.html", clean, pages[0])
	}
}

// isError reports whether a page is one that hosts serve for what does not exist, and that is nobody's route.
func isError(name string) bool {
	return slices.Contains([]string{"404.html", "200.html", "500.html", "50x.html", "offline.html"}, path.Base(name))
}
