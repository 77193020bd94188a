package update

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/record"
)

// update is what visitors saw of one way to replace build A by build B.
type update struct {
	variant, way string
	after        string // the way before it that was not enough; "" none

	loads, broken int           // page loads that were answered from when it began, and those of them that were not right
	silent        int           // page loads that got no answer
	fault         string        // what was wrong most often
	seen          time.Duration // to the first load of B that was right; 0 never
	without       time.Duration // the longest time in which no load was answered
	oldChunk      string        // what a tab with A open gets when it loads a chunk of A

	since time.Time // begin of the first of the loads at the end that were all of B and right
	last  time.Time // end of the last load
}

// settled reports whether, in the end, visitors saw B and nothing else.
func (u update) settled() bool { return !u.since.IsZero() }

// summarise says what loads, in any order, tell of an update that began then.
func summarise(loads []pageLoad, began time.Time) (u update) {
	loads = slices.Clone(loads)
	slices.SortFunc(loads, func(a, b pageLoad) int { return cmp.Or(a.ended.Compare(b.ended), a.began.Compare(b.began)) })
	faults := map[string]int{}
	var silentSince time.Time
	for _, l := range loads {
		right := l.build == buildB && l.fault == ""
		u.last = l.ended
		switch {
		case !right:
			u.since = time.Time{}
		case u.since.IsZero():
			u.since = l.began
		}
		if l.ended.Before(began) {
			continue
		}
		if right && u.seen == 0 {
			u.seen = l.ended.Sub(began)
		}
		if l.silent {
			u.silent++
			if silentSince.IsZero() {
				silentSince = l.began
			}
			continue
		}
		if !silentSince.IsZero() {
			u.without = max(u.without, l.ended.Sub(silentSince))
			silentSince = time.Time{}
		}
		u.loads++
		if l.fault != "" {
			u.broken++
			faults[l.fault]++
		}
	}
	if !silentSince.IsZero() {
		u.without = max(u.without, u.last.Sub(silentSince))
	}
	for _, fault := range slices.Sorted(maps.Keys(faults)) {
		if u.fault == "" || faults[fault] > faults[u.fault] {
			u.fault = fault
		}
	}
	return u
}

// judgeUpdates judges all of them.
func judgeUpdates(all []update) record.Judgement {
	j := record.Judgement{Tables: []record.Sheet{updateSheet(all)}}
	var files, running, restarted, inside []string // variants: with files on disk; updated while they ran; by a restart; with none
	var seen, gaps, started []time.Duration
	var clean, careless, stale []string
	for _, u := range all {
		switch {
		case u.way == newContainer:
			if u.settled() {
				gaps = append(gaps, u.without)
			}
			continue
		case u.after != "":
			if u.settled() {
				restarted = append(restarted, u.variant)
				started = append(started, u.without)
			}
			continue
		}
		files = append(files, u.variant)
		if !u.settled() {
			stale = append(stale, fmt.Sprintf("%s, %s: %d of %d (%s)", u.variant, u.way, u.broken, u.loads, cmp.Or(u.fault, "they got build A")))
			continue
		}
		running = append(running, u.variant)
		seen = append(seen, u.seen)
		way := fmt.Sprintf("%s, %s: %d of %d", u.variant, u.way, u.broken, u.loads)
		if u.broken == 0 {
			clean = append(clean, way)
		} else {
			careless = append(careless, way+" ("+u.fault+")")
		}
	}
	for _, u := range all {
		if !slices.Contains(files, u.variant) {
			inside = append(inside, u.variant)
		}
	}
	files, running, restarted, inside = claim.Distinct(files), claim.Distinct(running), claim.Distinct(restarted), claim.Distinct(inside)
	if len(files) == 0 {
		j.Verdict, j.Why = record.NotTested, "there is nothing to test: no variant serves files from a folder"
		return j
	}
	var parts []bool
	var not []string
	for _, name := range files {
		while := slices.Contains(running, name)
		parts = append(parts, while)
		if !while {
			not = append(not, name)
		}
	}
	j.Verdict = claim.VerdictOf(parts...)
	none := func(names []string) string { return cmp.Or(strings.Join(names, " and "), "none") }
	if len(running) == 0 {
		j.Why = "no server served build B from its folder while it ran"
	} else {
		j.Why = fmt.Sprintf("build B was served from the folder by %s while running, %s ms after the command (median of %d updates)", none(running), claim.Milliseconds(claim.Median(seen)), len(seen))
	}
	for _, name := range not {
		if !slices.Contains(restarted, name) {
			j.Why += "; " + name + " did not, not even after a restart"
		}
	}
	if len(restarted) > 0 {
		j.Why += fmt.Sprintf("; %s served B's page without its scripts until a restart, which left visitors without an answer for up to %s ms", none(restarted), claim.Milliseconds(slices.Max(started)))
	}
	if len(inside) > 0 && len(gaps) > 0 {
		j.Why += fmt.Sprintf(". Files inside the program (%s) need a new image and a new container: a change of containers took %s to %s ms without an answer, over all variants", none(inside), claim.Milliseconds(slices.Min(gaps)), claim.Milliseconds(slices.Max(gaps)))
	}
	if len(careless) > 0 {
		j.Evidence = append(j.Evidence, "Page loads that broke while files were replaced: "+strings.Join(careless, "; ")+".")
	}
	if len(clean) > 0 {
		j.Evidence = append(j.Evidence, "No page load was seen to break: "+strings.Join(clean, "; ")+".")
	}
	if len(stale) > 0 {
		j.Evidence = append(j.Evidence, "Page loads that broke where build B did not come without a restart: "+strings.Join(stale, "; ")+".")
	}
	j.Evidence = append(j.Evidence, chunkEvidence(all)...)
	return j
}

// chunkEvidence says what old tabs get.
func chunkEvidence(all []update) (lines []string) {
	ways, times := map[string][]string{}, map[string]int{}
	for _, u := range all {
		way := u.way
		if u.after != "" {
			way = "a restart after “" + u.after + "”"
		}
		ways[u.oldChunk] = append(ways[u.oldChunk], way)
		times[u.oldChunk]++
	}
	for _, got := range slices.Sorted(maps.Keys(ways)) {
		lines = append(lines, fmt.Sprintf("A tab with build A open that then loads a script of A gets: %s, after %d of the %d updates (%s).", got, times[got], len(all), strings.Join(claim.Distinct(ways[got]), "; ")))
	}
	return lines
}

func updateSheet(all []update) record.Sheet {
	s := record.Sheet{Name: "updates", Title: "Updates under visitors",
		Doc: "Two visitors load the page and the assets that it names, again and again. Counted are loads that ended after the command was given; the command's own start is in the times. " +
			"Broken: an answer came, and was not what the page's build has. Old tab: what one with build A open gets for a script that it loads later.",
		Head: []string{"variant", "way", "B right after, ms", "B stays", "broken page loads", "page loads", "mostly", "longest without an answer, ms", "old tab's script"}}
	for _, u := range all {
		seen, way, without := "never", u.way, "–"
		if u.seen > 0 {
			seen = claim.Milliseconds(u.seen)
		}
		if u.after != "" {
			way += " (" + u.after + ")"
		}
		if u.silent > 0 {
			without = claim.Milliseconds(u.without)
		}
		s.Rows = append(s.Rows, []string{u.variant, way, seen, claim.YesNo(u.settled()), fmt.Sprint(u.broken), fmt.Sprint(u.loads), cmp.Or(u.fault, "–"), without, u.oldChunk})
	}
	return s
}
