// Package record holds what a run measured: plain data, nothing rounded, no behaviour but its JSON Lines codec.
//
// The recorded run is the artefact. Every table is derived from it and can be rendered again years later.
package record

import (
	"time"

	"spabench/harness/spatest"
)

// Schema is the version of the record's shape. A reader refuses a newer one.
// 2 has a control, and runs that were resumed; 3 has visits, bytes over the wire, calibrations, knees and the sentinel.
const Schema = 3

// Run is a whole recorded run: where and how it was measured, then what was.
type Run struct {
	Schema  int       `json:"schema"`
	Started time.Time `json:"started"`
	Env     Env       `json:"env"`
	Plan    Plan      `json:"plan"`

	Builds      []Build       `json:"-"` // one for each variant, in the plan's order
	Conformance []Conformance `json:"-"` // one for each variant that was built
	Calibration []Calibration `json:"-"` // of the load generator, one for each payload
	Trials      []Trial       `json:"-"` // in the order they were run
	Resumed     []Resumption  `json:"-"` // each time that it went on after it was cut off
	End         *End          `json:"-"` // nil when the run did not end by itself
}

// Env is the machine, the engine and the bases a run was measured on.
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
	Counters      string `json:"counters,omitempty"` // where CPU time and memory were read, if not in the kernel's own files
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

// Plan is what a run sets out to do, stored with the results verbatim.
type Plan struct {
	Variants []string `json:"variants"`          // arms, by catalogue name, the floor among them
	Baseline string   `json:"baseline"`          // the arm that ratios are taken to
	Control  string   `json:"control,omitempty"` // the variant that is in every round a second time, under the name ControlArm
	Rounds   int      `json:"rounds"`
	Seed     uint64   `json:"seed"` // of the order within each round
	Loads    []Load   `json:"loads"`

	Objective *Objective `json:"objective,omitempty"` // each trial ends with a search for the rate that meets it
	Bounds    Bounds     `json:"bounds,omitzero"`     // of the sentinel; zero: there is none
	Sliced    bool       `json:"sliced,omitempty"`    // the CPU time is read every [Slice], not only before and after an attack
	Budget    Budget     `json:"budget,omitzero"`

	Limits  *Limits  `json:"limits,omitempty"`  // on each variant, in trials; conformance is judged without
	Checks  []string `json:"checks,omitempty"`  // checks and groups that conformance is judged by; empty: all
	Command string   `json:"command,omitempty"` // asks for this plan again, from the project's root

	Unchecked bool              `json:"unchecked,omitempty"` // conformance is not checked at all: nothing measured has a verdict beside it
	Environ   map[string]string `json:"environ,omitempty"`   // environment variables that every container of every variant gets
}

// Limits are what all containers of a variant may use together.
type Limits struct {
	CPUs   float64 `json:"cpus,omitempty"`         // seconds of CPU time in a second; 0: no limit but Env.ServerCPUs
	Memory int64   `json:"memory_bytes,omitempty"` // page cache included, no swap beside it; 0: no limit
}

// ControlArm is what the control's trials are called: two arms of one variant, so what differs between them is noise.
const ControlArm = "control"

// Load is one attack: a fixed rate of one kind of request, open loop.
type Load struct {
	Name        string        `json:"name"`                // page, deep-link, asset, api, …
	Path        string        `json:"path"`                // request target; of a visit, the page's
	Method      string        `json:"method,omitempty"`    // "" is GET
	Content     string        `json:"content,omitempty"`   // of the request, JSON
	Visit       Visit         `json:"visit,omitempty"`     // "" for single requests
	Once        bool          `json:"once,omitempty"`      // not asked of the control
	Container   string        `json:"container,omitempty"` // asked instead of the entry; variants that have none of that name are not asked
	Coding      string        `json:"coding"`              // Accept-Encoding sent
	Rate        int           `json:"rate"`                // requests, or visits, per second
	Warmup      time.Duration `json:"warmup"`              // at the same rate, not recorded, nanoseconds
	Duration    time.Duration `json:"duration"`            // nanoseconds
	Connections int           `json:"connections"`         // kept alive, at most
	Doc         string        `json:"doc,omitempty"`       // what a browser would be doing
}

// Visit is what a browser asks for when it opens a page.
type Visit string

const (
	FirstVisit  Visit = "first"  // the page and all that it loads, on new connections
	RepeatVisit Visit = "repeat" // the page and what of it is not fresh, under the conditions that the first visit's validators allow
)

// Build is the outcome of building one variant from its Dockerfiles.
type Build struct {
	Variant string        `json:"variant"`
	Title   string        `json:"title"`
	Took    time.Duration `json:"took"` // nanoseconds; mostly the layer cache's, when warm
	Image   *Image        `json:"image,omitempty"`
	Err     string        `json:"err,omitempty"`
	Log     string        `json:"log,omitempty"` // the end of the build's output, when it failed
}

// Image is what a variant's images weigh together, in bytes. A layer that several of them share counts once.
type Image struct {
	Images     []string `json:"images"`     // references, in the order of the variant's containers
	IDs        []string `json:"ids"`        // content-addressed ids, in the same order
	Unpacked   int64    `json:"unpacked"`   // on disk: the files of all layers
	Compressed int64    `json:"compressed"` // what a pull transfers: each layer's archive, gzip at its default level
	Own        int64    `json:"own"`        // the part of Unpacked in layers that no base image has
	Layers     int      `json:"layers"`
	Store      string   `json:"store"` // where it was read from
}

// Conformance is one variant's report, unmodified.
type Conformance struct {
	Variant string            `json:"variant"`
	Waived  map[string]string `json:"waived,omitempty"` // check name to reason
	Report  spatest.Report    `json:"report"`
	Err     string            `json:"err,omitempty"` // the checks could not run
	Log     string            `json:"log,omitempty"` // the end of the containers' output, when they did not start
}

// Trial is one start of one variant in one round, with everything measured on it.
type Trial struct {
	Variant string    `json:"variant"`
	Round   int       `json:"round"` // from 1
	Order   int       `json:"order"` // place within the round, from 1
	Began   time.Time `json:"began"`
	Image   Image     `json:"image"`
	Start   *Start    `json:"start,omitempty"` // nil when it never became ready
	Idle    []Usage   `json:"idle,omitempty"`  // before the first load, one for each container
	Loads   []Loaded  `json:"loads,omitempty"`
	Knee    *Knee     `json:"knee,omitempty"`
	Stop    *Stop     `json:"stop,omitempty"`
	Err     string    `json:"err,omitempty"`
	Log     string    `json:"log,omitempty"` // the end of the containers' output, when it failed

	Sentinel *Sentinel `json:"sentinel,omitempty"` // nil where the engine's machine is another one
	Repeat   int       `json:"repeat,omitempty"`   // this is the trial's so manieth repeat, because the one before was disturbed
}

// Start is the phases of a cold start. Create has a clock of its own;
// the others count from the first call that starts a container. Nanoseconds.
type Start struct {
	Create    time.Duration `json:"create"`     // network and containers created, not started
	Returned  time.Duration `json:"returned"`   // the engine said that all are started
	FirstByte time.Duration `json:"first_byte"` // of any HTTP response
	Page      time.Duration `json:"page"`       // first correct page: status and bytes
	API       time.Duration `json:"api"`        // first correct API answer

	Throttling *Throttling `json:"throttling,omitempty"` // until both; nil without a limit on CPUs
}

// Throttling is how a limit on CPUs was felt: once the quota of a period of 100 ms is used up, nothing runs until the next.
type Throttling struct {
	Over      time.Duration `json:"over"`      // how long the variant was to work, nanoseconds
	Time      time.Duration `json:"time"`      // in which something was to be run and the quota was used up, summed over CPUs, nanoseconds
	Periods   int64         `json:"periods"`   // in which something was to be run
	Throttled int64         `json:"throttled"` // of Periods: the quota was used up before the end
}

// Stop is how the variant ended.
type Stop struct {
	Took      time.Duration  `json:"took"`       // from SIGTERM (or the image's own stop signal) to the last exit, nanoseconds
	ExitCodes map[string]int `json:"exit_codes"` // by container
}

// Usage is one container's counters at one moment, from its cgroup by way of the engine.
type Usage struct {
	Container  string        `json:"container"`
	CPU        time.Duration `json:"cpu"`                 // since it started, user and system, nanoseconds
	Memory     int64         `json:"memory"`              // bytes charged, page cache included
	WorkingSet int64         `json:"working_set"`         // Memory less inactive file pages, bytes
	Peak       int64         `json:"peak,omitempty"`      // the most that Memory was since it started; 0 where the kernel does not keep it
	OOMKills   int64         `json:"oom_kills,omitempty"` // its processes that were killed for want of memory, since it started
}

// Loaded is what one attack measured.
type Loaded struct {
	Load      string        `json:"load"`              // Load.Name
	Skipped   string        `json:"skipped,omitempty"` // why it was not made; then all else is empty
	Began     time.Time     `json:"began"`
	WarmUp    uint64        `json:"warm_up"`           // requests before those below, at the same rate; Usage has their CPU time too
	Requests  uint64        `json:"requests"`          // sent; of a visit, all that it asks for is one
	Wrong     uint64        `json:"wrong"`             // of Requests: not the expected status, coding, length or bytes, or no response at all
	Reasons   []string      `json:"reasons,omitempty"` // a few distinct ones
	Hashed    uint64        `json:"hashed"`            // of Requests: the bytes were compared, not only the length
	BodyBytes uint64        `json:"body_bytes"`        // received, content codings not undone
	Sent      time.Duration `json:"sent,omitempty"`    // from the beginning to the last send
	Elapsed   time.Duration `json:"elapsed"`           // from the beginning to the last response

	WireIn  uint64 `json:"wire_in,omitempty"`  // bytes received on all connections, heads of responses included
	WireOut uint64 `json:"wire_out,omitempty"` // bytes sent
	Parts   []Part `json:"parts,omitempty"`    // of a visit: what it asks for, in its order

	Latency Histogram `json:"latency"` // from the moment the request was sent
	Planned Histogram `json:"planned"` // from the moment the schedule says: nothing is omitted when the server stalls
	Lag     Histogram `json:"lag"`     // the generator's own delay behind the schedule

	// Foreign is the part of the servers' CPUs that something else used meanwhile, interrupts not counted, 0 to 1; what
	// is disturbed beyond the plan's bound is made again, and both stand in the trial's loads.
	Foreign   float64 `json:"foreign,omitempty"`
	Disturbed bool    `json:"disturbed,omitempty"`

	// Excess is the lower quartile of the slices' CPU time, in times the least that it was so far for this arm under this
	// load in this run; 0 where there are too few slices. The same work takes more where the hypervisor has something else on
	// the same core, and nothing else in this machine shows that.
	Excess float64 `json:"excess,omitempty"`

	Usage     []UsageDelta `json:"usage"`     // the variant's containers
	Generator UsageDelta   `json:"generator"` // the load generator's container

	Throttling *Throttling `json:"throttling,omitempty"` // of the variant, the warm-up included; nil without a limit on CPUs
}

// UsageDelta is what a container used during an attack, its warm-up included.
type UsageDelta struct {
	Container  string        `json:"container"`
	CPU        time.Duration `json:"cpu"`                 // nanoseconds
	Memory     int64         `json:"memory"`              // at the end, bytes
	WorkingSet int64         `json:"working_set"`         // at the end, bytes
	Peak       int64         `json:"peak,omitempty"`      // the most since the container started, page cache included, bytes
	OOMKills   int64         `json:"oom_kills,omitempty"` // its processes that were killed for want of memory meanwhile

	// Slices are the CPU time in each whole [Slice] of the attack, the warm-up not included, nanoseconds.
	Slices []time.Duration `json:"slices,omitempty"`
}

// Slices sums the slices of containers, which were all read at the same moments; nil where one of them has none.
func Slices(usage []UsageDelta) []time.Duration {
	var sum []time.Duration
	for i, u := range usage {
		if i > 0 && len(u.Slices) != len(sum) {
			return nil
		}
		if i == 0 {
			sum = make([]time.Duration, len(u.Slices))
		}
		for j, cpu := range u.Slices {
			sum[j] += cpu
		}
	}
	return sum
}

// Sliced gives the slices of an attack by some of its containers, and how many requests fell into each on average; nil
// where they are too few to take a quartile of.
func (l Loaded) Sliced(usage []UsageDelta) (cpu []time.Duration, requests float64) {
	cpu, requests = Slices(usage), float64(l.Requests)*float64(Slice)/float64(l.Sent)
	if len(cpu) < fewestSlices || requests < fewestInSlice {
		return nil, 0
	}
	return cpu, requests
}

// With fewer slices their quartile is the least or the next; with fewer requests in one, the one more or less that falls
// into it is more than 4%.
const (
	fewestSlices  = 5
	fewestInSlice = 25
)

// Slice is what an attack is cut into where [Plan.Sliced].
const Slice = 100 * time.Millisecond

// Part is one thing that visits ask for. A visit that went wrong counts in none of its parts from that one on.
type Part struct {
	Path      string    `json:"path"`
	Requests  uint64    `json:"requests"` // answered rightly
	Status    int       `json:"status"`
	BodyBytes uint64    `json:"body_bytes"`
	Latency   Histogram `json:"latency"` // from the moment it was sent, waiting for a connection included
}

// Histogram is an HDR histogram of nanoseconds, from 1 µs to 60 s with three significant digits,
// in its standard compressed form (HdrHistogram V2, base64). "" is an empty one.
type Histogram string

// Resumption is a run that goes on, by another process, after it was cut off.
type Resumption struct {
	Began time.Time `json:"began"`
}

// End is the last line of a run that ended by itself.
type End struct {
	Ended      time.Time     `json:"ended"`
	Took       time.Duration `json:"took"`              // since it was started, or resumed the last time, nanoseconds
	PeakMemory int64         `json:"peak_memory"`       // of the harness itself, resident, bytes
	Rounds     int           `json:"rounds,omitempty"`  // made, where the plan leaves their number open
	Because    string        `json:"because,omitempty"` // why there were no more of them
}
