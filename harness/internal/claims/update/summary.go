package update

import (
	"cmp"
	"slices"
	"time"

	"spabench/harness/internal/record"
)

// summary is what page loads tell of an update.
type summary struct {
	record.Update
	since time.Time // begin of the first of the last loads that were all correct loads of B; zero: there is none
	last  time.Time // end of the last load
}

// summarise summarises loads, in any order, of an update that began then. What ended before that counts only for
// whether and since when visitors see B and nothing else.
func summarise(loads []pageLoad, began time.Time) (s summary) {
	loads = slices.Clone(loads)
	slices.SortFunc(loads,
		func(a, b pageLoad) int { return cmp.Or(a.ended.Compare(b.ended), a.began.Compare(b.began)) })
	faults := map[record.LoadFault]int{}
	var silentSince time.Time
	for _, l := range loads {
		s.last = l.ended
		switch {
		case !l.correct(buildB):
			s.since = time.Time{}
		case s.since.IsZero():
			s.since = l.began
		}
		if l.ended.Before(began) {
			continue
		}
		if l.correct(buildB) && s.Seen == 0 {
			s.Seen = l.ended.Sub(began)
		}
		if l.silent {
			s.Silent++
			if silentSince.IsZero() {
				silentSince = l.began
			}
			continue
		}
		if !silentSince.IsZero() {
			s.Without = max(s.Without, l.ended.Sub(silentSince))
			silentSince = time.Time{}
		}
		s.Loads++
		if l.fault != (record.LoadFault{}) {
			s.Broken++
			faults[l.fault]++
		}
	}
	if !silentSince.IsZero() {
		s.Without = max(s.Without, s.last.Sub(silentSince))
	}
	s.Settled, s.Fault = !s.since.IsZero(), mostFrequent(faults)
	return s
}

// mostFrequent is the most frequent fault; of several, the first in a fixed order.
func mostFrequent(faults map[record.LoadFault]int) (most record.LoadFault) {
	for fault, n := range faults {
		if c := cmp.Compare(n, faults[most]); c > 0 || c == 0 && inOrderOfFields(fault, most) < 0 {
			most = fault
		}
	}
	return most
}

func inOrderOfFields(a, b record.LoadFault) int {
	return cmp.Or(
		cmp.Compare(a.PageOf, b.PageOf), cmp.Compare(a.Destination, b.Destination), cmp.Compare(a.Status, b.Status),
	)
}
