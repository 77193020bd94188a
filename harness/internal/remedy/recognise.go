package remedy

import (
	"maps"
	"slices"

	"spabench/harness/spatest"
)

// Sighting is software that responses show.
type Sighting struct {
	Name  string // as --server takes it, if remedies are known for it
	Title string // as people call it
	By    string // what shows it: "Server: nginx/1.22.1"
	Guess bool   // no response names it: others may answer in the same way
}

// Recognise names the software that the exchanges of these outcomes show: what is named before what is guessed, then
// the most frequent first.
func Recognise(outcomes ...spatest.Outcome) []Sighting {
	found, seen := map[string]Sighting{}, map[string]int{}
	for _, o := range outcomes {
		for _, f := range o.Findings {
			if f.Exchange == nil || f.Exchange.Response == nil {
				continue
			}
			for name, s := range sightings(f.Exchange.Response) {
				seen[name]++
				if before, known := found[name]; !known || before.Guess && !s.Guess {
					found[name] = s
				}
			}
		}
	}
	all := slices.SortedFunc(maps.Values(found), func(a, b Sighting) int { return order(a.Name) - order(b.Name) })
	slices.SortStableFunc(all, func(a, b Sighting) int {
		switch {
		case a.Guess != b.Guess && a.Guess:
			return 1
		case a.Guess != b.Guess:
			return -1
		}
		return seen[b.Name] - seen[a.Name]
	})
	return all
}

// order of software whose marks are equally frequent.
func order(name string) int {
	return slices.IndexFunc(software, func(s known) bool { return s.name == name })
}

// sightings are what one response shows, by name.
func sightings(r *spatest.Response) map[string]Sighting {
	found := map[string]Sighting{}
	for _, s := range software {
		for _, m := range s.marks {
			by := m.shownBy(r)
			if before, already := found[s.name]; by == "" || already && (!before.Guess || m.guess) {
				continue
			}
			found[s.name] = Sighting{Name: s.name, Title: s.title, By: by, Guess: m.guess}
		}
	}
	// One that stands on another is the answer: what the lower one shows is not told, too.
	for _, s := range software {
		if _, shown := found[s.name]; shown {
			for _, below := range s.on {
				if found[below].Guess || !found[s.name].Guess {
					delete(found, below)
				}
			}
		}
	}
	return found
}
