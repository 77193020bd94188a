package claims

import (
	"context"
	"fmt"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
)

func lastStageClaim() claim.Claim {
	return claim.Claim{
		ID:    "last-stage-is-default",
		Words: "The stage that is built without a target is the last one: put the runtime there, and the seeder before it.",
		Test:  "Build a Dockerfile with a seed stage and a runtime stage without a target and with each, and read what the images start.",
		Run:   judgeLastStage,
	}
}

func judgeLastStage(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
	t := record.Sheet{Name: "stages", Title: "Stages", Doc: "What the image starts that dockerfiles/compose/seed.Dockerfile gives, by the target asked for.",
		Head: []string{"target", "starts"}}
	starts := map[string]string{}
	for _, stage := range []string{"", "runtime", "seed"} {
		ref, err := b.Lab.BuildStage(ctx, "compose/seed", stage, lab.Usual)
		if err != nil {
			return record.Judgement{}, err
		}
		c, err := b.Lab.Config(ctx, ref)
		if err != nil {
			return record.Judgement{}, err
		}
		starts[stage] = strings.Join(append(c.Entrypoint, c.Command...), " ")
		name := stage
		if name == "" {
			name = "none"
		}
		t.Rows = append(t.Rows, []string{name, starts[stage]})
	}
	j := record.Judgement{Verdict: record.Holds, Tables: []record.Sheet{t},
		Why: fmt.Sprintf("without a target the image starts %s, as the last stage does; with --target seed, %s", starts[""], starts["seed"])}
	if starts[""] != starts["runtime"] || starts["seed"] == starts["runtime"] {
		j.Verdict = record.Refuted
	}
	return j, nil
}
