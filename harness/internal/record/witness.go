package record

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// WitnessSchema is the version of the shape of [Witness]. A reader refuses a newer one.
const WitnessSchema = 1

// WitnessFile is what the record of a run with two load generators is called, in its folder.
const WitnessFile = "witness.json"

// Witness is a run in which a second, independent load generator checks the first. Both send the same load to the same
// containers by turns. Its file is one JSON document, rewritten after each round.
type Witness struct {
	Schema  int        `json:"schema"`
	Started time.Time  `json:"started"`
	Ended   *time.Time `json:"ended,omitempty"` // nil when the run did not complete
	Env     Env        `json:"env"`
	Command string     `json:"command"` // repeats this run from the project's root

	Client     string   `json:"client"`     // the witness's name and version, as it gives them
	Invocation []string `json:"invocation"` // the command that runs it, but for the log's file and the URL

	Variants []string `json:"variants"`
	Baseline string   `json:"baseline,omitempty"` // of the variants: the null server; "" without one
	Load     Load     `json:"load"`               // what both send; Duration is that of one slice, after its LeadIn
	Rounds   int      `json:"rounds"`             // planned
	Turns    int      `json:"turns"`              // in each round
	Seed     uint64   `json:"seed"`               // random seed for the order of arms and generators

	Slices []Witnessed `json:"slices"` // of the complete rounds, in the order in which they were made
}

// Generators that take turns.
const (
	Ours   = "spabench"
	Theirs = "h2load"
)

// Witnessed is one slice: what one of the two generators measured on one variant. All but Wrong and Reasons is of what
// was sent after the lead-in.
type Witnessed struct {
	Variant   string        `json:"variant"`
	Generator string        `json:"generator"` // Ours or Theirs
	Round     int           `json:"round"`     // from 1
	Turn      int           `json:"turn"`      // of the round, from 1; each variant has a slice of each generator in it
	Began     time.Time     `json:"began"`
	Over      time.Duration `json:"over"` // how long it lasted, nanoseconds
	Requests  uint64        `json:"requests"`
	Wrong     uint64        `json:"wrong,omitempty"` // wrong or missing responses
	Reasons   []string      `json:"reasons,omitempty"`
	Opened    int           `json:"opened,omitempty"` // connections; 0 where unknown
	Latency   Histogram     `json:"latency"`          // from the actual send time; "" where Ours was late
	LagP99    time.Duration `json:"lag_p99"`          // 99th percentile of its lag behind an even schedule, nanoseconds

	// CPU is the CPU time of the variant's containers within CPUOver, a part of Over, nanoseconds.
	CPU     time.Duration `json:"cpu"`
	CPUOver time.Duration `json:"cpu_over"`
}

// Write replaces the file at path in one step: a failure leaves the file that was there.
func (w Witness) Write(path string) error { return replaceJSON(path, w) }

// ReadWitness reads what Write wrote.
func ReadWitness(path string) (Witness, error) {
	var w Witness
	b, err := os.ReadFile(path)
	if err != nil {
		return w, fmt.Errorf("read witness: %w", err)
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return w, fmt.Errorf("read witness in %s: %w", path, err)
	}
	if w.Schema < 1 || w.Schema > WitnessSchema {
		return w, fmt.Errorf("read witness in %s: schema %d, and this spabench reads 1 to %d",
			path, w.Schema, WitnessSchema)
	}
	return w, nil
}
