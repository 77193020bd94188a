package record

import "time"

// Sentinel is what else the machine did around a trial.
type Sentinel struct {
	Before Look    `json:"before"`
	After  Look    `json:"after"`
	Steal  float64 `json:"steal"` // part of the trial's CPU time that the hypervisor gave to others, 0 to 1
	Load   float64 `json:"load"`  // load average of the last minute, before

	// Disturbed says in words which bound was passed; "" is an undisturbed trial.
	Disturbed string `json:"disturbed,omitempty"`
}

// Look is how long two fixed pieces of work took, each in times the least that it took in this run.
type Look struct {
	Spin float64 `json:"spin"`           // arithmetic, on a CPU of the servers
	Wake float64 `json:"wake,omitempty"` // a thread on a CPU of the generator wakes one on that of the servers, and is woken by it, by way of pipes; 0 where they share one CPU
}

// Bounds of the sentinel, beyond which a trial or a load is disturbed.
type Bounds struct {
	Spin  float64 `json:"spin"` // of both looks
	Wake  float64 `json:"wake"`
	Steal float64 `json:"steal"`

	Foreign float64 `json:"foreign"` // of Loaded.Foreign: beyond it, the load is made again on the same containers
	Excess  float64 `json:"excess"`  // of Loaded.Excess: beyond it, too
}

// Budget is how long a run may take, and what for.
type Budget struct {
	Time time.Duration `json:"time"` // since the run began or was resumed, nanoseconds: trials that were disturbed are repeated within it
	// Within: rounds go on until every headline interval is within this part of its centre, or the time is up.
	// 0: the plan's rounds are all.
	Within float64 `json:"within,omitempty"`
}
