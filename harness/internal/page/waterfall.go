package page

import (
	"fmt"

	"spabench/harness/internal/chart"
	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// waterfalls are the first visits of each variant: when each request is sent, and how long it takes. There are none in
// older records, which do not have the former.
func waterfalls(run record.Run) ([]figure, error) {
	var all []figure
	for _, arm := range run.Plan.Variants {
		requests, err := table.VisitRequests(run, arm)
		if err != nil {
			return nil, err
		}
		if len(requests) == 0 {
			continue
		}
		bars := chart.Stacked{Title: "ms since the start of the visit"}
		s := sheet{ID: "waterfall-" + arm, Title: "First visit of " + arm,
			Head: []string{"request", "began, ms", "took, ms"}}
		for _, r := range requests {
			bars.Rows = append(bars.Rows, r.Name)
			bars.Begins = append(bars.Begins, inMS(r.Began))
			bars.Values = append(bars.Values, []float64{inMS(r.Took)})
			s.Rows = append(s.Rows, []cell{{Text: r.Name}, {Text: table.Number(inMS(r.Began))},
				{Text: table.Number(inMS(r.Took))}})
		}
		p, err := bars.Picture()
		if err != nil {
			return nil, err
		}
		label := fmt.Sprintf("Waterfall of the %d requests of a first visit of %s; the table below has the numbers",
			len(requests), arm)
		all = append(all, figure{Title: "Waterfall of " + arm, Picture: picture(p, label), Table: &s})
	}
	return all, nil
}
