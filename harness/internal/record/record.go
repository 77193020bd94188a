// Package record holds what a run measured: plain data, not rounded, with no behaviour except its JSON Lines codec.
//
// The record is the artefact. Every table is derived from it and can be rendered again years later.
package record

import (
	"time"

	"spabench/harness/spatest"
)

// Schema is the version of the record's shape. A reader refuses a newer one. 2 added the control and resumed runs;
// 3 added visits, bytes over the wire, calibrations, SLO capacity and the sentinel. 4 has rounds of interleaved slices:
// all arms of a round are up together and take turns. It has no repeated loads and trials any more; what older records
// say of those is not read.
const Schema = 4

// Run is a recorded run: where and how it was measured, then what was measured.
type Run struct {
	Schema  int       `json:"schema"`
	Started time.Time `json:"started"`
	Env     Env       `json:"env"`
	Plan    Plan      `json:"plan"`

	Builds      []Build       `json:"-"` // one for each variant, in the plan's order
	Conformance []Conformance `json:"-"` // one for each variant that was built
	Calibration []Calibration `json:"-"` // of the load generator, one for each calibrated load
	Rounds      []Round       `json:"-"` // in their order, without their trials; none before schema 4
	Trials      []Trial       `json:"-"` // of all rounds, in the order in which they were started
	Resumed     []Resumption  `json:"-"` // each time that it continued after an interruption
	End         *End          `json:"-"` // nil when the run did not complete
}

// Env is the machine, the engine and the base images that a run was measured on.
type Env struct {
	CPU           string `json:"cpu"`            // model name as the kernel gives it
	CPUs          int    `json:"cpus"`           // logical CPUs of the engine's machine
	MemoryBytes   int64  `json:"memory_bytes"`   // of the engine's machine
	ServerCPUs    string `json:"server_cpus"`    // cpuset shared by all containers of a variant
	GeneratorCPUs string `json:"generator_cpus"` // cpuset of the load generator
	Kernel        string `json:"kernel"`
	OS            string `json:"os"`
	Engine        string `json:"engine"` // name and version
	EngineAPI     string `json:"engine_api"`
	StorageDriver string `json:"storage_driver"`
	CgroupVersion string `json:"cgroup_version"`
	CgroupDriver  string `json:"cgroup_driver"`
	Counters      string `json:"counters,omitempty"` // source of CPU time and memory, if not the kernel's own files
	Path          string `json:"path"`               // the way load takes to the server
	Bases         []Base `json:"bases"`              // in the order of their names
	Commit        string `json:"commit"`             // of this project; "" outside a checkout
	Dirty         bool   `json:"dirty"`              // the checkout had changes that were not committed
	Go            string `json:"go"`                 // version that the harness was built with
	Tools         Tools  `json:"tools"`
}

// Tools are the versions of the libraries that measure.
type Tools struct {
	Vegeta         string `json:"vegeta"`
	Testcontainers string `json:"testcontainers"`
}

// Base is a base image that the variants were built on.
type Base struct {
	Name    string `json:"name"`     // the Dockerfiles' build argument, such as GO_IMAGE
	Image   string `json:"image"`    // the reference used
	ID      string `json:"id"`       // the image's content-addressed id, or its registry digest when it has one
	StandIn bool   `json:"stand_in"` // made here from Debian packages, because no registry answered

	Packages []string `json:"packages,omitempty"` // "name version" of all that is in a stand-in, sorted
}

// Plan is what a run sets out to do. It is stored verbatim with the results.
type Plan struct {
	Variants []string `json:"variants"`          // the arms by catalogue name, including the baseline
	Baseline string   `json:"baseline"`          // the arm that ratios are relative to: the null server, by default
	Control  string   `json:"control,omitempty"` // A/A test: this variant runs twice in every round
	Rounds   int      `json:"rounds"`
	Seed     uint64   `json:"seed"` // random seed for the order within each round
	Loads    []Load   `json:"loads"`

	Objective *Objective `json:"objective,omitempty"` // each round ends with a search for the SLO capacity
	Budget    Budget     `json:"budget,omitzero"`

	Limits  *Limits  `json:"limits,omitempty"`  // on each variant during trials; conformance is checked without limits
	Checks  []string `json:"checks,omitempty"`  // checks and groups that conformance is judged by; all if empty
	Command string   `json:"command,omitempty"` // repeats this plan from the project's root

	Unchecked bool              `json:"unchecked,omitempty"` // conformance is not checked
	Environ   map[string]string `json:"environ,omitempty"`   // environment variables of every container
}

// Limits are what all containers of a variant may use together.
type Limits struct {
	CPUs   float64 `json:"cpus,omitempty"`         // seconds of CPU time per second; 0: no limit except Env.ServerCPUs
	Memory int64   `json:"memory_bytes,omitempty"` // including page cache, without swap; 0: no limit
}

// ControlArm is the name of the control's trials. They are a second arm of one variant, so any difference is noise.
const ControlArm = "control"

// Load is one kind of request, or of visit, sent in an open loop at a fixed rate.
type Load struct {
	Name        string        `json:"name"`                // page, deep-link, asset, api, …
	Path        string        `json:"path"`                // request target; of a visit, the page's
	Method      string        `json:"method,omitempty"`    // "" is GET
	Content     string        `json:"content,omitempty"`   // of the request: JSON
	Visit       Visit         `json:"visit,omitempty"`     // "" for single requests
	Once        bool          `json:"once,omitempty"`      // the control does not get it
	Container   string        `json:"container,omitempty"` // gets the load instead of the entry
	Coding      string        `json:"coding"`              // Accept-Encoding sent
	Rate        int           `json:"rate"`                // requests, or visits, per second
	Warmup      time.Duration `json:"warmup"`              // at the same rate and not recorded; nanoseconds
	Duration    time.Duration `json:"duration"`            // of all slices together, nanoseconds
	Slice       time.Duration `json:"slice,omitempty"`     // of each turn; 0: the whole load is one slice; nanoseconds
	LeadIn      time.Duration `json:"lead_in,omitempty"`   // before each slice, at its rate, not recorded; nanoseconds
	Connections int           `json:"connections"`         // kept alive between requests
	Doc         string        `json:"doc,omitempty"`       // what a browser would be doing

	// MaxConnections are the most that may be open at once: further requests wait for one of them, which counts in
	// their latency. 0: an open loop opens as many as it needs.
	MaxConnections int `json:"max_connections,omitempty"`
}

// Visit is what a browser requests when it opens a page.
type Visit string

const (
	FirstVisit  Visit = "first"  // the page and everything that it loads, on new connections
	RepeatVisit Visit = "repeat" // the page and whatever is not fresh, conditional on the first visit's validators
)

// Build is the result of building one variant from its Dockerfiles.
type Build struct {
	Variant string        `json:"variant"`
	Title   string        `json:"title"`
	Took    time.Duration `json:"took"` // nanoseconds; a warm layer cache makes it short
	Image   *Image        `json:"image,omitempty"`
	Err     string        `json:"err,omitempty"`
	Log     string        `json:"log,omitempty"` // the end of the build's output, when it failed
}

// Image is the size of a variant's images together, in bytes. A layer that several of them share counts once.
type Image struct {
	Images     []string `json:"images"`     // references, in the order of the variant's containers
	IDs        []string `json:"ids"`        // content-addressed ids, in the same order
	Unpacked   int64    `json:"unpacked"`   // on disk: the files of all layers
	Compressed int64    `json:"compressed"` // what a pull transfers: layers compressed with gzip
	Own        int64    `json:"own"`        // the part of Unpacked in layers that are in no base image
	Layers     int      `json:"layers"`
	Store      string   `json:"store"` // where the sizes were read from
}

// Conformance is one variant's report, unmodified.
type Conformance struct {
	Variant string            `json:"variant"`
	Waived  map[string]string `json:"waived,omitempty"` // check name to reason
	Report  spatest.Report    `json:"report"`
	Err     string            `json:"err,omitempty"` // the checks could not be run
	Log     string            `json:"log,omitempty"` // the end of the containers' output, when they did not start
}

// Round is one fresh start of every arm. They are started one after the other, stay up together, and take turns under
// each load.
type Round struct {
	Round    int           `json:"round"` // from 1
	Began    time.Time     `json:"began"`
	Took     time.Duration `json:"took"`               // nanoseconds
	Sentinel *Sentinel     `json:"sentinel,omitempty"` // nil where the engine's machine is another one
	Trials   []Trial       `json:"trials,omitempty"`   // in the order in which they were started
}

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
}

// Histogram is an HDR histogram of nanoseconds, from 1 µs to 60 s with three significant digits, in its standard
// compressed form (HdrHistogram V2, base64). "" is an empty histogram.
type Histogram string

// Resumption marks where another process continued an interrupted run.
type Resumption struct {
	Began time.Time `json:"began"`
}

// End is the last line of a completed run.
type End struct {
	Ended      time.Time     `json:"ended"`
	Took       time.Duration `json:"took"`              // since the start, or since the last resumption; nanoseconds
	PeakMemory int64         `json:"peak_memory"`       // resident memory of the harness itself, bytes
	Rounds     int           `json:"rounds,omitempty"`  // completed, where the plan leaves their number open
	Because    string        `json:"because,omitempty"` // why there were no more rounds
}
