package table

import (
	"fmt"

	"spabench/harness/internal/record"
)

func lastStageText(o record.Observed) claimText {
	s := o.LastStage
	return claimText{
		why: say(finding{s.IsLast(),
			fmt.Sprintf("without a target the image starts %s, as the last stage does; with --target seed it starts %s",
				s.Untargeted, s.Seed),
			fmt.Sprintf("without a target the image starts %s, and the last stage starts %s",
				s.Untargeted, s.Runtime)}),
		sheets: []claimSheet{{
			title: "Stages",
			doc:   "What the image of dockerfiles/compose/seed.Dockerfile starts, by the target of the build.",
			sheet: sheet{head: []string{"target", "starts"},
				rows: [][]string{{"none", s.Untargeted}, {"runtime", s.Runtime}, {"seed", s.Seed}}},
		}},
	}
}
