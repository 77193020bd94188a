package spatest

import (
	"fmt"
	"strings"
	"time"
)

// Finding is one violation, with the exchange that shows it.
type Finding struct {
	Check    string    `json:"check"`
	Message  string    `json:"message"`
	Expected string    `json:"expected,omitempty"`
	Got      string    `json:"got,omitempty"`
	Exchange *Exchange `json:"exchange,omitempty"`
}

// String explains the finding to whoever has to mend the server.
func (f Finding) String() string {
	var b strings.Builder
	check, known := find(f.Check)
	fmt.Fprintf(&b, "%s", f.Check)
	if known {
		fmt.Fprintf(&b, " (%s): %s", check.Level, check.Requirement())
	}
	fmt.Fprintf(&b, "\n  %s", f.Message)
	line := func(label, value string) {
		if value != "" {
			fmt.Fprintf(&b, "\n  %-9s %s", label+":", value)
		}
	}
	line("expected", f.Expected)
	line("got", f.Got)
	if f.Exchange != nil {
		line("try", f.Exchange.Curl())
	}
	line("see", check.Spec)
	return b.String()
}

// Outcome is how one check ended on one target.
type Outcome struct {
	Check    string        `json:"check"`
	Level    Level         `json:"level"`
	Verdict  Verdict       `json:"verdict"`
	Reason   string        `json:"reason,omitempty"` // of a skip, an error or a block; of a pass: what was not decided
	Waived   string        `json:"waived,omitempty"` // the waiver's reason, where it excuses the verdict
	Findings []Finding     `json:"findings,omitempty"`
	Duration time.Duration `json:"duration_ns"`
}

// OK reports whether the outcome leaves the target conforming: the check passed,
// was skipped or waived, or is a mere observation (May). An error, or a check
// blocked by one that failed, is not conformance.
func (o Outcome) OK() bool {
	return o.Verdict == Passed || o.Verdict == Skipped || o.Waived != "" || o.Level == May
}

// Report is what one inspection found: the outcomes in the order of Checks.
type Report struct {
	Target   string    `json:"target"` // its URL
	Outcomes []Outcome `json:"outcomes"`
}

// Outcome returns the outcome of a check; false if it was not selected.
func (r Report) Outcome(check string) (Outcome, bool) {
	for _, o := range r.Outcomes {
		if o.Check == check {
			return o, true
		}
	}
	return Outcome{}, false
}

// Count returns how many outcomes have this verdict.
func (r Report) Count(v Verdict) int {
	n := 0
	for _, o := range r.Outcomes {
		if o.Verdict == v {
			n++
		}
	}
	return n
}

// Err names the outcomes that are not OK, Must and Should alike: a target
// conforms when every check passes, is skipped, or is waived, apart from those
// of level May, whose failures are only reported. Nil: it conforms.
func (r Report) Err() error {
	var names []string
	for _, o := range r.Outcomes {
		if o.OK() {
			continue
		}
		note := o.Level.String()
		if o.Verdict != Failed {
			note += ", " + string(o.Verdict)
		}
		names = append(names, fmt.Sprintf("%s (%s)", o.Check, note))
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("check %s: %d of %d checks do not pass: %s",
		r.Target, len(names), len(r.Outcomes), strings.Join(names, ", "))
}
