// Package load sends requests to a server with vegeta, in an open loop at a fixed rate, and verifies every response.
// It is the only importer of vegeta. The load is made inside the generator's container; the harness only writes a Spec,
// or an Interleaved load of several servers that take turns, and reads the results.
package load

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Spec is one attack: what to send, how fast, and what must come back.
type Spec struct {
	Load string `json:"load"` // name, for the record

	// Waves are the requests of one hit. Those of a wave are sent in parallel, once the whole wave before has been
	// answered, just as a browser discovers step by step what a page needs. A load of single requests has one wave of
	// one.
	Waves [][]Request `json:"waves"`
	// Fresh gives every hit at most six connections of its own, like a browser on its first visit.
	Fresh bool `json:"fresh,omitempty"`

	Rate        int           `json:"rate"`        // hits per second; 0 is a closed loop on all Connections
	Warmup      time.Duration `json:"warmup"`      // before the recorded part, at the same rate on the same connections
	Duration    time.Duration `json:"duration"`    // of the recorded part
	Connections int           `json:"connections"` // maximum kept alive between hits

	// MaxConnections is how many may be open at once, those of all visits together. A hit that needs one more waits for
	// it. The wait is part of its latency, as the generator has done its part, and not of the generator's lag.
	// 0: an open loop opens as many as it needs.
	MaxConnections int `json:"max_connections,omitempty"`
}

// Request is one request and its correct response.
type Request struct {
	Method  string      `json:"method,omitempty"` // "" is GET
	URL     string      `json:"url"`
	Header  http.Header `json:"header,omitempty"`
	Content string      `json:"content,omitempty"`
	Want    Want        `json:"want"`
}

// Want is the correct response. Everything else is wrong, whatever its status.
type Want struct {
	Status int    `json:"status"`
	Coding string `json:"coding"` // Content-Encoding, "" for none
	Length int    `json:"length"` // bytes of the body as sent
	SHA256 string `json:"sha256"` // of the same bytes, hexadecimal; compared for a sample

	// Contains is a part of the body. It replaces Length and SHA256 if the body varies between responses, for example
	// because it has a new id.
	Contains string `json:"contains,omitempty"`
}

// single reports whether a hit is one request on a kept-alive connection.
func (s Spec) single() bool { return !s.Fresh && len(s.Waves) == 1 && len(s.Waves[0]) == 1 }

// ParseSpec parses a spec from the generator's argument, which is JSON.
func ParseSpec(arg string) (Spec, error) {
	var s Spec
	if err := json.Unmarshal([]byte(arg), &s); err != nil {
		return s, fmt.Errorf("read load spec: %w", err)
	}
	return s, s.check()
}

func (s Spec) check() error {
	if s.Rate < 0 || s.Duration <= 0 || s.Connections <= 0 || s.Warmup < 0 || s.MaxConnections < 0 {
		return fmt.Errorf("read load spec: duration %s and connections %d must be positive, "+
			"and warm-up %s, rate %d/s and most connections %d must not be negative",
			s.Duration, s.Connections, s.Warmup, s.Rate, s.MaxConnections)
	}
	if len(s.Waves) == 0 {
		return fmt.Errorf("read load spec: it has no requests")
	}
	for _, wave := range s.Waves {
		if len(wave) == 0 {
			return fmt.Errorf("read load spec: a wave has no requests")
		}
		for _, r := range wave {
			if r.URL == "" || r.Want.Status == 0 {
				return fmt.Errorf("read load spec: a request needs a URL (%q) and the wanted status (%d)",
					r.URL, r.Want.Status)
			}
		}
	}
	return nil
}
