package browser

import "path"

// Destination is what a browser requests a file of a build as: the Fetch Standard's destination.
func Destination(file string) string {
	switch path.Ext(file) {
	case ".html":
		return "document"
	case ".js", ".mjs":
		if file == "sw.js" {
			return "serviceworker"
		}
		return "script"
	case ".css":
		return "style"
	case ".woff2", ".woff", ".ttf", ".otf":
		return "font"
	}
	return "image"
}
