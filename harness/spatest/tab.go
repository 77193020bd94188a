package spatest

import "context"

// Browser opens pages as people's browsers do. The package
// spabench/harness/chromium has one. Its method is called from several
// goroutines.
type Browser interface {
	// Open opens a tab with a profile of its own: no cookies, no cache, no
	// service worker.
	Open(ctx context.Context) (Tab, error)
}

// Tab is a tab of a browser. Close is always called. Where a method loads a
// page, it returns after the load event.
type Tab interface {
	Navigate(ctx context.Context, url string) error // as if typed into the address bar
	Reload(ctx context.Context) error
	Back(ctx context.Context) error
	Forward(ctx context.Context) error

	// Evaluate runs a script in the page, awaits its promise if it is one, and
	// decodes its value, as JSON, into out; nil for a value that is not wanted.
	Evaluate(ctx context.Context, script string, out any) error

	// Problems are what the console shows as errors since the tab was opened:
	// messages, uncaught exceptions, resources that did not load.
	Problems() []string
	// Loads are the responses received since the tab was opened, in order.
	Loads() []Load

	Close() error
}

// Load is one response that a tab received.
type Load struct {
	URL    string
	Status int
	Type   string // media type
	Dest   string // what asked for it: document, script, style, image, font, fetch, other
}
