package table

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/record"
)

// fact is one labelled line about the run.
type fact struct{ label, text string }

// unchecked stands wherever verdicts would be.
const unchecked = "none: this plan skips conformance, so nothing here is known to conform; answers under load were " +
	"verified."

// rounds is how many rounds the arm with the most of them has.
func rounds(run record.Run) int {
	largest := 0
	for _, arm := range run.Plan.Variants {
		seen := map[int]bool{}
		for _, t := range run.Trials {
			if t.Variant == arm && t.Start != nil {
				seen[t.Round] = true
			}
		}
		largest = max(largest, len(seen))
	}
	return largest
}

// context says where, when and how the run was measured.
func context(run record.Run) []fact {
	e := run.Env
	facts := []fact{
		machineFact(e),
		{"CPUs", cpusets(e)},
		{"Load path", orElse(e.Path, "unknown")},
		engineFact(e),
	}
	if e.Counters != "" {
		facts = append(facts, fact{"Counters", "CPU time and memory were read from " + e.Counters})
	}
	facts = append(facts, baseFacts(e)...)
	if IsMatrix(run) {
		return append(facts,
			fact{"Software", fmt.Sprintf("spabench %s, %s, testcontainers %s",
				commit(e), e.Go, e.Tools.Testcontainers)},
			fact{"Run", ending(run)})
	}
	facts = append(facts, fact{"Software", fmt.Sprintf("spabench %s, %s, vegeta %s, testcontainers %s",
		commit(e), e.Go, e.Tools.Vegeta, e.Tools.Testcontainers)})
	facts = append(facts, planFacts(run)...)
	return append(facts, fact{"Run", ending(run)})
}

// planFacts say what the run set out to do, and what else happened.
func planFacts(run record.Run) []fact {
	planned := plural(run.Plan.Rounds, "round")
	if run.Plan.Budget.Within > 0 {
		planned += " or more"
	}
	turns := ""
	if Current(run) {
		turns = "; all stay up and take turns under each load"
	}
	facts := []fact{{"Plan", fmt.Sprintf("%s of %s, each in fresh containers, in an order shuffled with random seed "+
		"%d%s; ratios to %s (baseline)", planned, plural(len(run.Plan.Variants), "variant"), run.Plan.Seed, turns,
		run.Plan.Baseline)}}
	for _, l := range run.Loads() {
		facts = append(facts, fact{"Load", load(l)})
	}
	facts = append(facts, surveyFacts(run)...)
	if o := run.Plan.Objective; o != nil {
		facts = append(facts, fact{"SLO", objective(*o)})
	}
	if b := run.Plan.Budget; b.Within > 0 {
		facts = append(facts, fact{"Budget",
			fmt.Sprintf("rounds until every headline ratio is within ±%s%%, for at most %s",
				number(100*b.Within), b.Time)})
	}
	facts = append(facts, limitFacts(run.Plan)...)
	facts = append(facts, capitalised(roundFacts(run))...)
	for _, name := range slices.Sorted(maps.Keys(run.Plan.Environ)) {
		facts = append(facts, fact{"Variable", fmt.Sprintf("%s=%s in every container", name, run.Plan.Environ[name])})
	}
	if run.Plan.Unchecked {
		facts = append(facts, fact{"Checks", unchecked})
	}
	return facts
}

func machineFact(e record.Env) fact {
	return fact{"Machine", fmt.Sprintf("%s, %s, %s GB; %s, Linux %s", orElse(e.CPU, "unknown CPU"),
		plural(e.CPUs, "CPU"), number(float64(e.MemoryBytes)/1e9), e.OS, e.Kernel)}
}

func engineFact(e record.Env) fact {
	storage := e.StorageDriver
	if e.ImageStore != "" { // older records do not name it
		storage += " (" + e.ImageStore + ")"
	}
	text := fmt.Sprintf("%s (API %s), storage %s, cgroup v%s (%s)",
		e.Engine, e.EngineAPI, storage, strings.TrimPrefix(e.CgroupVersion, "v"), e.CgroupDriver)
	if len(e.EngineLacks) > 0 {
		text += "; it cannot " + strings.Join(e.EngineLacks, ", nor ")
	}
	return fact{"Engine", text}
}

func baseFacts(e record.Env) (facts []fact) {
	for _, b := range e.Bases {
		facts = append(facts, fact{"Base", base(b)})
	}
	return facts
}

func cpusets(e record.Env) string {
	if e.ServerCPUs == e.GeneratorCPUs {
		return fmt.Sprintf("%s for both servers and load generator, which disturb each other",
			orElse(e.ServerCPUs, "any"))
	}
	return fmt.Sprintf("the servers run on CPU %s (shared by all containers of a variant), the load generator on "+
		"CPU %s", orElse(e.ServerCPUs, "any"), orElse(e.GeneratorCPUs, "any"))
}

func base(b record.Base) string {
	text := fmt.Sprintf("%s = %s, %s", b.Name, b.Image, shortID(b.ID))
	if b.StandIn {
		text += ": a stand-in built on Debian packages, because no registry answered"
	}
	return text
}

// shortID cuts a digest to as many digits as tell two apart.
func shortID(id string) string {
	algorithm, hash, ok := strings.Cut(id, ":")
	if !ok || len(hash) <= 12 {
		return orElse(id, "id unknown")
	}
	return algorithm + ":" + hash[:12]
}

func commit(e record.Env) string {
	switch {
	case e.Commit == "":
		return "outside a checkout"
	case e.Dirty:
		return "commit " + e.Commit + " with uncommitted changes"
	default:
		return "commit " + e.Commit
	}
}

func load(l record.Load) string {
	path := l.Path
	if l.Theirs != "" {
		path += ", of added servers " + l.Theirs
	}
	what := orElse(l.Method, "GET") + " " + path
	switch l.Visit {
	case record.FirstVisit:
		what = "first visits to " + path
	case record.RepeatVisit:
		what = "repeat visits to " + path
	}
	text := fmt.Sprintf("%s: %s, %d/s for %s", l.Name, what, l.Rate, l.Duration)
	if l.Slice > 0 {
		text += fmt.Sprintf(" in slices of %s (each after a lead-in of %s)", l.Slice, l.LeadIn)
	}
	text += fmt.Sprintf(" after %s of warm-up", l.Warmup)
	if l.Container != "" {
		text += ", directly to container " + l.Container
	}
	if c := connectionsOf(l); c != "" {
		text += ", " + c
	}
	if l.Coding != "" {
		text += ", Accept-Encoding: " + l.Coding
	}
	if l.Doc != "" {
		text += " (" + l.Doc + ")"
	}
	return text
}

// ending says whether the run completed.
func ending(run record.Run) string {
	const minute = "2006-01-02 15:04 UTC"
	began := run.Started.UTC().Format(minute)
	if n := len(run.Resumed); n > 0 {
		began += fmt.Sprintf(", was interrupted and resumed %s (last "+
			"%s)", times(n), run.Resumed[n-1].Began.UTC().Format(minute))
		if run.End != nil {
			return fmt.Sprintf("began %s, took %s from then on, completed; %s",
				began, duration(run.End.Took), peak(*run.End))
		}
	}
	if run.End != nil {
		return fmt.Sprintf("began %s, took %s, completed; %s", began, duration(run.End.Took), peak(*run.End))
	}
	if run.Plan.Rounds == 0 {
		return fmt.Sprintf("began %s, INTERRUPTED after %d of %d "+
			"servers", began, len(run.Conformance), len(run.Plan.Variants))
	}
	return fmt.Sprintf("began %s, INTERRUPTED after %d of %d trials", began, len(run.Trials), plannedTrials(run.Plan))
}

// peak tells the harness's own memory.
func peak(e record.End) string {
	if e.PeakMemory == 0 {
		return "the memory of the harness itself was not measured"
	}
	return fmt.Sprintf("the harness used at most %s MB of memory", number(float64(e.PeakMemory)/1e6))
}

// day is the date that a run began.
func day(t time.Time) string { return t.UTC().Format("2 January 2006") }

// machine is a few words that tell machines apart.
func machine(e record.Env) string {
	words := strings.Fields(e.CPU)
	words = slices.DeleteFunc(words, func(w string) bool {
		return w == "Processor" || w == "CPU" || w == "@" || strings.HasSuffix(w, "GHz")
	})
	return orElse(strings.Join(words, " "), "unknown CPU") + ", " + plural(e.CPUs, "CPU")
}

// times says how often.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
