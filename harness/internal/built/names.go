package built

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/module"
)

// unservable says why no server here can serve a file of that name, or "".
func unservable(name string) string {
	switch {
	case !utf8.ValidString(name):
		return "is not UTF-8, and URLs are"
	case strings.ContainsFunc(name, unicode.IsControl):
		return "has a control character"
	case strings.Contains(name, `\`):
		return "has a backslash, which browsers take for a slash"
	}
	return ""
}

// embeddable reports whether go:embed takes a file of that name: it silently leaves out what could not be in a module
// (https://go.dev/issue/42328), and a folder that is a module of its own.
func embeddable(name string) bool {
	segments := strings.Split(name, "/")
	return segments[len(segments)-1] != "go.mod" && !slices.ContainsFunc(segments, func(segment string) bool {
		return module.CheckFilePath(segment) != nil || slices.Contains([]string{".bzr", ".hg", ".git", ".svn"}, segment)
	})
}

// hidden reports whether servers must refuse a file, because a part of its path begins with a dot.
func hidden(name string) bool {
	return slices.ContainsFunc(strings.Split(name, "/"), func(segment string) bool {
		return strings.HasPrefix(segment, ".") && segment != ".well-known"
	})
}

// isSource reports whether a file or a folder belongs to a project, and not to what its build writes.
func isSource(name string) bool {
	sources := []string{".tsx", ".jsx", ".vue", ".svelte"} // .ts may be a part of a film
	return slices.Contains([]string{"package.json", "main.ts"}, name) || path.Base(name) == "node_modules" ||
		slices.Contains(sources, path.Ext(name))
}

// textTypes are the extensions of what variants/spa/scripts/finish.mjs compresses.
var textTypes = []string{".html", ".js", ".mjs", ".css", ".svg", ".json", ".webmanifest", ".txt", ".xml", ".wasm"}

// wasmFloor is the size in bytes below which a compiled module has nothing to give.
const wasmFloor = 1024

// worthCompressing reports whether a file gets compressed copies beside it.
func worthCompressing(name string, size int64) bool {
	ext := path.Ext(name)
	return slices.Contains(textTypes, ext) && (ext != ".wasm" || size >= wasmFloor)
}

// negotiated reports whether all servers here choose between a file of that name and its compressed copies.
func negotiated(name string) bool {
	return slices.Contains(append([]string{".map", ".md"}, textTypes...), path.Ext(name))
}

// original is the name of the file of which name would be a copy in a content coding.
func original(name string) (of, coding string) {
	for _, s := range []struct{ ending, coding string }{{".gz", "gzip"}, {".br", "br"}, {".zst", "zstd"}} {
		if of, ok := strings.CutSuffix(name, s.ending); ok {
			return of, s.coding
		}
	}
	return "", ""
}
