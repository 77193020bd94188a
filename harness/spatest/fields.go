package spatest

import (
	"slices"

	"spabench/harness/internal/browser"
)

// The header fields of the requests that browsers make.
var (
	// Navigation is sent when the user opens a URL.
	Navigation = Subresource("document")
	// PlainNavigation is the same without Fetch Metadata, which browsers send to
	// trustworthy origins only, and old ones never.
	PlainNavigation = slices.Clip(Navigation[:1])
	// Script is sent when a page loads a script.
	Script = Subresource("script")
	// ServiceWorker is sent when a browser installs or updates a service worker.
	ServiceWorker = Subresource("serviceworker")
	// JSON is sent by what asks an API, which need not be a browser.
	JSON = []Field{{"Accept", "application/json"}}
)

// Subresource is what a page sends for a reference of this destination.
func Subresource(dest string) []Field {
	var fields []Field
	for _, f := range browser.Fields(dest) {
		fields = append(fields, Field(f))
	}
	return slices.Clip(fields)
}
