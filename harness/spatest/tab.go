package spatest

import (
	"context"
	"errors"
)

// Browser opens pages as people's browsers do. The package
// spabench/harness/chromium has one. It runs on this machine. Its method is
// called from several goroutines.
type Browser interface {
	// Open opens a tab with a profile of its own: no cookies, no cache, no
	// service worker.
	Open(ctx context.Context) (Tab, error)
}

// ErrNoPage: what the server answered is nothing that the browser shows as a
// page, such as a download or a body that cannot be decoded. That the server
// cannot be reached, or not trusted, is another error.
var ErrNoPage = errors.New("the browser shows no page")

// Tab is a tab of a browser. Close is always called, and may be twice. Where a method loads a
// page, it returns when the page has come to rest, as Settle does. Each method is
// bounded in time, whatever the page does.
type Tab interface {
	// Prepare makes every page that is loaded from now on run a script before
	// its own.
	Prepare(ctx context.Context, script string) error

	Navigate(ctx context.Context, url string) error // as if typed into the address bar
	Reload(ctx context.Context) error
	Back(ctx context.Context) error // asks the server: no page is kept in memory
	Forward(ctx context.Context) error

	// Settle returns when the page is loaded and has asked for nothing for a
	// moment, or when it has not come to rest after some seconds.
	Settle(ctx context.Context) error

	// Evaluate runs a script in the page, awaits its promise if it is one, and
	// decodes its value, as JSON, into out; nil for a value that is not wanted.
	Evaluate(ctx context.Context, script string, out any) error

	// Problems are what the console shows as errors since the tab was opened.
	Problems() []Problem
	// Loads are the responses received, and the requests that failed, since the
	// tab was opened, in order. Of a redirect each response is one.
	Loads() []Load

	Close() error
}

// Problem is an error that the console shows.
type Problem struct {
	Source ProblemSource
	Text   string
	URL    string // of what it is about, or of the script that wrote it; may be empty
}

// ProblemSource says who complains.
type ProblemSource string

const (
	FromApp      ProblemSource = "app"      // console.error, or an exception that nobody caught
	FromNetwork  ProblemSource = "network"  // the browser: a resource did not load
	FromSecurity ProblemSource = "security" // the browser: a policy refuses something
	FromBrowser  ProblemSource = "browser"  // the browser: anything else, such as a script with a wrong type
)

// Load is one response that a tab received, or one request that failed.
type Load struct {
	URL    string
	Status int    // 0: no response
	Type   string // media type
	Dest   string // what asked for it: document (the tab), iframe, script, style, image, font, manifest, fetch, other
	Failed string // why it was not used, such as net::ERR_ABORTED, or BlockedByPolicy; empty: it was
}

// Values of Load.Failed that checks know.
const (
	BlockedByPolicy = "blocked: csp"             // the page's Content-Security-Policy refuses it
	NetworkChanged  = "net::ERR_NETWORK_CHANGED" // of the machine, not of the server; errors of a Tab hold it, too
)
