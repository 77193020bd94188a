package claim

import (
	"context"

	"spabench/harness/internal/record"
)

// A Claim of the article behind this project, and its test.
type Claim struct {
	ID    string // stable, kebab-case
	Words string // what is claimed
	Test  string // what is done to test it

	// Run judges the claim. An error says that the test broke off. That the claim cannot be tested on this machine at
	// all is a judgement: record.NotTested, with the reason.
	Run func(context.Context, *Bench) (record.Judgement, error)
}
