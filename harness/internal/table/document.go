package table

import (
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/spatest"
)

// document is a run's tables with all that a program needs to read them. What was not measured is left out, so a 0 was
// measured.
type document struct {
	Schema      string           `json:"$schema"` // SchemaID
	Run         runJSON          `json:"run"`
	Verdicts    []verdictJSON    `json:"verdicts"`
	Tables      []tableJSON      `json:"tables"`                // of metrics by arm
	Conformance *conformanceJSON `json:"conformance,omitempty"` // nil when it was not chosen
	Control     *controlJSON     `json:"control,omitempty"`     // nil also for a run without a control
	Generator   *generatorJSON   `json:"generator,omitempty"`   // nil also for a run whose generator was not calibrated
	Connections *connectionsJSON `json:"connections,omitempty"` // nil also for a run that did not count them
}

// runJSON is the first line of the record verbatim, and how the run ended.
type runJSON struct {
	record.Run
	Resumed     []record.Resumption `json:"resumed,omitempty"`
	Ended       *time.Time          `json:"ended,omitempty"`
	Interrupted bool                `json:"interrupted"`
	Commit      string              `json:"commit,omitempty"` // with Dirty, the part of Env that readers want first
	Dirty       bool                `json:"dirty"`
}

type verdictJSON struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

// headingJSON has the members of every table.
type headingJSON struct {
	Name  string   `json:"name"`
	Title string   `json:"title"`
	Doc   string   `json:"doc"`
	Notes []string `json:"notes"`
}

type tableJSON struct {
	headingJSON
	Columns []metricJSON `json:"columns"`
	Rows    []rowJSON    `json:"rows"`
}

type metricJSON struct {
	Name     string  `json:"name"`
	Title    string  `json:"title"`
	Unit     string  `json:"unit"` // base unit, which every value is in
	Better   Better  `json:"better"`
	Exact    bool    `json:"exact"`
	Doc      string  `json:"doc,omitempty"`
	Load     string  `json:"load,omitempty"`
	Quantile float64 `json:"quantile,omitempty"`
}

type rowJSON struct {
	Variant  string              `json:"variant"`
	Conforms *bool               `json:"conforms,omitempty"` // nil without a report
	Cells    map[string]cellJSON `json:"cells"`              // by metric, one for each column
}

type cellJSON struct {
	Value *intervalJSON `json:"value,omitempty"` // nil when it was never measured
	Ratio *ratioJSON    `json:"ratio,omitempty"` // nil when the value is not compared
	Mark  string        `json:"mark,omitempty"`
}

type intervalJSON struct {
	Centre     float64 `json:"centre"`
	Lo         float64 `json:"lo"`
	Hi         float64 `json:"hi"`
	Confidence float64 `json:"confidence"`
	N          int     `json:"n"`
}

type ratioJSON struct {
	Reference string `json:"reference"`
	intervalJSON
	Differs    *bool `json:"differs,omitempty"`     // nil when there were too few rounds to say
	MoreRounds *int  `json:"more_rounds,omitempty"` // nil where it differs, and where no number can be forecast
}

type conformanceJSON struct {
	headingJSON
	Rows []conformsJSON `json:"rows"`
}

type conformsJSON struct {
	Variant  string        `json:"variant"`
	Conforms *bool         `json:"conforms,omitempty"` // nil, like all below, without a report
	Error    string        `json:"error,omitempty"`    // why the checks could not run
	Counts   *countsJSON   `json:"counts,omitempty"`
	Failing  []failingJSON `json:"failing,omitempty"`
}

type countsJSON struct {
	Pass      int `json:"pass"`
	Waived    int `json:"waived"`
	Fail      int `json:"fail"`
	Undecided int `json:"undecided"`
	Skip      int `json:"skip"`
}

// failingJSON is a check that failed or could not be decided, and is not waived.
type failingJSON struct {
	Check   string          `json:"check"`
	Level   spatest.Level   `json:"level"`
	Verdict spatest.Verdict `json:"verdict"`
	Reason  string          `json:"reason"`
}

type controlJSON struct {
	headingJSON
	Variant string     `json:"variant"` // the one that runs twice in every round
	Rows    []twinJSON `json:"rows"`
}

// generatorJSON has the calibrations as in the record, with durations in nanoseconds.
type generatorJSON struct {
	headingJSON
	Rows []record.Calibration `json:"rows"`
}

type twinJSON struct {
	Metric metricJSON   `json:"metric"`
	Once   intervalJSON `json:"once"`
	Again  intervalJSON `json:"again"`
	Ratio  ratioJSON    `json:"ratio"` // of again to once
}

type connectionsJSON struct {
	headingJSON
	Rows []openedJSON `json:"rows"`
}

// openedJSON is how many connections the load generator opened to one variant under one load: the most of any round.
type openedJSON struct {
	Variant   string `json:"variant"`
	Load      string `json:"load"`
	KeptAlive int    `json:"kept_alive"`
	Cap       int    `json:"cap,omitempty"` // on the connections that may be open at once; 0: none
	Opened    int    `json:"opened"`
	MostOpen  int    `json:"most_open"`
}
