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

	// run judges the claim. An error says that the test broke off; that the claim cannot be tested on this machine at all
	// is a judgement: record.NotTested.
	Run func(context.Context, *Bench) (record.Judgement, error)
}
