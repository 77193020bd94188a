package table

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// PublishedWitness is a run with two load generators, in results/.
type PublishedWitness struct {
	Name    string // of its folder
	Witness record.Witness
}

// WitnessText writes what the run shows, for a terminal of 80 columns.
func WitnessText(w io.Writer, run record.Witness) error {
	all, err := Testimonies(run)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := testimonySheet(&b, run, all, textStyle{}); err != nil {
		return err
	}
	textStyle{}.facts(&b, "What it shows", witnessFacts(run, all))
	_, err = w.Write(append(bytes.TrimRight(b.Bytes(), "\n"), '\n'))
	return err
}

// WitnessPage is the README of a published run with two load generators: whether they agree, by how much they do not,
// how it was measured, and how to repeat it.
func WitnessPage(run record.Witness, name string) (string, error) {
	style := markdownStyle{heading: "##"}
	all, err := Testimonies(run)
	if err != nil {
		return "", fmt.Errorf("render page of %s: %w", name, err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# A second load generator, on %s\n\n%s\n\n", escape(machine(run.Env)),
		witnessLead(run, "[h2load](https://nghttp2.org/documentation/h2load.1.html)"))
	if run.Ended == nil {
		fmt.Fprintf(&b, "**This run was interrupted** after %d of %s.\n\n",
			witnessRounds(run), plural(run.Rounds, "round"))
	}
	bullets(&b, witnessFacts(run, all))
	b.WriteByte('\n')
	if err := testimonySheet(&b, run, all, style); err != nil {
		return "", fmt.Errorf("render page of %s: %w", name, err)
	}
	style.facts(&b, "Measured", witnessContext(run))
	b.WriteString("## Reproduce\n\n```sh\n")
	if run.Env.Commit != "" {
		fmt.Fprintf(&b, "git checkout %s\n", run.Env.Commit)
	}
	fmt.Fprintf(&b, "%s\n```\n\n`make tables` renders this page again from its `%s`.\n",
		run.Command, record.WitnessFile)
	return b.String(), nil
}

// witnessLead says what was done, and names the other generator so.
func witnessLead(run record.Witness, theirs string) string {
	return fmt.Sprintf("%s, %s. %s and %s sent the same requests to the same containers by turns.",
		day(run.Started), plural(witnessRounds(run), "round"), record.Ours, theirs)
}

// testimonySheet is the table of all comparisons.
func testimonySheet(b *bytes.Buffer, run record.Witness, all []Testimony, style style) error {
	style.title(b, Table{Title: "Two load generators",
		Doc: fmt.Sprintf("CPU time of the server per page and latency of a page from the actual send, µs. Ratio: %s's "+
			"to %s's, paired by turn within each round, then over the rounds, with its %.0f%% interval. They agree if "+
			"the whole interval is within ±%.0f%%, and differ if it is outside.",
			record.Theirs, record.Ours, 100*stat.Confidence, 100*agreeing)})
	s := sheet{head: []string{"variant", "what", record.Ours, record.Theirs, "ratio", "interval", "verdict"}}
	for _, t := range all {
		s.rows = append(s.rows, []string{
			t.Variant, t.Quantity, witnessedValue(t.Ours), witnessedValue(t.Theirs),
			ratioWords(t), interval(t), string(t.Agreement),
		})
	}
	return style.sheet(b, s)
}

func inMicroseconds(ns float64) string { return number(ns / 1e3) }

// witnessedValue is a value without its interval, in microseconds.
func witnessedValue(i stat.Interval) string {
	if i.N == 0 {
		return missing
	}
	return inMicroseconds(i.Centre)
}

// ratioWords is the ratio without its interval.
func ratioWords(t Testimony) string {
	if t.Ratio.N == 0 {
		return missing
	}
	return "×" + number(t.Ratio.Centre)
}

// interval is that of the ratio; one round has none.
func interval(t Testimony) string {
	if !t.Ratio.Attained() {
		return missing
	}
	return fmt.Sprintf("%s to %s", number(t.Ratio.Lo), number(t.Ratio.Hi))
}

// witnessFacts say in words what the comparisons show.
func witnessFacts(run record.Witness, all []Testimony) []fact {
	var facts []fact
	for _, q := range witnessedQuantities() {
		of := slices.DeleteFunc(slices.Clone(all), func(t Testimony) bool { return t.Quantity != q.name })
		facts = append(facts, fact{q.name, agreementWords(of)})
	}
	if slices.ContainsFunc(all, costlier) {
		facts = append(facts, fact{"Sleep", sleeping})
	}
	if share := clientShare(run, all); share != "" {
		facts = append(facts, fact{"Client", share})
	}
	return append(facts, fact{"Schedule", schedule(run)})
}

// costlier reports whether a page that h2load asks for may take more CPU time than agrees with ours.
func costlier(t Testimony) bool {
	return t.Quantity == witnessedCPU && t.Agreement != Agrees && t.Ratio.Centre > 1
}

// sleeping is the known cause of that.
const sleeping = "a server's answer has to wake its client, and costs the server more if the client's CPU sleeps. " +
	"h2load sleeps between two requests, and spabench's client mostly does not; with a CPU that is kept awake, most " +
	"of the difference is gone (harness/METHOD.md)"

// schedule says how well both generators kept their schedules, and how many slices are not compared because one did
// not.
func schedule(run record.Witness) string {
	text := fmt.Sprintf("99%% of the requests left within %s µs of an even schedule from %s, and within %s µs from %s "+
		"(medians over the slices)", inMicroseconds(float64(lagOf(run, record.Ours))), record.Ours,
		inMicroseconds(float64(lagOf(run, record.Theirs))), record.Theirs)
	all, late := pairs(run), 0
	for _, p := range all {
		if p.late() {
			late++
		}
	}
	if late > 0 {
		text += fmt.Sprintf(". Of %s of slices, %d are not compared, because one of the two was more than %s late",
			plural(len(all), "pair"), late, record.KeptLag)
	}
	return text
}

// agreementWords says on which variants the generators agree in one quantity, and by how much they differ on the
// others.
func agreementWords(of []Testimony) string {
	var parts []string
	for _, a := range []Agreement{Agrees, Differs, Unclear} {
		var names []string
		for _, t := range of {
			switch {
			case t.Agreement != a:
			case a == Agrees:
				names = append(names, t.Variant)
			default:
				names = append(names, fmt.Sprintf("%s (%s)", t.Variant, ratioWords(t)))
			}
		}
		if len(names) > 0 {
			parts = append(parts, string(a)+" on "+list(names))
		}
	}
	return strings.Join(parts, "; ")
}

// clientShare says how much higher our median is on the baseline, which does next to nothing, and on the others: that
// much of each latency is our own client's. It is "" without a baseline, or where ours is not higher.
func clientShare(run record.Witness, all []Testimony) string {
	var baseline float64
	var others []float64
	for _, t := range all {
		switch {
		case t.Quantity != witnessedMedian || t.Ratio.N == 0:
		case t.Variant == run.Baseline:
			baseline = t.apart()
		default:
			others = append(others, t.apart())
		}
	}
	if baseline <= 0 {
		return ""
	}
	text := fmt.Sprintf("on %s, which does next to nothing, the median that %s reports is %s µs above %s's",
		run.Baseline, record.Ours, inMicroseconds(baseline), record.Theirs)
	if len(others) > 0 {
		least, most := inMicroseconds(slices.Min(others)), inMicroseconds(slices.Max(others))
		text += ", and on the others " + least
		if most != least {
			text += " to " + most
		}
		text += " µs"
	}
	return text + ". A difference that is the same on every server is the client's own: that of a Go program, whose " +
		"runtime has to wake a goroutine to write each request and another to read its answer. It is part of every " +
		"latency that " + record.Ours + " reports, the baseline's included"
}

// witnessContext says where and how the run was measured.
func witnessContext(run record.Witness) []fact {
	const minute = "2006-01-02 15:04 UTC"
	ended := "INTERRUPTED"
	if run.Ended != nil {
		ended = "completed after " + duration(run.Ended.Sub(run.Started))
	}
	l := run.Load
	facts := []fact{machineFact(run.Env), {"CPUs", cpusets(run.Env)}, engineFact(run.Env)}
	facts = append(facts, baseFacts(run.Env)...)
	return append(facts,
		fact{"Software", fmt.Sprintf("spabench %s, %s, vegeta %s; %s",
			commit(run.Env), run.Env.Go, run.Env.Tools.Vegeta, run.Client)},
		fact{"Plan", fmt.Sprintf("%s of %s, each in fresh containers that stay up together; in each turn, each "+
			"variant has a slice of either generator, in an order drawn anew (random seed %d)",
			plural(run.Rounds, "round"), plural(run.Turns, "turn"), run.Seed)},
		fact{"Load", fmt.Sprintf("GET %s, Accept-Encoding: %s, %d/s for %s after a lead-in of %s, over HTTP/1.1 on "+
			"connections that are kept alive, up to %d",
			l.Path, l.Coding, l.Rate, l.Duration, l.LeadIn, l.Connections)},
		fact{"Witness", strings.Join(run.Invocation, " ")},
		fact{"Run", fmt.Sprintf("began %s, %s", run.Started.UTC().Format(minute), ended)})
}

// witnessRounds is how many rounds the run has.
func witnessRounds(run record.Witness) int {
	if len(run.Slices) == 0 {
		return 0
	}
	return run.Slices[len(run.Slices)-1].Round
}

// witnessLinks writes the part of the index that links the runs with two load generators, newest first.
func witnessLinks(b *bytes.Buffer, all []PublishedWitness) error {
	if len(all) == 0 {
		return nil
	}
	b.WriteString("\n## A second load generator\n\n" +
		"Does an independent client, h2load, measure the same as spabench's?\n\n")
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(x, y PublishedWitness) int { return y.Witness.Started.Compare(x.Witness.Started) })
	for _, w := range all {
		compared, err := Testimonies(w.Witness)
		if err != nil {
			return fmt.Errorf("render index, %s: %w", w.Name, err)
		}
		fmt.Fprintf(b, "- [%s](%s/README.md): on %s, %s\n", w.Witness.Started.UTC().Format(time.DateOnly), w.Name,
			escape(machine(w.Witness.Env)), testimonyCount(compared))
	}
	return nil
}

// testimonyCount says how many of the comparisons agree.
func testimonyCount(all []Testimony) string {
	counts := map[Agreement]int{}
	for _, t := range all {
		counts[t.Agreement]++
	}
	return fmt.Sprintf("of %s within ±%.0f%%, %d agree, %d differ and %d are unclear",
		plural(len(all), "comparison"), 100*agreeing, counts[Agrees], counts[Differs], counts[Unclear])
}
