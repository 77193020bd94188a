package load

import (
	"context"
	"errors"
	"time"

	"spabench/harness/internal/record"
)

// Interleaved is a load under which several arms take turns. In each turn, every arm gets one slice of the load, in an
// order drawn anew, while the others are idle. Disturbances that last longer than a slice then fall on all arms alike.
type Interleaved struct {
	Arms   []Arm         `json:"arms"`
	Slice  time.Duration `json:"slice"`   // how long each slice lasts; 0: one slice of the whole duration
	LeadIn time.Duration `json:"lead_in"` // sent before each slice and not recorded: it wakes what was idle
	Seed   uint64        `json:"seed"`    // random seed of the order within each turn
}

// Arm is one taker of turns.
type Arm struct {
	Name     string   `json:"name"`               // two arms of one name are the same containers under two loads
	Counters []string `json:"counters,omitempty"` // files with the CPU time of its containers, in their order; none where unknown
	Spec     Spec     `json:"spec"`
}

// Interleave runs the load, and returns what was measured on each arm, in the order of the arms.
func Interleave(ctx context.Context, i Interleaved) ([]record.Loaded, error) {
	return nil, errors.New("to be written")
}
