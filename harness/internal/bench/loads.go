package bench

import (
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// What the plan's loads ask for. Names of hashed files are known to the build alone.
const (
	entryScript = "{entry script}" // stands for the request target of the script that the page loads first

	absent = "/assets/absent-00000000.js" // no build has it
)

// NewBook is what the load that writes sends; the answer has it again, with a new id.
const ()

// loads are what every variant is asked, all alike, at rates that the slowest answers from one core with headroom:
// latency is compared at the same rate, and what a faster server could do more is in its CPU time per request.
//
// The first four are what the headline and the control rest on, and what the floor answers too, but for the asset. Then
// come visits, as browsers make them and in each content coding, and what is left of an app's day.
func loads(duration time.Duration) []record.Load {
	load := func(l record.Load) record.Load {
		l.Warmup, l.Connections = 100*time.Millisecond, 16
		if l.Duration == 0 {
			l.Duration = duration / 2
		}
		if l.Coding == "" {
			l.Coding = "gzip"
		}
		return l
	}
	visit := func(name, coding string, part time.Duration) record.Load {
		return load(record.Load{
			Name: name, Path: "/", Coding: coding, Visit: record.FirstVisit, Rate: 25, Duration: duration * part / 10, Once: true,
			Doc: "the page and all that it loads, on new connections",
		})
	}
	const direct = "the same, asked of the container that has the files, where a proxy stands before it"
	return []record.Load{
		load(record.Load{Name: "page", Path: "/", Rate: 1000, Duration: duration, Doc: "the page, opened at its root"}),
		load(record.Load{Name: "deep-link", Path: "/books/42", Rate: 1000, Doc: "the page, opened at a client-side route"}),
		load(record.Load{Name: "asset", Path: entryScript, Rate: 1000, Doc: "the script that the page loads first"}),
		load(record.Load{Name: "api", Path: rig.APITarget, Rate: 300, Doc: "the first screen's data"}),
		// What the file server costs by itself is compared under the same requests: a proxy before it changes them.
		load(record.Load{Name: "page-direct", Path: "/", Rate: 1000, Container: "frontend", Doc: direct}),
		load(record.Load{Name: "deep-link-direct", Path: "/books/42", Rate: 1000, Container: "frontend", Doc: direct}),
		visit("visit", browsers, 7), visit("visit-identity", "identity", 3), visit("visit-gzip", "gzip", 3), visit("visit-br", "br", 3),
		load(record.Load{Name: "revisit", Path: "/", Coding: browsers, Visit: record.RepeatVisit, Rate: 300, Duration: duration * 3 / 10, Once: true,
			Doc: "the page again, and what of it is not fresh, under conditions"}),
		load(record.Load{Name: "absent", Path: absent, Rate: 500, Duration: duration * 3 / 10, Once: true, Doc: "an asset that no build has"}),
		// The last: from here on the list of books is another one.
		load(record.Load{Name: "api-write", Path: "/api/books", Method: "POST", Content: rig.NewBook, Coding: "identity", Rate: 100, Duration: duration * 3 / 10, Once: true,
			Doc: "a book is added"}),
	}
}

// browsers is what they accept, as far as the build has it.
const browsers = "gzip, br"

// floorAnswers reports whether the floor has an answer to the load: it has the page, and constants for an API call.
func floorAnswers(l record.Load) bool {
	return l.Visit == "" && l.Method == "" && l.Container == "" && l.Path != entryScript && l.Path != absent
}
