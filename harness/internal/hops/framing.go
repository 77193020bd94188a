package hops

import (
	"context"
	"fmt"
	"slices"

	"spabench/harness/spatest"
)

// Framing is an ambiguous request that layers read differently: what one takes for the end of it, the other does not.
type Framing struct {
	Name    string   `json:"name"`
	Section string   `json:"section"` // of RFC 9112, unless it names another
	Reads   []string `json:"reads"`   // what each hop does, in the order of the hops
}

// Framings sends requests whose end can be read in more than one way to every hop, and returns those that a layer lets
// pass and the one behind it reads in another way.
func Framings(ctx context.Context, hops []Hop, target func(Hop) spatest.Target) ([]Framing, error) {
	var all []Framing
	for at, hop := range hops {
		asker, err := spatest.NewAsker(target(hop))
		if err != nil {
			return nil, fmt.Errorf("send requests to hop %s: %w", hop.Name, err)
		}
		readings, err := asker.Readings(ctx)
		if err != nil {
			return nil, fmt.Errorf("send ambiguous requests to hop %s: %w", hop.Name, err)
		}
		for i, r := range readings {
			if at == 0 {
				all = append(all, Framing{Name: r.Name, Section: r.Section})
			}
			all[i].Reads = append(all[i].Reads, r.Outcome)
		}
	}
	return slices.DeleteFunc(all, func(f Framing) bool { return !f.differs() }), nil
}

// differs: a layer does not refuse the request, and the next one reads it in another way.
func (f Framing) differs() bool {
	for at := 1; at < len(f.Reads); at++ {
		if outer := f.Reads[at-1]; outer != spatest.ReadRefused && outer != f.Reads[at] {
			return true
		}
	}
	return false
}
