package record

import "time"

// Calibration is what the load generator itself can do with one of the plan's loads, on this machine, against the floor
// answering as many bytes: what it cannot send there, it can send to no variant.
type Calibration struct {
	Load    string   `json:"load"`
	Ceiling float64  `json:"ceiling"` // hits per second, closed loop, on all of the load's connections
	Half    Schedule `json:"half"`    // open loop, at half of that
	Wrong   uint64   `json:"wrong"`   // answers, in both
	Reasons []string `json:"reasons,omitempty"`
	Err     string   `json:"err,omitempty"` // it could not be measured
}

// Schedule is how well the generator kept to a rate.
type Schedule struct {
	Rate   int           `json:"rate"` // planned, hits per second
	Sent   float64       `json:"sent"` // reached, hits per second
	LagP50 time.Duration `json:"lag_p50"`
	LagP99 time.Duration `json:"lag_p99"`
}

// Objective is a service level objective: the latency that the part Quantile of all requests does not exceed.
type Objective struct {
	Quantile float64       `json:"quantile"` // 0 to 1
	Within   time.Duration `json:"within"`   // nanoseconds, from the moment that the schedule says
}

// Knee is the highest rate at which a variant met the objective, found by bisection.
type Knee struct {
	Load     string        `json:"load"`
	Quantile float64       `json:"quantile"`
	Within   time.Duration `json:"within"`
	Highest  int           `json:"highest"` // hits per second; the search goes no further, since the generator may not keep up
	Steps    []Step        `json:"steps"`   // in the order they were tried
	Rate     int           `json:"rate"`    // hits per second; 0 when no rate that was tried met it twice
	Verified bool          `json:"verified"`

	// GeneratorBound: the rate is the highest, or a step above it was missed by the generator's own lag. The variant may
	// do more.
	GeneratorBound bool `json:"generator_bound"`
}

// Step is one rate that was tried.
type Step struct {
	Rate    int           `json:"rate"`    // planned, hits per second
	Sent    float64       `json:"sent"`    // reached, hits per second
	Latency time.Duration `json:"latency"` // at the quantile, from the moment that the schedule says
	Lag     time.Duration `json:"lag"`     // the generator's own, at the same quantile
	Wrong   uint64        `json:"wrong"`
	Reason  string        `json:"reason,omitempty"` // why the first of them was
	Met     bool          `json:"met"`
	Late    bool          `json:"late,omitempty"`   // not met, and the generator's lag is to blame
	Repeat  bool          `json:"repeat,omitempty"` // verifies an earlier step
}
