package page

import (
	"fmt"
	"strconv"

	"spabench/harness/internal/chart"
	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// drawn are the quantiles of the curves, as far as there are enough requests for them.
func drawn() []float64 { return []float64{0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999} }

// listed are those of the tables below the curves.
func listed() []float64 { return []float64{0.5, 0.75, 0.9, 0.99, 0.999} }

// percentiles is one load's picture, and the table under it.
type percentiles struct {
	Load  string
	Shown chart.Curves
	Arms  []string
	Table sheet
}

// percentilesOf are those of the loads that send single requests through the entry, each with all arms that have them.
func percentilesOf(run record.Run, l links) ([]percentiles, error) {
	look := looks(run)
	var all []percentiles
	for _, load := range []string{"page", "deep-link", "asset", "api"} {
		p := percentiles{Load: load, Shown: chart.Curves{Title: "latency, ms"},
			Table: sheet{ID: "percentiles-" + load, Title: "Latency by percentile, ms: " + load,
				Head: []string{"variant"}}}
		for _, q := range listed() {
			p.Table.Head = append(p.Table.Head, "p"+strconv.FormatFloat(100*q, 'g', 4, 64))
		}
		p.Table.Head = append(p.Table.Head, "requests")
		for _, arm := range run.Plan.Variants {
			c, err := table.LatencyCurve(run, arm, load, drawn())
			if err != nil {
				return nil, err
			}
			if len(c.At) == 0 {
				continue
			}
			curve := chart.Curve{Look: look[arm]}
			shown := map[float64]string{}
			for _, at := range c.At {
				ms := float64(at.Latency) / 1e6
				curve.Points = append(curve.Points, chart.Point{X: at.Quantile, Y: ms})
				shown[at.Quantile] = table.Number(ms)
			}
			row := []cell{{Text: arm}}
			for _, q := range listed() {
				text := shown[q]
				if text == "" {
					text = "–"
				}
				row = append(row, cell{Text: text, Link: l.value(load+"-p99-all", arm)})
			}
			row = append(row, cell{Text: fmt.Sprint(c.Requests)})
			p.Table.Rows = append(p.Table.Rows, row)
			p.Shown.Curves = append(p.Shown.Curves, curve)
			p.Arms = append(p.Arms, arm)
		}
		if len(p.Arms) > 0 {
			all = append(all, p)
		}
	}
	return all, nil
}

func latency(run record.Run, l links) (section, error) {
	s := section{ID: "latency", Title: "Latency by percentile"}
	all, err := percentilesOf(run, l)
	if err != nil || len(all) == 0 {
		s.Texts = []string{"No latency was measured."}
		return s, err
	}
	s.Texts = []string{"How long requests took, counted from the time at which each was planned to be sent, so that " +
		"a stalled server cannot hide requests. All rounds at once, without the turns in which the load generator " +
		"was late; a line ends where fewer than ten requests were slower. Such a percentile over all rounds has no " +
		"interval; the tables below have intervals, and medians by round."}
	if s.Keys, err = armKeys(run, run.Plan.Variants...); err != nil {
		return s, err
	}
	for _, p := range all {
		drawing, err := p.Shown.Picture()
		if err != nil {
			return s, err
		}
		label := fmt.Sprintf("%s: one line for each of %d variants; the table below has the numbers",
			p.Table.Title, len(p.Arms))
		s.Figures = append(s.Figures, figure{Title: p.Load, Picture: picture(drawing, label), Table: &p.Table})
	}
	return s, nil
}
