package mutant

import (
	"io/fs"
	"net/http"
	"slices"
)

// Mutant is the reference with one change. In All it violates the check it
// names, in Oddities it does something that this check must allow.
type Mutant struct {
	Name  string                               // stable, unique, kebab-case
	Check string                               // of spatest
	Doc   string                               // what the server does, in one sentence
	Wrap  func(next http.Handler) http.Handler // nil: answers as the reference

	// Life changes how the mutant's servers live, not how they answer.
	Life Life

	// Also names further checks that the change violates by its nature; strict
	// both ways. Every check has a mutant without any.
	Also []string
}

// Handler is the mutant, serving the fixture.
func (m Mutant) Handler() http.Handler { return m.Serve(Fixture()) }

// Serve is the mutant, serving a build.
func (m Mutant) Serve(build fs.FS) http.Handler { return m.wrap(Reference(build)) }

func (m Mutant) wrap(reference http.Handler) http.Handler {
	if m.Wrap == nil {
		return reference
	}
	return m.Wrap(reference)
}

// All lists the mutants, in the order of the checks that they fail.
func All() []Mutant {
	return slices.Concat(
		routingMutants(),
		apiMutants(),
		assetsMutants(),
		cachingMutants(),
		compressionMutants(),
		conditionalMutants(),
		rangeMutants(),
		methodsMutants(),
		securityMutants(),
		lifecycleMutants(),
		browserMutants(),
		deploySkewMutants(),
	)
}

// Oddities lists servers that do what few servers do and every server may: the
// check that each names must pass or be skipped, and so must all others.
func Oddities() []Mutant {
	return slices.Concat(
		routingOddities(),
		apiOddities(),
		assetsOddities(),
		cachingOddities(),
		compressionOddities(),
		conditionalOddities(),
		rangeOddities(),
		methodsOddities(),
		securityOddities(),
		lifecycleOddities(),
		browserOddities(),
		deploySkewOddities(),
	)
}
