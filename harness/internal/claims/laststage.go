package claims

import (
	"context"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
)

func lastStageClaim() claim.Claim {
	return claim.Claim{
		ID: "last-stage-is-default",
		Words: "The stage that is built without a target is the last one: put the runtime there, " +
			"and the seeder before it.",
		Test: "Build a Dockerfile with a seed stage and a runtime stage without a target and with each, " +
			"and read what the images start",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			o, err := observeLastStage(ctx, b.Lab)
			if err != nil {
				return record.Judgement{}, err
			}
			return record.Judgement{Verdict: judgeLastStage(o), Observed: record.Observed{LastStage: &o}}, nil
		},
	}
}

func observeLastStage(ctx context.Context, l *lab.Lab) (o record.LastStageObserved, err error) {
	for stage, starts := range map[string]*string{"": &o.Untargeted, "runtime": &o.Runtime, "seed": &o.Seed} {
		ref, err := l.BuildStage(ctx, "compose/seed", stage, lab.Usual)
		if err != nil {
			return o, err
		}
		c, err := l.Config(ctx, ref)
		if err != nil {
			return o, err
		}
		*starts = strings.Join(append(c.Entrypoint, c.Command...), " ")
	}
	return o, nil
}

func judgeLastStage(o record.LastStageObserved) record.Verdict {
	if o.IsLast() {
		return record.Holds
	}
	return record.Refuted
}
