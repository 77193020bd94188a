package table

import (
	"fmt"
	"slices"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// VisitRequest is one request of first visits: medians over all visits of all rounds.
type VisitRequest struct {
	Name  string
	Began time.Duration // from the start of the visit to the actual send
	Took  time.Duration // from the actual send to the end of the response
}

// VisitRequests are those of an arm's first visits, in their order. There are none where the record does not have when
// they began, and where answers were wrong. It fails on a damaged histogram.
func VisitRequests(run record.Run, arm string) ([]VisitRequest, error) {
	if bad, _, _ := wrongAnswers(run, arm, visit); bad > 0 {
		return nil, nil
	}
	var paths []string
	began, took := map[string][]string{}, map[string][]string{}
	for _, t := range run.Counted() {
		if t.Variant != arm {
			continue
		}
		l, ok := loaded(t, visit)
		if !ok {
			continue
		}
		for _, p := range l.Parts {
			if p.Began == "" {
				continue
			}
			if !slices.Contains(paths, p.Path) {
				paths = append(paths, p.Path)
			}
			began[p.Path] = append(began[p.Path], string(p.Began))
			took[p.Path] = append(took[p.Path], string(p.Latency))
		}
	}
	var all []VisitRequest
	for _, path := range paths {
		b, err := medianOf(began[path])
		if err != nil {
			return nil, err
		}
		d, err := medianOf(took[path])
		if err != nil {
			return nil, err
		}
		all = append(all, VisitRequest{partName(path), b, d})
	}
	return all, nil
}

// medianOf is the median of all that histograms hold together.
func medianOf(encoded []string) (time.Duration, error) {
	h, err := stat.Merge(encoded...)
	if err != nil {
		return 0, fmt.Errorf("read the requests of a visit: %w", err)
	}
	return time.Duration(h.ValueAtQuantile(50)), nil
}
