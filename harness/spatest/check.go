package spatest

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Check is one requirement, and the function that decides it.
type Check struct {
	Name      string    // stable, unique, kebab-case; also the subtest's name
	Group     string    // topic; the name begins with it
	Level     Level     // how much a violation hurts
	Doc       string    // the requirement in one sentence, a blank line, how a violation hurts users
	Spec      string    // URL of the RFC section or the vendor's documentation behind it
	DependsOn []string  // checks that must pass first; if one does not, this one is blocked
	Needs     []Feature // what the target must offer; without it this check is skipped

	// Intermittent: a server that violates the requirement passes most of the time, too, so a waiver may be needless.
	Intermittent bool

	// Run reports violations through p. Its error means "could not tell",
	// or, made by skipf, "cannot be decided on this target".
	Run func(ctx context.Context, p *Pass) error
}

// NeedsAny reports whether the check needs one of these features.
func (c Check) NeedsAny(features ...Feature) bool {
	return slices.ContainsFunc(c.Needs, func(f Feature) bool { return slices.Contains(features, f) })
}

// StartsServers reports whether the check starts servers of its own, by Target.Host.
func (c Check) StartsServers() bool {
	return c.NeedsAny(FeatureHost, FeatureNext, FeatureFolder, FeatureEmpty, FeatureUpstream)
}

// Requirement is the first line of Doc.
func (c Check) Requirement() string {
	line, _, _ := strings.Cut(c.Doc, "\n")
	return line
}

// Rationale is what Doc says after its first line.
func (c Check) Rationale() string {
	_, rest, _ := strings.Cut(c.Doc, "\n")
	return strings.TrimSpace(rest)
}

// Checks lists every check in the order in which a report shows them: by group,
// and in a group from the common to the rare.
func Checks() []Check {
	return slices.Concat(
		routingChecks(),
		arrivalChecks(),
		fallbackChecks(),
		apiReachedChecks(),
		apiChecks(),
		apiRootChecks(),
		apiReachChecks(),
		upstreamChecks(),
		assetsChecks(),
		wholeChecks(),
		queryChecks(),
		crawlerChecks(),
		wellKnownChecks(),
		cachingChecks(),
		cachingConfigChecks(),
		reuseChecks(),
		compressionChecks(),
		conditionalChecks(),
		matchChecks(),
		rangeChecks(),
		methodsChecks(),
		shapeChecks(),
		clientsChecks(),
		securityChecks(),
		symlinkChecks(),
		lifecycleChecks(),
		browserChecks(),
		tabChecks(),
		deploySkewChecks(),
	)
}

func find(name string) (Check, bool) {
	all := Checks()
	i := slices.IndexFunc(all, func(c Check) bool { return c.Name == name })
	if i < 0 {
		return Check{}, false
	}
	return all[i], true
}

// Level says how much a violation hurts.
type Level int

const (
	Must   Level = iota // breaks users, security, or a MUST of an RFC
	Should              // a SHOULD of an RFC, or strong practice
	May                 // an observation: never fails a run
)

var levelNames = []string{"MUST", "SHOULD", "MAY"}

func (l Level) String() string {
	if l < Must || l > May {
		return fmt.Sprintf("Level(%d)", int(l))
	}
	return levelNames[l]
}

// MarshalText writes MUST, SHOULD or MAY.
func (l Level) MarshalText() ([]byte, error) {
	if l < Must || l > May {
		return nil, fmt.Errorf("marshal level %d: want 0, 1 or 2", int(l))
	}
	return []byte(levelNames[l]), nil
}

// UnmarshalText reads what MarshalText writes.
func (l *Level) UnmarshalText(text []byte) error {
	i := slices.Index(levelNames, string(text))
	if i < 0 {
		return fmt.Errorf("read level %q: want MUST, SHOULD or MAY", text)
	}
	*l = Level(i)
	return nil
}

// Verdict is how a check ended.
type Verdict string

const (
	Passed  Verdict = "pass"
	Failed  Verdict = "fail"
	Skipped Verdict = "skip"    // cannot be decided on this target
	Errored Verdict = "error"   // could not tell
	Blocked Verdict = "blocked" // a check it depends on did not pass
)
