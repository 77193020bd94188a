package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// Duels is what a series of duels shows about [Duel] itself. In each, a server, measured twice, meets itself with more CPU
// time planted. Found is how often the CPU time is worse in both sets of rounds, and Different how often the server
// differs from itself as a duel would report it.
type Duels struct {
	runs             []record.Run
	Found, Different Share
	duels            []judgedDuel
}

// judgedDuel is one of the duels.
type judgedDuel struct {
	planted, same stat.Interval // of the CPU time per page: after to before, and the control to before
	worse         []string      // metrics, in both sets of rounds
	different     []string      // metrics in which the server differs from itself
}

const (
	leastDuels    = 20
	plantedMetric = "page-cpu"
	leastFound    = 95 // percent of the duels
	mostCalled    = 5  // percent of the duels, in which the same may be called different: 1 of 20
)

// ScoreDuels judges a series of completed sets of rounds of one plan, in the order in which they were made. Each set is
// a duel, and the next one is what confirms it, so that n+1 sets make n duels.
func ScoreDuels(runs []record.Run) (Duels, error) {
	if err := alike(runs); err != nil {
		return Duels{}, fmt.Errorf("score the duels: %w", err)
	}
	if len(runs) < 2 {
		return Duels{}, errors.New("score the duels: one set of rounds is complete, and a second has to confirm it")
	}
	d := Duels{runs: runs}
	before, after := opponents(runs[0].Plan)
	if after == "" {
		return Duels{}, fmt.Errorf("score the duels: in the first set of rounds, nothing meets %s", before)
	}
	metrics := duelMetrics() // the same for all, since they remember what they have read
	var met, same [][]Change // of each run
	for _, run := range runs {
		met = append(met, duelChanges(run, before, after, metrics))
		same = append(same, duelChanges(run, before, record.ControlArm, metrics))
	}
	for i := range runs[:len(runs)-1] {
		judged := judgedDuel{
			planted: changeIn(met[i], plantedMetric).Factor, same: changeIn(same[i], plantedMetric).Factor,
			worse: worseMetrics(met[i], met[i+1]), different: differences(same[i], same[i+1]),
		}
		d.Found.count(slices.Contains(judged.worse, plantedMetric))
		d.Different.count(len(judged.different) > 0)
		d.duels = append(d.duels, judged)
	}
	return d, nil
}

// opponents are the server that takes part twice, and the one that it meets.
func opponents(p record.Plan) (before, after string) {
	i := slices.IndexFunc(p.Variants, func(name string) bool { return name != p.Control && name != p.Baseline })
	if i < 0 {
		return p.Control, ""
	}
	return p.Control, p.Variants[i]
}

// Current reports whether the series was made with today's kind of record. Pages of others stay as they were published.
func (d Duels) Current() bool { return Current(d.runs[0]) }

// Bounds holds the series against what it must show.
func (d Duels) Bounds() []Bound {
	return []Bound{
		{Holds: len(d.duels) >= leastDuels, Says: fmt.Sprintf("the series has %s of %s; at least %d are required",
			plural(len(d.duels), "duel"), plural(d.runs[0].Plan.Rounds, "round"), leastDuels)},
		{Holds: d.Found.atLeast(leastFound),
			Says: fmt.Sprintf("the planted CPU time is found in %s duels, %s; at least %d%% are required",
				d.Found, d.Found.rate(), leastFound)},
		{Holds: d.Different.Of > 0 && d.Different.atMost(mostCalled),
			Says: fmt.Sprintf("the same server is called different in %s duels, %s; at most %d%% are allowed",
				d.Different, d.Different.rate(), mostCalled)},
	}
}

// Holds reports whether all bounds hold.
func (d Duels) Holds() bool { return allHold(d.Bounds()) }

// Text writes what the series shows, for a terminal of 80 columns.
func (d Duels) Text(w io.Writer) error { return seriesText(w, d) }

func (Duels) title() string { return "How far to trust a duel" }

func (d Duels) lead() string {
	first := d.runs[0]
	return fmt.Sprintf("%s, %s of %s.", day(first.Started),
		plural(len(d.duels), "duel"), plural(first.Plan.Rounds, "round"))
}

func (d Duels) shown() string {
	return fmt.Sprintf("found in %s, called different in %s", d.Found, d.Different)
}

// Page is the README of a published series.
func (d Duels) Page(name string) (string, error) {
	return seriesPage(name, "The table above is derived only from the records of the sets of rounds "+
		"(`NN/duel.jsonl`); the planted CPU time was derived from `pilot/duel.jsonl`. To render it again:", d)
}

func (d Duels) measured() []record.Run { return d.runs }

func (d Duels) tables(b *bytes.Buffer, s style) error {
	before, after := opponents(d.runs[0].Plan)
	rows, others := sheet{head: []string{"duel", "planted", "found", "A/A", "called different"}}, []string(nil)
	for i, one := range d.duels {
		found := "no"
		if slices.Contains(one.worse, plantedMetric) {
			found = "yes"
		}
		rows.rows = append(rows.rows, []string{fmt.Sprint(i + 1), ShowInterval(one.planted, Factor), found,
			ShowInterval(one.same, Factor), orElse(strings.Join(one.different, ", "), "no")})
		for _, name := range one.worse {
			if name != plantedMetric {
				others = append(others, name)
			}
		}
	}
	s.title(b, Table{Title: "Duels", Doc: fmt.Sprintf("%s, measured twice, meets %s, which takes a tenth more CPU "+
		"time for each request. Planted and A/A: the CPU time per page of %[2]s, and of the second %[1]s, as a ratio "+
		"to the first %[1]s. Found: it is worse in this set of rounds and in the next one, which confirms it. Called "+
		"different: the metrics that are better in the second %[1]s, or worse in both sets of rounds. All intervals "+
		"of a duel together have %[3]s confidence, as those of spabench duel.",
		before, after, asConfidence(stat.Confidence))})
	if err := s.sheet(b, rows); err != nil {
		return fmt.Errorf("render the duels: %w", err)
	}
	if len(others) > 0 {
		s.notes(b, []string{fmt.Sprintf("%s was also worse in %s.", after, tallied(others))})
	}
	return nil
}

// PublishedDuels is a series of duels in results/.
type PublishedDuels struct {
	Name  string // of its folder
	Duels Duels
}

// duelsLinks writes the part of the index that links the series of duels.
func duelsLinks(b *bytes.Buffer, series []PublishedDuels) {
	var links []linked
	for _, s := range series {
		links = append(links, linked{s.Name, s.Duels.runs[0], plural(len(s.Duels.duels), "duel"), s.Duels.shown()})
	}
	seriesLinks(b, "\n## How far to trust a duel\n\nSeries of duels between a server and itself with more CPU time: how "+
		"often is it found, and how often is the same called different?\n\n", links)
}
