package table

import (
	"math/rand/v2"
	"testing"

	"spabench/harness/internal/record"
	"spabench/harness/spatest"
)

// of is the report of one variant, to be changed.
func of(run *record.Run, variant string) *record.Conformance {
	for i := range run.Conformance {
		if run.Conformance[i].Variant == variant {
			return &run.Conformance[i]
		}
	}
	return nil
}

// troubled is a run in which everything went wrong that can.
func troubled(t *testing.T) record.Run {
	run := fixture(t, 7)
	// fastapi did not build.
	run.Builds[2] = record.Build{Variant: "fastapi",
		Err: "build fastapi: pip install: exit status 1\nsecond line", Log: "the log"}
	run.Conformance = append(run.Conformance[:2], run.Conformance[3])
	var kept []record.Trial
	for _, trial := range run.Trials {
		if trial.Variant != "fastapi" {
			kept = append(kept, trial)
		}
	}
	run.Trials = kept
	for i := range run.Trials {
		trial := &run.Trials[i]
		switch {
		case trial.Variant == "nginx-three-container" && trial.Round == 3:
			// One of its rounds never became ready.
			trial.Start, trial.Idle, trial.Loads = nil, nil, nil
			trial.Err = "start nginx-three-container: no correct page within 1m0s: status 502"
		case trial.Variant == "disk-go" && trial.Round == 5:
			trial.Loads[0].Wrong, trial.Loads[0].Reasons = 12, []string{"status 500, want 200", "cut short"}
		case trial.Variant == "embedded-go":
			trial.Loads[1].Lag = arms[0].histogram(rand.New(rand.NewPCG(9, 9)), 900, 0.5)
		}
	}
	disk := of(&run, "disk-go")
	disk.Report.Outcomes[3] = spatest.Outcome{Check: "routing-deep-link", Level: spatest.Must, Verdict: spatest.Failed,
		Findings: []spatest.Finding{{Message: "a deep link is answered with 404 | <not> the *page*"}}}
	disk.Report.Outcomes[4] = spatest.Outcome{Check: "routing-trailing-slash", Level: spatest.Must,
		Verdict: spatest.Blocked, Reason: "routing-deep-link did not pass"}
	nginx := of(&run, "nginx-three-container")
	nginx.Report.Outcomes[7] = spatest.Outcome{Check: "api-405-allow", Level: spatest.Should,
		Verdict: spatest.Failed, Waived: "this stack cannot, because it is test data"}
	nginx.Report.Outcomes[8] = spatest.Outcome{Check: "routing-base-path", Level: spatest.Should,
		Verdict: spatest.Skipped, Reason: "no base path"}
	run.Env.Dirty = true
	return run
}

// interrupted is a run that was killed in its third round, of which nothing is recorded.
func interrupted(t *testing.T) record.Run {
	run := fixture(t, 3)
	run.Plan.Rounds = 10
	run.Trials, run.Rounds = run.Trials[:10], run.Rounds[:2]
	run.End = nil
	return run
}
