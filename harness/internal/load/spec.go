// Package load attacks a server with vegeta, open loop, at a fixed rate, and verifies every response.
// It is the only importer of vegeta. The attack runs inside the generator's container; the harness
// only writes a Spec and reads what was measured.
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

	// Waves are what one hit asks for: a wave at once, when all of the wave before it has been answered, as a browser
	// learns of what a page needs. A load of single requests has one wave of one.
	Waves [][]Request `json:"waves"`
	// Fresh gives every hit connections of its own, at most six, as a browser has that comes for the first time.
	Fresh bool `json:"fresh,omitempty"`

	Rate        int           `json:"rate"`        // hits per second; 0: as many as Connections answer one after the other
	Warmup      time.Duration `json:"warmup"`      // before the recorded part, at the same rate, on the same connections
	Duration    time.Duration `json:"duration"`    // of the recorded part
	Connections int           `json:"connections"` // kept alive between hits, at most
}

// Request is one request, and its correct response.
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

	// Contains is a part of the body, where its other bytes differ from answer to answer: a new id. It then stands for
	// Length and SHA256.
	Contains string `json:"contains,omitempty"`
}

// single reports whether a hit is one request on a connection that is kept.
func (s Spec) single() bool { return !s.Fresh && len(s.Waves) == 1 && len(s.Waves[0]) == 1 }

// ParseSpec reads a spec as the generator's argument has it: JSON.
func ParseSpec(arg string) (Spec, error) {
	var s Spec
	if err := json.Unmarshal([]byte(arg), &s); err != nil {
		return s, fmt.Errorf("read load spec: %w", err)
	}
	return s, s.check()
}

func (s Spec) check() error {
	if s.Rate < 0 || s.Duration <= 0 || s.Connections <= 0 || s.Warmup < 0 {
		return fmt.Errorf("read load spec: duration %s and connections %d must be positive, and rate %d/s not below 0", s.Duration, s.Connections, s.Rate)
	}
	if len(s.Waves) == 0 {
		return fmt.Errorf("read load spec: it asks for nothing")
	}
	for _, wave := range s.Waves {
		if len(wave) == 0 {
			return fmt.Errorf("read load spec: a wave asks for nothing")
		}
		for _, r := range wave {
			if r.URL == "" || r.Want.Status == 0 {
				return fmt.Errorf("read load spec: a request needs an URL (%q) and the status that is right (%d)", r.URL, r.Want.Status)
			}
		}
	}
	return nil
}
