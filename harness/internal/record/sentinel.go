package record

import "time"

// Sentinel is what else the machine did before, during and after a round. Before schema 4 each trial had its own, which
// is not read.
type Sentinel struct {
	Before Look    `json:"before"`
	After  Look    `json:"after"`
	Steal  float64 `json:"steal"` // share of the round's CPU time that the hypervisor gave to others, 0 to 1
	Load   float64 `json:"load"`  // load average of the last minute, before
}

// Look is how long two fixed tasks took, each divided by its fastest time in this run.
type Look struct {
	Spin float64 `json:"spin"` // arithmetic on a CPU of the servers

	// Wake: threads on a CPU of the generator and on one of the servers wake each other through pipes. It is 0 where
	// they share one CPU.
	Wake float64 `json:"wake,omitempty"`
}

// Budget is how long a run may take, and what it may spend that time on.
type Budget struct {
	// Time counts from the beginning of the run or its last resumption, in nanoseconds. It bounds the rounds that are
	// added because of Within.
	Time time.Duration `json:"time"`

	// Within: rounds continue until every headline interval is within this fraction of its centre, or the time is up.
	// 0: the plan's number of rounds is final.
	Within float64 `json:"within,omitempty"`
}
