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

	// deepLinkLoad is the load of a client route. An added server may have others than ours.
	deepLinkLoad = "deep-link"

	// deepLinkOfOurs is a client route of our app.
	deepLinkOfOurs = "/books/42"

	// browserCodings are the content codings that browsers accept, as far as the build has them.
	browserCodings = "gzip, br"
)

// A slice has ten requests or more. First visits come only 25 times in a second, so their slices are longer, and have
// five. The lead-in has one request or more: it wakes what has been idle.
const (
	slice, leadIn           = 100 * time.Millisecond, 10 * time.Millisecond
	visitSlice, visitLeadIn = 200 * time.Millisecond, 40 * time.Millisecond
)

// turns are how many turns an arm has under each kind of load in one round.
type turns struct {
	page    int // the load that the headline is about, and its counterpart asked of the file server
	request int // the other loads that the A/A control has, too
	visit   int // a first visit in the codings of browsers
	once    int // the loads that the A/A control does not have
}

// loads are requested from every variant alike, at rates that the slowest one sustains on one core with headroom. So
// latency is compared at the same rate, and what a faster server could do beyond it shows in its CPU time per request.
//
// The headline and the A/A control use the first four, to which the baseline has a response, too, except for the asset.
// Then come requests to the file server itself, visits as browsers make them, in each content coding, and the rest of
// what an app does in a day.
func loads(n turns) []record.Load {
	const direct = "the same, asked of the container that has the files, where a proxy stands before it"
	once := time.Duration(n.once) * slice
	firstVisit := func(name, coding string, turns int) record.Load {
		return record.Load{
			Name: name, Path: "/", Coding: coding, Visit: record.FirstVisit, Rate: 25, Once: true,
			Slice: visitSlice, LeadIn: visitLeadIn, Duration: time.Duration(turns) * visitSlice,
			Doc: "the page and all that it loads, on new connections",
		}
	}
	page := record.Load{
		Name: "page", Path: "/", Rate: 1000, Duration: time.Duration(n.page) * slice,
		Doc: "the page, opened at its root",
	}
	deepLink := record.Load{
		Name: deepLinkLoad, Path: deepLinkOfOurs, Rate: 1000, Doc: "the page, opened at a client-side route",
	}
	all := []record.Load{
		page, deepLink,
		{Name: "asset", Path: entryScript, Rate: 1000, Doc: "the script that the page loads first"},
		{Name: "api", Path: rig.APITarget, Rate: 300, Doc: "the first screen's data"},

		// The proxy changes requests on their way, so the file server's own cost is compared without it.
		asked("frontend", "page-direct", page, direct),
		asked("frontend", "deep-link-direct", deepLink, direct),

		firstVisit("visit", browserCodings, n.visit),
		firstVisit("visit-identity", "identity", 1),
		firstVisit("visit-gzip", "gzip", 1),
		firstVisit("visit-br", "br", 1),
		{
			Name: "revisit", Path: "/", Coding: browserCodings, Visit: record.RepeatVisit, Rate: 300, Once: true,
			Duration: once, Doc: "the page again, and what of it is not fresh, under conditions",
		},
		{
			Name: "absent", Path: absentAsset, Rate: 500, Once: true, Duration: once,
			Doc: "an asset that no build has",
		},

		// This one changes the list of books, so it comes last.
		{
			Name: "api-write", Path: "/api/books", Method: "POST", Content: rig.NewBook, Coding: "identity", Rate: 100,
			Once: true, Duration: once, Doc: "a book is added",
		},
	}
	for i := range all {
		all[i] = withDefaults(all[i], time.Duration(n.request)*slice)
	}
	return all
}

// asked is the same load, asked of one container.
func asked(container, name string, l record.Load, doc string) record.Load {
	l.Container, l.Name, l.Doc = container, name, doc
	return l
}

// withDefaults completes a load with what most have in common. The warm-up opens the connections.
func withDefaults(l record.Load, duration time.Duration) record.Load {
	l.Warmup, l.Connections = 20*time.Millisecond, 16
	if l.Visit == record.FirstVisit {
		l.Warmup = visitLeadIn
	}
	if l.Slice == 0 {
		l.Slice, l.LeadIn = slice, leadIn
	}
	if l.Duration == 0 {
		l.Duration = duration
	}
	if l.Coding == "" {
		l.Coding = "gzip"
	}
	return l
}

// baselineAnswers reports whether the null server has a response to the load: it has the page, and constants for API
// calls.
func baselineAnswers(l record.Load) bool {
	return l.Visit == "" && l.Method == "" && l.Container == "" && l.Path != entryScript && l.Path != absentAsset
}
