package record

import "slices"

// Survey is what a run finds out before its rounds if servers take part that are in no catalogue: what a browser
// requests when it opens their pages, and which rates all arms can answer. Other runs have none.
type Survey struct {
	Opened []Opened `json:"opened,omitempty"` // one for each of those servers, if the plan has visits
	Rates  []Rate   `json:"rates"`            // one for each load that such a server gets
}

// Opened is what a browser requests from a server when it opens a page for the first time.
type Opened struct {
	Variant string `json:"variant"`
	Path    string `json:"path"` // request target of the page

	// Waves are its requests. Those of a wave were all made before any of the wave was answered.
	Waves [][]Asked `json:"waves,omitempty"`

	LeftOut []LeftOut `json:"left_out,omitempty"` // what else was requested
	Browser string    `json:"browser,omitempty"`  // why no browser was asked; then the page says what it refers to
	Err     string    `json:"err,omitempty"`      // why there are no visits
}

// Asked is one request of a visit.
type Asked struct {
	Target string            `json:"target"` // request target
	Header map[string]string `json:"header"` // the fields that say what is asked for
}

// LeftOut is a request that a browser made, and a visit does not make.
type LeftOut struct {
	URL string `json:"url"`
	Why string `json:"why"`
}

// Rate is the rate of a load that all arms can answer with headroom.
type Rate struct {
	Load      Load        `json:"load"`                // as it is made: the plan's, or at a lower rate
	Planned   int         `json:"planned"`             // the plan's rate
	Sustained []Sustained `json:"sustained,omitempty"` // by arm; none if the load has the rate of another one
}

// Slowest is the arm that sustains the lowest rate, as far as that is known.
func (r Rate) Slowest() (Sustained, bool) {
	known := slices.DeleteFunc(slices.Clone(r.Sustained), func(s Sustained) bool { return s.Rate == 0 })
	if len(known) == 0 {
		return Sustained{}, false
	}
	return slices.MinFunc(known, func(a, b Sustained) int { return a.Rate - b.Rate }), true
}

// Sustained is the highest rate, of those that were tried, that an arm keeps up with.
type Sustained struct {
	Variant string  `json:"variant"`
	Closed  float64 `json:"closed"`          // hits per second in a closed loop, on all of the load's connections
	Steps   []Step  `json:"steps,omitempty"` // the rates of an open loop that were tried; their latency is the median
	Rate    int     `json:"rate"`            // hits per second; 0 if it kept up with none
	Err     string  `json:"err,omitempty"`   // why it is not known
}

// Loads are the loads that were made: the plan's, at the rates that a survey found.
func (run Run) Loads() []Load {
	if run.Survey == nil {
		return run.Plan.Loads
	}
	loads := slices.Clone(run.Plan.Loads)
	for i, l := range loads {
		for _, r := range run.Survey.Rates {
			if r.Load.Name == l.Name {
				loads[i] = r.Load
			}
		}
	}
	return loads
}
