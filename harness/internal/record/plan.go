package record

import "time"

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

	Added     []Added           `json:"added,omitempty"`     // servers that are in no catalogue
	App       *App              `json:"app,omitempty"`       // what the variants serve instead of our app
	Project   string            `json:"project,omitempty"`   // the file that describes them, as it was named
	Unchecked bool              `json:"unchecked,omitempty"` // conformance is not checked
	Environ   map[string]string `json:"environ,omitempty"`   // environment variables of every container
}

// Added is a server that is in no catalogue: somebody's own.
type Added struct {
	Name  string `json:"name"`
	Given string `json:"given"` // as it was given on the command line

	// Server says where its image comes from and how it is started, without the values of build arguments and of
	// environment variables, which may be secret. A run that is resumed must have the same.
	Server string `json:"server"`
}

// App is somebody's own build of their app, which the variants serve in place of ours. The API stays ours.
type App struct {
	Given  string `json:"given"`  // the folder, as it was given on the command line
	Digest string `json:"digest"` // SHA-256 of the names and contents of the files; a resumed run must have the same
	Files  int    `json:"files"`
	Bytes  int64  `json:"bytes"`
	Assets int    `json:"assets"` // files in assets/, the folder that the strategies let browsers keep for a year

	Routes []string `json:"routes,omitempty"` // client routes, if they are known
	Notes  []string `json:"notes,omitempty"`  // what is left out, and what the strategies cannot do for this build
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

	Theirs string `json:"theirs,omitempty"` // Path of the servers that are in no catalogue, where theirs is another
	Given  bool   `json:"given,omitempty"`  // the rate was given by the user, and is not fitted to the slowest server
}

// Visit is what a browser requests when it opens a page.
type Visit string

const (
	FirstVisit  Visit = "first"  // the page and everything that it loads, on new connections
	RepeatVisit Visit = "repeat" // the page and whatever is not fresh, conditional on the first visit's validators
)
