// Package load attacks a server with vegeta, open loop, at a fixed rate, and verifies every response.
// It is the only importer of vegeta. The attack runs inside the generator's container; the harness
// only writes a Spec and reads a record.Loaded.
package load

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Spec is one attack: what to send, how fast, and what must come back.
type Spec struct {
	Load        string        `json:"load"` // name, for the record
	URL         string        `json:"url"`
	Header      http.Header   `json:"header"`
	Rate        int           `json:"rate"`        // requests per second
	Warmup      time.Duration `json:"warmup"`      // before the recorded part, at the same rate, on the same connections
	Duration    time.Duration `json:"duration"`    // of the recorded part
	Connections int           `json:"connections"` // kept alive between requests, at most
	Want        Want          `json:"want"`
}

// Want is the correct response. Everything else is wrong, whatever its status.
type Want struct {
	Status int    `json:"status"`
	Coding string `json:"coding"` // Content-Encoding, "" for none
	Length int    `json:"length"` // bytes of the body as sent
	SHA256 string `json:"sha256"` // of the same bytes, hexadecimal; compared for a sample
}

// Arg encodes the spec as the generator's command-line argument.
func (s Spec) Arg() (string, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

// ParseSpec reads what Arg wrote.
func ParseSpec(arg string) (Spec, error) {
	var s Spec
	if err := json.Unmarshal([]byte(arg), &s); err != nil {
		return s, fmt.Errorf("read load spec: %w", err)
	}
	if s.Rate <= 0 || s.Duration <= 0 || s.Connections <= 0 || s.Warmup < 0 {
		return s, fmt.Errorf("read load spec: rate %d/s, duration %s and connections %d must be positive", s.Rate, s.Duration, s.Connections)
	}
	return s, nil
}
