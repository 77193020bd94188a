package hops

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Layer is what one hop did to the answer of a hop behind it.
type Layer struct {
	Hop     string   `json:"hop"`
	From    string   `json:"from"` // the hop behind it whose answer it passes on
	Changes []Change `json:"changes,omitempty"`
}

// Change is one thing that a layer did.
type Change struct {
	What   string `json:"what"` // added, dropped or changed
	Field  string `json:"field"`
	Before string `json:"before,omitempty"` // behind the layer
	After  string `json:"after,omitempty"`  // in front of it
}

// layers follows the outermost answer to where it comes from: at each hop to the answer behind it that is most like it,
// since an edge may pass on what a file server says for one path, and what an API says for another. It ends at a hop
// whose answer is like none behind it.
func layers(answers []Answer) (by string, on []Layer) {
	on = []Layer{}
	for at := 0; ; {
		best, likeness := 0, passedOn-1
		for i := at + 1; i < len(answers); i++ {
			n := alike(answers[at], answers[i])
			if n > likeness ||
				n == likeness && n >= passedOn &&
					strangers(answers[at], answers[i]) < strangers(answers[at], answers[best]) {
				best, likeness = i, n
			}
		}
		if likeness < passedOn {
			return answers[at].Hop, on
		}
		on = append(on,
			Layer{Hop: answers[at].Hop, From: answers[best].Hop, Changes: changes(answers[at], answers[best])})
		at = best
	}
}

// passedOn is the likeness from which an answer is taken for one of a hop behind: the same body, or the same status
// and one thing more.
const passedOn = 4

// alike counts what two answers have in common, the telling things more.
func alike(a, b Answer) int {
	if a.Error != "" || b.Error != "" {
		return 0
	}
	n := 0
	switch {
	case a.Body == "" && b.Body == "": // says nothing
	case a.Body == b.Body:
		n += 4
	case a.Status == b.Status && (a.volatile("body") || b.volatile("body")):
		n += 2
	}
	switch {
	case a.Status == b.Status:
		n += 3
	case revalidated(a, b): // the same resource: a layer took or gave a validator
		n += passedOn
	}
	for _, field := range []string{"Etag", "Content-Type", "Location"} {
		if v := value(a, field); v != "" && v == value(b, field) {
			n++
		}
	}
	return n
}

// revalidated: one answer says that what the other one sends has not changed.
func revalidated(a, b Answer) bool {
	return a.Status == http.StatusNotModified && b.Status == http.StatusOK ||
		a.Status == http.StatusOK && b.Status == http.StatusNotModified
}

// strangers counts the header fields that only one of two answers has.
func strangers(a, b Answer) int {
	n := 0
	for _, name := range fieldsOf(a, b) {
		_, inA := a.Header[name]
		_, inB := b.Header[name]
		if inA != inB {
			n++
		}
	}
	return n
}

// Fields that are compared by nobody: they belong to one connection, or follow from the body.
var ofTheConnection = []string{"Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length"}

// Fields that may be there or not, with any value.
var ofTheMoment = []string{"Date", "Age", "X-Request-Id"}

// fieldsOf names the header fields that either answer has, sorted.
func fieldsOf(a, b Answer) []string {
	names := slices.Concat(slices.Collect(maps.Keys(a.Header)), slices.Collect(maps.Keys(b.Header)))
	slices.Sort(names)
	return slices.Compact(names)
}

func (a Answer) volatile(part string) bool { return slices.Contains(a.Volatile, part) }

// changes are what makes outer of inner.
func changes(outer, inner Answer) []Change {
	var cs []Change
	free := func(part string) bool { return outer.volatile(part) || inner.volatile(part) }
	if outer.Status != inner.Status {
		cs = append(cs, Change{"changed", "status", Status(inner), Status(outer)})
	}
	if outer.Body != inner.Body && !free("body") && !revalidated(outer, inner) {
		cs = append(cs, Change{"changed", "body", size(inner), size(outer)})
	}
	for _, name := range fieldsOf(outer, inner) {
		if slices.Contains(ofTheConnection, name) {
			continue
		}
		before, after := value(inner, name), value(outer, name)
		_, was := inner.Header[name]
		_, is := outer.Header[name]
		switch {
		case !was:
			cs = append(cs, Change{"added", name, "", after})
		case !is:
			cs = append(cs, Change{"dropped", name, before, ""})
		case before != after && !free(name) && !slices.Contains(ofTheMoment, name):
			cs = append(cs, Change{"changed", name, before, after})
		}
	}
	return cs
}

// value is the field as one line. A Location on the hop's own origin counts as a path: each names itself.
func value(a Answer, name string) string {
	v := strings.Join(a.Header.Values(name), ", ")
	if name != "Location" {
		return v
	}
	if u, err := url.Parse(v); err == nil && u.Scheme != "" && u.Scheme+"://"+u.Host == a.origin {
		return u.RequestURI()
	}
	return v
}

// Status is the status of an answer for people, or why there is none.
func Status(a Answer) string {
	if a.Error != "" {
		return "no response: " + a.Error
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", a.Status, http.StatusText(a.Status)))
}

func size(a Answer) string {
	if a.Body == "" {
		return "no body"
	}
	return fmt.Sprintf("%d bytes as sent (%s)", a.Size, a.Body)
}

// Always are the layers with the changes that they make to every answer of a hop, of two answers or more.
func (c Comparison) Always() []Layer {
	type pair struct{ hop, from string }
	var pairs []pair
	requests, times := map[pair]int{}, map[pair]map[Change]int{}
	for _, r := range c.Requests {
		for _, l := range r.Layers {
			p := pair{l.Hop, l.From}
			if requests[p]++; requests[p] == 1 {
				pairs = append(pairs, p)
				times[p] = map[Change]int{}
			}
			for _, change := range l.Changes {
				times[p][change]++
			}
		}
	}
	var always []Layer
	for _, p := range pairs {
		l := Layer{Hop: p.hop, From: p.from}
		for change, n := range times[p] {
			if n == requests[p] && n > 1 {
				l.Changes = append(l.Changes, change)
			}
		}
		slices.SortFunc(l.Changes, func(a, b Change) int { return strings.Compare(a.Field, b.Field) })
		if len(l.Changes) > 0 {
			always = append(always, l)
		}
	}
	return always
}
