package record

import "time"

// Sentinel is what else the machine did around a trial.
type Sentinel struct {
	Before float64 `json:"before"` // the time of a fixed piece of work on the servers' CPUs, in times the least that it took in this run
	After  float64 `json:"after"`  // the same, when the trial had ended
	Steal  float64 `json:"steal"`  // part of the trial's CPU time that the hypervisor gave to others, 0 to 1
	Load   float64 `json:"load"`   // load average of the last minute, before

	// Disturbed says in words which bound was passed; "" is an undisturbed trial.
	Disturbed string `json:"disturbed,omitempty"`
}

// Bounds of the sentinel, beyond which a trial is disturbed.
type Bounds struct {
	Spin  float64 `json:"spin"`  // of Before and After
	Steal float64 `json:"steal"` // of Steal
}

// Budget is how long a run may take, and what for.
type Budget struct {
	Time time.Duration `json:"time"` // since the run began or was resumed, nanoseconds: trials that were disturbed are repeated within it
	// Within: rounds go on until every headline interval is within this part of its centre, or the time is up.
	// 0: the plan's rounds are all.
	Within float64 `json:"within,omitempty"`
}
