package spatest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Run checks the target, each check in a subtest of its name. Violations of
// Must and Should fail it.
func Run(t *testing.T, target Target) {
	t.Helper()
	r, err := newRunner(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	var ahead sync.WaitGroup
	if !selectsSubtests() {
		ahead.Go(func() { r.all(t.Context()) }) // several at once: the subtests then wait for their turn only
	}
	for _, check := range r.selected {
		t.Run(check.Name, func(t *testing.T) {
			show(t, r.outcome(t.Context(), check.Name))
		})
	}
	ahead.Wait()
}

// selectsSubtests: go test was told to run some subtests alone, so no other check may run.
func selectsSubtests() bool {
	for _, name := range []string{"test.run", "test.skip"} {
		if f := flag.Lookup(name); f != nil && strings.Contains(f.Value.String(), "/") {
			return true
		}
	}
	return false
}

// show tells a subtest about an outcome.
func show(t *testing.T, o Outcome) {
	tell := t.Error
	if o.OK() {
		tell = t.Log
	}
	for _, f := range o.Findings {
		tell(f.String())
	}
	switch {
	case o.Waived != "":
		t.Skip("waived: " + o.Waived)
	case o.Verdict == Skipped:
		t.Skip(o.Reason)
	case o.Reason != "":
		tell(string(o.Verdict) + ": " + o.Reason)
	}
}

// Inspect checks the target. Its error means that nothing could be decided:
// [ErrTarget], [ErrUnknown], [ErrNotABuild], [ErrNoAnswer], or ctx ended.
// Violations are in the report.
func Inspect(ctx context.Context, target Target) (Report, error) {
	r, err := newRunner(ctx, target)
	if err != nil {
		return Report{}, err
	}
	at := target.URL
	if target.Recording != nil {
		at = target.Recording.Page
	}
	report := Report{Target: at, Outcomes: r.all(ctx)}
	if err := ctx.Err(); err != nil {
		return Report{}, fmt.Errorf("check %s: %w", at, err)
	}
	return report, nil
}

// all runs the selected checks, several at once.
func (r *runner) all(ctx context.Context) []Outcome {
	outcomes := make([]Outcome, len(r.selected))
	places := make(chan struct{}, maxConns)
	for turn := range turns {
		var wg sync.WaitGroup
		for i, check := range r.selected {
			if turnOf(check) != turn {
				continue
			}
			places <- struct{}{}
			wg.Go(func() {
				outcomes[i] = r.outcome(ctx, check.Name)
				<-places
			})
		}
		wg.Wait()
	}
	return outcomes
}

// turns keep browsers apart from checks that start servers: see steady.
const turns = 3

func turnOf(check Check) int {
	switch {
	case !check.NeedsAny(FeatureBrowser):
		return 0
	case !check.NeedsAny(FeatureNext):
		return 1
	}
	return 2
}

// runner runs each check at most once, its dependencies before it.
type runner struct {
	target   Target
	client   *client
	site     *site
	selected []Check
	states   map[string]*state
}

type state struct {
	check   Check
	once    sync.Once
	outcome Outcome
}

func newRunner(ctx context.Context, target Target) (*runner, error) {
	target, origin, err := target.prepare()
	if err != nil {
		return nil, err
	}
	r := &runner{target: target, client: newClient(target, origin), states: map[string]*state{}}
	if r.selected, err = target.selected(); err != nil {
		return nil, err
	}
	for _, check := range Checks() {
		r.states[check.Name] = &state{check: check}
	}
	r.site, err = survey(ctx, &Pass{Target: target, client: r.client})
	return r, err
}

// outcome runs the check of this name, unless it has run, and returns how it ended.
func (r *runner) outcome(ctx context.Context, name string) Outcome {
	s := r.states[name]
	s.once.Do(func() {
		start := time.Now()
		s.outcome = r.waive(s.check, r.decide(ctx, s.check))
		s.outcome.Duration = time.Since(start)
	})
	return s.outcome
}

func (r *runner) decide(ctx context.Context, check Check) Outcome {
	o := Outcome{Check: check.Name, Level: check.Level}
	if r.target.Recording != nil {
		var ok bool
		if check, ok = check.byRecording(); !ok {
			o.Verdict, o.Reason = Skipped, "it needs requests that a recording does not have"
			return o
		}
	}
	p := &Pass{Target: r.target, check: check, client: r.client, site: r.site}
	for _, feature := range check.Needs {
		if reason := p.lacks(feature); reason != "" {
			o.Verdict, o.Reason = Skipped, r.target.spelt(reason)
			return o
		}
	}
	for _, name := range check.DependsOn {
		switch on := r.outcome(ctx, name); on.Verdict {
		case Passed:
		case Skipped:
			o.Verdict, o.Reason = Skipped, fmt.Sprintf("%s was skipped: %s", name, on.Reason)
			return o
		default:
			// What a waived check blocks is excused with it.
			o.Verdict, o.Reason, o.Waived = Blocked, name+" did not pass", on.Waived
			return o
		}
	}
	limit := checkExchanges*r.target.Timeout + r.client.pace.allowance()
	if check.StartsServers() {
		limit += hostTime
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := guard(ctx, check, p)

	o.Findings = p.findings
	if p.limited.Load() {
		o.Findings = slices.DeleteFunc(slices.Clone(p.findings), mayBeLimit)
	}
	if len(o.Findings) > maxFindings {
		p.Notef("%d more violations", len(o.Findings)-maxFindings)
		o.Findings = o.Findings[:maxFindings]
	}
	var skip skipped
	switch {
	case len(o.Findings) > 0: // a violation stands, whatever came after it
		o.Verdict = Failed
		if err != nil {
			p.Notef("%v", err)
		}
	case p.limited.Load() && (err != nil || len(p.findings) > 0):
		o.Verdict = Errored
		o.Reason = r.target.spelt("the server limits how many requests it answers (429): ask fewer in a second (Rate)")
	case unrecorded(err):
		o.Verdict, o.Reason = Skipped, "the recording has none of the requests that it makes"
	case errors.As(err, &skip):
		o.Verdict, o.Reason = Skipped, r.target.spelt(skip.reason)
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil:
		o.Verdict, o.Reason = Errored, fmt.Sprintf("not finished within %s: %v", limit, err)
	case err != nil:
		o.Verdict, o.Reason = Errored, err.Error()
	default:
		o.Verdict = Passed
	}
	if o.Reason == "" {
		o.Reason = strings.Join(p.notes, "; ")
	}
	return o
}

// mayBeLimit: a limit of requests may be all that the finding shows. What a response holds that
// it must not, and errors of the server, are not.
func mayBeLimit(f Finding) bool {
	if f.Exchange == nil || f.Exchange.Response == nil {
		return true
	}
	status := f.Exchange.Response.Status
	return status/100 != 5 && !(status == http.StatusOK && strings.HasPrefix(f.Check, "security-"))
}

// guard runs the check, and makes an error of a panic: what a server sends must
// not end the run.
func guard(ctx context.Context, check Check, p *Pass) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return check.Run(ctx, p)
}

// waive applies the target's waiver, which must be needed, unless a fault may not show.
func (r *runner) waive(check Check, o Outcome) Outcome {
	reason, ok := r.target.Waive[check.Name]
	switch {
	case !ok:
	case o.Verdict == Failed:
		o.Waived = reason
	case o.Verdict == Passed && !check.Intermittent:
		o.Verdict, o.Reason = Failed, ""
		o.Findings = []Finding{{
			Check:    o.Check,
			Message:  fmt.Sprintf("the check is waived (%s), but the server passes it", reason),
			Expected: "a violation, or no waiver",
			Got:      "a pass: remove the waiver",
		}}
	}
	return o
}
