package page

import (
	"fmt"
	"strings"

	"spabench/harness/internal/chart"
	"spabench/harness/internal/record"
)

// Drawing is a picture in a file of its own, for pages that are Markdown.
type Drawing struct {
	Name  string // of the file
	Table string // the name of the table that has its numbers
	Label string // says what it shows
	SVG   string
}

// Drawings are the pictures of a run for its page in results: the headline and the latency, as far as the run has them.
func Drawings(run record.Run) ([]Drawing, error) {
	var all []Drawing
	for _, of := range []func(record.Run) (Drawing, bool, error){headlineDrawing, latencyDrawing} {
		d, ok, err := of(run)
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, d)
		}
	}
	return all, nil
}

func headlineDrawing(run record.Run) (Drawing, bool, error) {
	var pictures []chart.Titled
	var titles []string
	reference := ""
	for _, f := range forests(run) {
		p, err := f.Shown.Picture()
		if err != nil {
			return Drawing{}, false, err
		}
		pictures = append(pictures, chart.Titled{Title: f.Metric.Title, Picture: p})
		titles, reference = append(titles, f.Metric.Title), f.Shown.Title
	}
	if len(pictures) == 0 {
		return Drawing{}, false, nil
	}
	label := fmt.Sprintf("%s: %s, with intervals; the table has the numbers", strings.Join(titles, ", "), reference)
	return Drawing{"headline.svg", "headline", label, chart.Sheet(2, nil, pictures).File(label)}, true, nil
}

func latencyDrawing(run record.Run) (Drawing, bool, error) {
	all, err := percentilesOf(run, links{})
	if err != nil || len(all) == 0 {
		return Drawing{}, false, err
	}
	var keys, pictures []chart.Titled
	for _, arm := range run.Plan.Variants {
		k, err := looks(run)[arm].Key()
		if err != nil {
			return Drawing{}, false, err
		}
		keys = append(keys, chart.Titled{Title: arm, Picture: k})
	}
	for _, p := range all {
		drawing, err := p.Shown.Picture()
		if err != nil {
			return Drawing{}, false, err
		}
		pictures = append(pictures, chart.Titled{Title: p.Load, Picture: drawing})
	}
	label := "Latency by percentile, from the planned send time, over all rounds at once"
	return Drawing{"latency.svg", "latency-page", label, chart.Sheet(2, keys, pictures).File(label)}, true, nil
}
