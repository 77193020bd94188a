package bench

import (
	"slices"
	"time"

	"spabench/harness/internal/record"
)

// Given is what a user says of a load. What is zero stays as it is derived.
type Given struct {
	Name        string
	Rate        int           // of all arms; it is not fitted to the slowest
	Path        string        // at added servers
	Connections int           // that may be open at once
	Duration    time.Duration // of all slices of an arm in a round together
}

// Give puts into a plan what a user says of its loads. What is said of a load that the plan does not have, as a quick
// one has few, is left out. A load that differs from another one only in the container that it asks changes with it.
func Give(p Plan, all []Given) Plan {
	before := p.Loads
	p.Loads = slices.Clone(p.Loads)
	for _, g := range all {
		for _, named := range before {
			if named.Name != g.Name {
				continue
			}
			for i := range p.Loads {
				if alike(before[i]) == alike(named) {
					p.Loads[i] = g.applied(p.Loads[i])
				}
			}
		}
	}
	return p
}

// applied is the load as the user wants it.
func (g Given) applied(l record.Load) record.Load {
	if g.Rate > 0 {
		l = atRate(l, g.Rate)
		l.Given = true
	}
	if g.Path != "" {
		l.Theirs = g.Path
	}
	if g.Connections > 0 {
		l.MaxConnections, l.Connections = g.Connections, min(l.Connections, g.Connections)
	}
	switch {
	case g.Duration == 0:
	case l.Slice == 0:
		l.Duration = g.Duration
	default: // whole slices
		l.Duration = max(1, (g.Duration+l.Slice-1)/l.Slice) * l.Slice
	}
	return l
}
