package record

import "time"

// Calibration is what the load generator itself can do with one of the plan's loads on this machine, against the null
// server (baseline) answering with as many bytes. What it cannot send there, it cannot send to any variant.
type Calibration struct {
	Load    string   `json:"load"`
	Ceiling float64  `json:"ceiling"`       // hits per second, closed loop, on all of the load's connections
	Half    Schedule `json:"half,omitzero"` // open loop at half of the ceiling; zero from schema 4 on
	Wrong   uint64   `json:"wrong"`         // wrong answers in the closed loop; before schema 4, in all attempts
	Reasons []string `json:"reasons,omitempty"`
	Err     string   `json:"err,omitempty"` // why it could not be measured

	// Sustained is the highest rate found at which the open loop keeps its schedule twice, once perhaps at a higher
	// rate: it sends at least 99.5%, and its lag at the 99th percentile is at most [KeptLag]. The zero value before
	// schema 4, and where no rate was kept.
	Sustained Schedule `json:"sustained,omitzero"`
}

// Trusted is the rate up to which a latency is taken to be the server's, and not the generator's, in hits per second:
// 80% of the highest rate that it sustains. Before schema 4, that was not searched for, and it is half of the ceiling.
func (c Calibration) Trusted() float64 {
	if c.Half.Rate > 0 {
		return c.Ceiling / 2
	}
	return 0.8 * float64(c.Sustained.Rate)
}

// Schedule is how well the generator kept to a planned rate.
type Schedule struct {
	Rate   int           `json:"rate"` // planned, hits per second
	Sent   float64       `json:"sent"` // reached, hits per second
	LagP50 time.Duration `json:"lag_p50"`
	LagP99 time.Duration `json:"lag_p99"`
}

// Objective is a service level objective (SLO): the latency that the fraction Quantile of all requests must not exceed.
type Objective struct {
	Quantile float64       `json:"quantile"` // 0 to 1
	Within   time.Duration `json:"within"`   // nanoseconds from the planned send time
}

// Knee is the SLO capacity of a variant: the highest rate at which it met the objective, found by bisection.
type Knee struct {
	Load     string        `json:"load"`
	Quantile float64       `json:"quantile"`
	Within   time.Duration `json:"within"`
	Highest  int           `json:"highest"` // hits per second; no higher is tried: the generator might not keep up
	Steps    []Step        `json:"steps"`   // in the order in which they were tried
	Rate     int           `json:"rate"`    // hits per second; 0 when no tried rate met the objective twice
	Verified bool          `json:"verified"`

	// GeneratorBound: the rate is Highest, or a step above it failed because of the generator's own lag. The variant's
	// capacity may be higher.
	GeneratorBound bool `json:"generator_bound"`
}

// Step is one rate that was tried.
type Step struct {
	Rate    int           `json:"rate"`    // planned, hits per second
	Sent    float64       `json:"sent"`    // reached, hits per second
	Latency time.Duration `json:"latency"` // at the quantile, from the planned send time
	Lag     time.Duration `json:"lag"`     // of the generator, at the same quantile
	Wrong   uint64        `json:"wrong"`
	Reason  string        `json:"reason,omitempty"` // why the first wrong answer was wrong
	Met     bool          `json:"met"`
	Late    bool          `json:"late,omitempty"`   // not met because of the generator's lag
	Repeat  bool          `json:"repeat,omitempty"` // repeats an earlier step to verify it
}
