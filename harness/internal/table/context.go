package table

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// fact is one labelled line about the run.
type fact struct{ label, text string }

// unchecked is said wherever verdicts would stand.
const unchecked = "none: the plan leaves out conformance, so that nothing here is known to conform; the answers under load were verified."

// legend says how to read what stands in the cells.
func legend(run record.Run) []fact {
	n := rounds(run)
	all := stat.Summary(make([]float64, n))
	interval := fmt.Sprintf("The interval is made from order statistics, with at least %.0f%% confidence (%.1f%% for %s), and assumes nothing about the distribution.",
		100*stat.Confidence, 100*all.Confidence, plural(n, "round"))
	if !all.Attained() {
		interval = fmt.Sprintf("With %s no interval reaches %.0f%% (that needs %d): ± spans smallest to largest, an interval of %.3g%%.",
			plural(n, "round"), 100*stat.Confidence, enough(), 100*all.Confidence)
	}
	facts := []fact{
		{"12.3 ±4%", "median over the rounds, and how far the farther end of its interval lies from it. " + interval + " Image and body sizes are exact and have none."},
		{"×1.31", fmt.Sprintf("median over the rounds of the ratio to %s in the same round: ×2 is twice as much.", run.Plan.Baseline)},
		{"~", "the interval of that ratio includes 1: no difference was seen."},
	}
	if !all.Attained() {
		facts = append(facts, fact{"×1.31?", "too few rounds to say whether that differs from 1."})
	}
	if n == 1 {
		facts = append(facts, fact{"±?", "one value has no spread."})
	}
	return facts
}

// enough is the smallest number of rounds whose interval reaches the confidence asked for.
func enough() int {
	n := 1
	for !stat.Summary(make([]float64, n)).Attained() {
		n++
	}
	return n
}

// rounds is how many rounds the arm with the most of them has.
func rounds(run record.Run) int {
	most := 0
	for _, arm := range run.Plan.Variants {
		seen := map[int]bool{}
		for _, t := range run.Trials {
			if t.Variant == arm && t.Start != nil {
				seen[t.Round] = true
			}
		}
		most = max(most, len(seen))
	}
	return most
}

// context says where, when and how the run was measured.
func context(run record.Run) []fact {
	e := run.Env
	facts := []fact{
		machineFact(e),
		{"CPUs", cpusets(e)},
		{"Path", "of the load: " + orElse(e.Path, "unknown")},
		engineFact(e),
	}
	if e.Counters != "" {
		facts = append(facts, fact{"Counters", "CPU time and memory were read from " + e.Counters})
	}
	facts = append(facts, baseFacts(e)...)
	if run.Plan.Rounds == 0 { // checked, and not measured
		return append(facts, fact{"Software", fmt.Sprintf("spabench %s, %s, testcontainers %s", commit(e), e.Go, e.Tools.Testcontainers)}, fact{"Run", ending(run)})
	}
	planned := plural(run.Plan.Rounds, "round")
	if run.Plan.Budget.Within > 0 {
		planned += " or more"
	}
	facts = append(facts,
		fact{"Software", fmt.Sprintf("spabench %s, %s, vegeta %s, testcontainers %s", commit(e), e.Go, e.Tools.Vegeta, e.Tools.Testcontainers)},
		fact{"Plan", fmt.Sprintf("%s of %s, each in fresh containers, in an order shuffled from seed %d; ratios to %s",
			planned, plural(len(run.Plan.Variants), "variant"), run.Plan.Seed, run.Plan.Baseline)})
	for _, l := range run.Plan.Loads {
		facts = append(facts, fact{"Load", load(l)})
	}
	if o := run.Plan.Objective; o != nil {
		facts = append(facts, fact{"Objective", objective(*o)})
	}
	if b := run.Plan.Budget; b.Within > 0 {
		facts = append(facts, fact{"Budget", fmt.Sprintf("rounds until every headline ratio is within ±%s%%, at most %s", number(100*b.Within), b.Time)})
	}
	facts = append(facts, limitFacts(run.Plan)...)
	facts = append(facts, capitalised(disturbances(run))...)
	for _, name := range slices.Sorted(maps.Keys(run.Plan.Environ)) {
		facts = append(facts, fact{"Variable", fmt.Sprintf("%s=%s in every container", name, run.Plan.Environ[name])})
	}
	if run.Plan.Unchecked {
		facts = append(facts, fact{"Checks", unchecked})
	}
	return append(facts, fact{"Run", ending(run)})
}

func machineFact(e record.Env) fact {
	return fact{"Machine", fmt.Sprintf("%s, %s, %s GB; %s, Linux %s", orElse(e.CPU, "unknown CPU"), plural(e.CPUs, "CPU"), number(float64(e.MemoryBytes)/1e9), e.OS, e.Kernel)}
}

func engineFact(e record.Env) fact {
	return fact{"Engine", fmt.Sprintf("%s (API %s), storage %s, cgroup v%s (%s)", e.Engine, e.EngineAPI, e.StorageDriver, strings.TrimPrefix(e.CgroupVersion, "v"), e.CgroupDriver)}
}

func baseFacts(e record.Env) (facts []fact) {
	for _, b := range e.Bases {
		facts = append(facts, fact{"Base", base(b)})
	}
	return facts
}

func cpusets(e record.Env) string {
	if e.ServerCPUs == e.GeneratorCPUs {
		return fmt.Sprintf("%s for servers and load generator alike, which disturb each other", orElse(e.ServerCPUs, "any"))
	}
	return fmt.Sprintf("%s for the server (all containers of a variant share it), %s for the load generator", orElse(e.ServerCPUs, "any"), orElse(e.GeneratorCPUs, "any"))
}

func base(b record.Base) string {
	text := fmt.Sprintf("%s = %s, %s", b.Name, b.Image, shortID(b.ID))
	if b.StandIn {
		text += ": a stand-in made from Debian packages, because no registry answered"
	}
	return text
}

// shortID cuts a digest to what tells two apart.
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
		return "commit " + e.Commit + " with changes not committed"
	default:
		return "commit " + e.Commit
	}
}

func load(l record.Load) string {
	what := orElse(l.Method, "GET") + " " + l.Path
	switch l.Visit {
	case record.FirstVisit:
		what = "first visits to " + l.Path
	case record.RepeatVisit:
		what = "repeat visits to " + l.Path
	}
	text := fmt.Sprintf("%s: %s, %d/s for %s after %s of warm-up", l.Name, what, l.Rate, l.Duration, l.Warmup)
	if l.Container != "" {
		text += ", straight to container " + l.Container
	}
	if l.Connections > 0 {
		text += ", at most " + plural(l.Connections, "connection")
	}
	if l.Coding != "" {
		text += ", Accept-Encoding: " + l.Coding
	}
	if l.Doc != "" {
		text += " (" + l.Doc + ")"
	}
	return text
}

// ending says whether the run ended by itself.
func ending(run record.Run) string {
	const minute = "2006-01-02 15:04 UTC"
	began := run.Started.UTC().Format(minute)
	if n := len(run.Resumed); n > 0 {
		began += fmt.Sprintf(", was cut off and resumed %s (the last time %s)", times(n), run.Resumed[n-1].Began.UTC().Format(minute))
		if run.End != nil {
			return fmt.Sprintf("began %s, took %s from then on, ended by itself; %s", began, duration(run.End.Took), peak(*run.End))
		}
	}
	if run.End != nil {
		return fmt.Sprintf("began %s, took %s, ended by itself; %s", began, duration(run.End.Took), peak(*run.End))
	}
	if run.Plan.Rounds == 0 {
		return fmt.Sprintf("began %s, INTERRUPTED after %d of %d servers", began, len(run.Conformance), len(run.Plan.Variants))
	}
	return fmt.Sprintf("began %s, INTERRUPTED after %d of %d trials", began, len(run.Trials), trials(run.Plan))
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
	words = slices.DeleteFunc(words, func(w string) bool { return w == "Processor" || w == "CPU" || w == "@" || strings.HasSuffix(w, "GHz") })
	return orElse(strings.Join(words, " "), "unknown CPU") + ", " + plural(e.CPUs, "CPU")
}

// times says how often.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
