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
	Survey      *Survey       `json:"-"` // nil if all servers are of the catalogue
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
	ImageStore    string `json:"image_store,omitempty"` // how the engine keeps images; see [StoreOf]
	CgroupVersion string `json:"cgroup_version"`
	CgroupDriver  string `json:"cgroup_driver"`
	Counters      string `json:"counters,omitempty"` // source of CPU time and memory, if not the kernel's own files
	Path          string `json:"path"`               // the way load takes to the server
	Bases         []Base `json:"bases"`              // in the order of their names
	Commit        string `json:"commit"`             // of this project; "" outside a checkout
	Dirty         bool   `json:"dirty"`              // the checkout had changes that were not committed
	Go            string `json:"go"`                 // version that the harness was built with
	Tools         Tools  `json:"tools"`

	EngineLacks []string `json:"engine_lacks,omitempty"` // what the engine cannot do, such as "limit memory"
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

// Build is the result of building one variant from its Dockerfiles.
type Build struct {
	Variant string        `json:"variant"`
	Title   string        `json:"title"`
	Took    time.Duration `json:"took"` // nanoseconds; a warm layer cache makes it short
	Image   *Image        `json:"image,omitempty"`
	Layers  []Layer       `json:"layers,omitempty"` // of its images, the lowest of each first; none in older records
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

// Layer is one layer of an image of a variant.
type Layer struct {
	Container   string `json:"container"`
	Unpacked    int64  `json:"unpacked"`              // on disk, bytes
	Compressed  int64  `json:"compressed"`            // what a pull transfers: gzip at its default level, bytes
	Base        bool   `json:"base,omitempty"`        // it is also a layer of a base image
	Again       bool   `json:"again,omitempty"`       // an earlier container has it as well: it is not counted again
	Instruction string `json:"instruction,omitempty"` // that made it, as the builder recorded it
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
