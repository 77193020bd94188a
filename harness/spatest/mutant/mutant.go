package mutant

import (
	"io/fs"
	"net"
	"net/http"
	"slices"
	"testing/fstest"

	"spabench/harness/spatest"
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

	// Under is the path that the app is served under, such as "/app"; Wrap gets
	// the requests to the whole origin. Empty: the app is at its root.
	Under string
	// Page changes the page of the build, which the server serves and Target has.
	Page func(page string) string

	// More adds files to the build, or changes some.
	More func(build fstest.MapFS)
	// Alone says that checks start no server of this kind: they compare pages
	// with the build, and this server writes something into them.
	Alone bool
	// Declared are things to say of the target that hold for this mutant alone.
	Declared func(target *spatest.Target)

	// Wire changes connections below net/http, for what that decides before any
	// handler is asked; nil: none.
	Wire func(net.Conn) net.Conn

	// Also names further checks that the change violates by its nature; strict
	// both ways. Every check has a mutant without any.
	Also []string
}

// Handler is the mutant, serving its build of the fixture.
func (m Mutant) Handler() http.Handler { return m.Serve(m.Build()) }

// Serve is the mutant, serving a build.
func (m Mutant) Serve(build fs.FS) http.Handler { return m.wrap(mount(m.Under, Reference(build))) }

func (m Mutant) wrap(reference http.Handler) http.Handler {
	if m.Wrap == nil {
		return reference
	}
	wrapped := m.Wrap(reference)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		harden(w.Header()) // for what the mutant answers by itself
		wrapped.ServeHTTP(w, r)
	})
}

// Build is the build that the mutant serves, and NextBuild the one after it:
// Fixture and NextFixture, unless the mutant says otherwise.
func (m Mutant) Build() fs.FS     { return m.build("A", fixture) }
func (m Mutant) NextBuild() fs.FS { return m.build("B", nextFixture) }

func (m Mutant) build(id string, usual func() fs.FS) fs.FS {
	if m.Under == "" && m.Page == nil && m.More == nil {
		return usual()
	}
	build := makeFixture(id, m.Under)
	if m.Page != nil {
		page := m.Page(string(build["index.html"].Data))
		build["index.html"] = &fstest.MapFile{Data: []byte(page), Mode: 0o644}
		build["index.html.gz"] = &fstest.MapFile{Data: compress(page), Mode: 0o644}
	}
	if m.More != nil {
		m.More(build)
	}
	return build
}

// All lists the mutants, in the order of the checks that they fail.
func All() []Mutant {
	return slices.Concat(
		routingMutants(),
		arrivalMutants(),
		pagesMutants(),
		apiMutants(),
		apiReachMutants(),
		upstreamMutants(),
		assetsMutants(),
		queryMutants(),
		wellKnownMutants(),
		wholeMutants(),
		configuredMutants(),
		cachingMutants(),
		reuseMutants(),
		compressionMutants(),
		conditionalMutants(),
		matchMutants(),
		rangeMutants(),
		methodsMutants(),
		framingMutants(),
		shapeMutants(),
		clientsMutants(),
		securityMutants(),
		nonceMutants(),
		symlinkMutants(),
		lifecycleMutants(),
		browserMutants(),
		tabMutants(),
		deploySkewMutants(),
	)
}

// Oddities lists servers that do what few servers do and every server may: the
// check that each names must pass or be skipped, and so must all others.
func Oddities() []Mutant {
	return slices.Concat(
		routingOddities(),
		arrivalOddities(),
		pagesOddities(),
		apiOddities(),
		apiReachOddities(),
		upstreamOddities(),
		assetsOddities(),
		queryOddities(),
		wellKnownOddities(),
		wholeOddities(),
		configuredOddities(),
		cachingOddities(),
		reuseOddities(),
		compressionOddities(),
		conditionalOddities(),
		matchOddities(),
		rangeOddities(),
		methodsOddities(),
		framingOddities(),
		shapeOddities(),
		clientsOddities(),
		securityOddities(),
		nonceOddities(),
		symlinkOddities(),
		lifecycleOddities(),
		browserOddities(),
		tabOddities(),
		deploySkewOddities(),
	)
}
