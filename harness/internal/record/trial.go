package record

import "time"

// Trial is one start of one variant in one round, with everything that was measured on it.
type Trial struct {
	Variant string    `json:"variant"`
	Round   int       `json:"round"` // from 1
	Order   int       `json:"order"` // place within the round, from 1: the arms are started and stopped in this order
	Began   time.Time `json:"began"`
	Image   Image     `json:"image"`
	Start   *Start    `json:"start,omitempty"` // nil when it never became ready
	Idle    []Usage   `json:"idle,omitempty"`  // before the first load, one for each container
	Loads   []Loaded  `json:"loads,omitempty"`
	Knee    *Knee     `json:"knee,omitempty"`
	Stop    *Stop     `json:"stop,omitempty"`
	Err     string    `json:"err,omitempty"`
	Log     string    `json:"log,omitempty"` // the end of the containers' output, when it failed
}

// Start has the phases of a cold start in nanoseconds. Create has a clock of its own; the others count from the first
// call that starts a container.
type Start struct {
	Create    time.Duration `json:"create"`     // network and containers created, not started
	Returned  time.Duration `json:"returned"`   // the engine reported all as started
	FirstByte time.Duration `json:"first_byte"` // of any HTTP response
	Page      time.Duration `json:"page"`       // first page with the correct status and bytes
	API       time.Duration `json:"api"`        // first correct API answer

	Throttling *Throttling `json:"throttling,omitempty"` // until both answered; nil without a limit on CPUs
}

// Throttling is the effect of a limit on CPUs: once the quota of a 100 ms period is used up, nothing runs until the
// next.
type Throttling struct {
	Over      time.Duration `json:"over"`      // how long throttling was watched, nanoseconds
	Time      time.Duration `json:"time"`      // throttled while runnable, summed over CPUs, nanoseconds
	Periods   int64         `json:"periods"`   // in which something was runnable
	Throttled int64         `json:"throttled"` // of Periods, those whose quota was used up before their end
}

// Stop is how the variant shut down.
type Stop struct {
	Took      time.Duration  `json:"took"`       // from the stop signal to the last exit, nanoseconds
	ExitCodes map[string]int `json:"exit_codes"` // by container
}

// Usage is one container's counters at one moment, read from its cgroup.
type Usage struct {
	Container  string        `json:"container"`
	CPU        time.Duration `json:"cpu"`                 // since it started, user and system, nanoseconds
	Memory     int64         `json:"memory"`              // bytes charged, including page cache
	WorkingSet int64         `json:"working_set"`         // Memory minus inactive file pages, bytes
	Peak       int64         `json:"peak,omitempty"`      // of Memory since it started; 0 where unknown
	OOMKills   int64         `json:"oom_kills,omitempty"` // processes killed for lack of memory, since it started
}

// Loaded is what was measured under one load.
type Loaded struct {
	Load      string        `json:"load"`              // Load.Name
	Skipped   string        `json:"skipped,omitempty"` // why the load was not sent; then all other fields are empty
	Began     time.Time     `json:"began"`
	WarmUp    uint64        `json:"warm_up"`           // requests before those below; Usage includes their CPU time
	Requests  uint64        `json:"requests"`          // sent; a visit counts as one
	Wrong     uint64        `json:"wrong"`             // wrong or missing responses, also of the lead-ins
	Reasons   []string      `json:"reasons,omitempty"` // a few distinct ones, of Wrong
	Hashed    uint64        `json:"hashed"`            // of Requests: the bytes were compared, not only the length
	BodyBytes uint64        `json:"body_bytes"`        // received, still content-encoded
	Sent      time.Duration `json:"sent,omitempty"`    // from the start of a slice to its last send, summed over slices
	Elapsed   time.Duration `json:"elapsed"`           // likewise to its last response

	WireIn  uint64 `json:"wire_in,omitempty"`  // bytes received on all connections, including response headers
	WireOut uint64 `json:"wire_out,omitempty"` // bytes sent
	Parts   []Part `json:"parts,omitempty"`    // the requests of a visit, in order

	Latency Histogram `json:"latency"` // from the actual send time
	Planned Histogram `json:"planned"` // from the planned send time: no coordinated omission
	Lag     Histogram `json:"lag"`     // how far the generator was behind the schedule

	// Slices are the turns of this arm under the load, in their order; none before schema 4. The histograms above leave
	// out those that are late, so that nothing is compared with half of its data.
	Slices []Slice `json:"slices,omitempty"`

	Idle     time.Duration `json:"idle,omitempty"`      // CPU time of the containers in the slices of other arms
	IdleOver time.Duration `json:"idle_over,omitempty"` // how long those slices were

	Opened   int `json:"opened,omitempty"`    // connections, including those of the warm-up and the lead-ins
	MostOpen int `json:"most_open,omitempty"` // of Opened, at the same moment

	Usage     []UsageDelta `json:"usage"`     // the variant's containers
	Generator UsageDelta   `json:"generator"` // the load generator's container

	Throttling *Throttling `json:"throttling,omitempty"` // including the warm-up; nil without a limit on CPUs
}

// UsageDelta is what a container used during a load, including its warm-up and the slices of other arms.
type UsageDelta struct {
	Container  string        `json:"container"`
	CPU        time.Duration `json:"cpu"`                 // nanoseconds
	Memory     int64         `json:"memory"`              // at the end, bytes
	WorkingSet int64         `json:"working_set"`         // at the end, bytes
	Peak       int64         `json:"peak,omitempty"`      // since the container started, including page cache, bytes
	OOMKills   int64         `json:"oom_kills,omitempty"` // processes killed for lack of memory meanwhile
}

// Slice is one turn of an arm under a load. Within a turn, every arm has one slice, in an order drawn anew for each
// turn.
type Slice struct {
	Turn      int             `json:"turn"`                // from 1
	Began     time.Time       `json:"began"`               // after its lead-in
	Requests  uint64          `json:"requests"`            // without those of the lead-in
	CPU       []time.Duration `json:"cpu,omitempty"`       // of each container, in the order of Usage; nil: unknown
	Generator time.Duration   `json:"generator,omitempty"` // CPU time of the load generator meanwhile, nanoseconds
	LagP99    time.Duration   `json:"lag_p99"`             // 99th percentile of the generator's lag behind the schedule
	Late      bool            `json:"late,omitempty"`      // in some slice of the same turn, LagP99 was above [KeptLag]
	Planned   Histogram       `json:"planned"`             // latency from the planned send time
}

// KeptLag is the lag at the 99th percentile up to which the generator keeps its schedule.
const KeptLag = time.Millisecond

// Part is one request that every visit makes. A visit that fails counts in none of its parts from the failed one on.
type Part struct {
	Path      string    `json:"path"`
	Requests  uint64    `json:"requests"` // answered correctly
	Status    int       `json:"status"`
	BodyBytes uint64    `json:"body_bytes"`
	Latency   Histogram `json:"latency"` // from the actual send time, including the wait for a connection

	Began Histogram `json:"began,omitempty"` // from the start of the visit to the actual send; "" in older records
}
