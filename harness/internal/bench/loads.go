package bench

import (
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

const (
	// entryScript stands for the request target of the script that the page loads first: only the build knows the names
	// of hashed files.
	entryScript = "{entry script}"

	// absentAsset is a request target for which no build has a file.
	absentAsset = "/assets/absent-00000000.js"

	// browserCodings are the content codings that browsers accept, as far as the build has them.
	browserCodings = "gzip, br"
)

// loads are requested from every variant alike, at rates that the slowest one sustains on one core with headroom. So
// latency is compared at the same rate, and what a faster server could do beyond it shows in its CPU time per request.
//
// The headline and the A/A control use the first four, to which the baseline has a response, too, except for the asset.
// Then come requests to the file server itself, visits as browsers make them, in each content coding, and the rest of
// what an app does in a day.
func loads(duration time.Duration) []record.Load {
	const direct = "the same, asked of the container that has the files, where a proxy stands before it"
	withDefaults := func(l record.Load) record.Load {
		l.Warmup, l.Connections = 100*time.Millisecond, 16
		if l.Duration == 0 {
			l.Duration = duration / 2
		}
		if l.Coding == "" {
			l.Coding = "gzip"
		}
		return l
	}
	firstVisit := func(name, coding string, tenths time.Duration) record.Load {
		return record.Load{
			Name: name, Path: "/", Coding: coding, Visit: record.FirstVisit, Rate: 25, Once: true,
			Duration: duration * tenths / 10,
			Doc:      "the page and all that it loads, on new connections",
		}
	}
	all := []record.Load{
		{Name: "page", Path: "/", Rate: 1000, Duration: duration, Doc: "the page, opened at its root"},
		{Name: "deep-link", Path: "/books/42", Rate: 1000, Doc: "the page, opened at a client-side route"},
		{Name: "asset", Path: entryScript, Rate: 1000, Doc: "the script that the page loads first"},
		{Name: "api", Path: rig.APITarget, Rate: 300, Doc: "the first screen's data"},

		// The proxy changes requests on their way, so the file server's own cost is compared without it.
		{Name: "page-direct", Path: "/", Rate: 1000, Container: "frontend", Doc: direct},
		{Name: "deep-link-direct", Path: "/books/42", Rate: 1000, Container: "frontend", Doc: direct},

		firstVisit("visit", browserCodings, 7),
		firstVisit("visit-identity", "identity", 3),
		firstVisit("visit-gzip", "gzip", 3),
		firstVisit("visit-br", "br", 3),
		{
			Name: "revisit", Path: "/", Coding: browserCodings, Visit: record.RepeatVisit, Rate: 300, Once: true,
			Duration: duration * 3 / 10,
			Doc:      "the page again, and what of it is not fresh, under conditions",
		},
		{
			Name: "absent", Path: absentAsset, Rate: 500, Once: true, Duration: duration * 3 / 10,
			Doc: "an asset that no build has",
		},

		// This one changes the list of books, so it comes last.
		{
			Name: "api-write", Path: "/api/books", Method: "POST", Content: rig.NewBook, Coding: "identity", Rate: 100,
			Once: true, Duration: duration * 3 / 10, Doc: "a book is added",
		},
	}
	for i := range all {
		all[i] = withDefaults(all[i])
	}
	return all
}

// baselineAnswers reports whether the null server has a response to the load: it has the page, and constants for API
// calls.
func baselineAnswers(l record.Load) bool {
	return l.Visit == "" && l.Method == "" && l.Container == "" && l.Path != entryScript && l.Path != absentAsset
}
