package project

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// copied matches what a Dockerfile copies out of its context: the sources and the destination.
var copied = regexp.MustCompile(`(?im)^[ \t]*(?:COPY|ADD)[ \t]+((?:--[^ \t]+[ \t]+)*)([^\[\n]+)$`)

// needsProject reports whether a Dockerfile in a folder of the project seems to have the whole project as its context,
// and not its own folder: what it copies is there, or its folder has nothing else.
func needsProject(folder fs.FS, file, text string) bool {
	own := path.Dir(file)
	for _, m := range copied.FindAllStringSubmatch(text, -1) {
		if strings.Contains(m[1], "--from") {
			continue // of another stage or image
		}
		words := strings.Fields(m[2])
		for _, source := range words[:len(words)-1] {
			source = strings.TrimLeft(path.Clean(source), "/")
			if strings.ContainsAny(source, "*?[$:") || source == "." || source == "" {
				continue // it may be anywhere
			}
			if _, err := fs.Stat(folder, path.Join(own, source)); err == nil {
				return false
			}
			if _, err := fs.Stat(folder, source); err == nil {
				return true
			}
		}
	}
	entries, err := fs.ReadDir(folder, own)
	return err != nil || len(entries) == 1
}
