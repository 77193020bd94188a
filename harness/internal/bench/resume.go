package bench

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/record"
	"spabench/variants"
)

// earlierResults are what the record of an interrupted run has already.
type earlierResults struct {
	builds       map[string]record.Build
	reports      map[string]record.Conformance
	calibrations map[string]record.Calibration
	survey       *record.Survey       // nil if there is none
	rounds       map[int]record.Round // by number, with their trials
}

// open creates the record of the run, or opens the record of the run to resume.
func (o Options) open(run record.Run) (*record.Writer, earlierResults, error) {
	if !o.Resume {
		w, err := record.Create(o.Record)
		if err != nil {
			return nil, earlierResults{}, err
		}
		if err := w.Start(run); err != nil {
			return nil, earlierResults{}, errors.Join(err, w.Close())
		}
		return w, earlierResults{}, nil
	}
	w, before, err := record.Resume(o.Record)
	if err != nil {
		return nil, earlierResults{}, err
	}
	var changes []string
	for _, d := range append(record.Differences(before.Env, run.Env), record.Differences(before.Plan, run.Plan)...) {
		changes = append(changes, "  "+d.String())
	}
	if len(changes) > 0 {
		err := fmt.Errorf("%w:\n%s", record.ErrChanged, strings.Join(changes, "\n"))
		return nil, earlierResults{}, errors.Join(err, w.Close())
	}
	if err := w.Resumed(record.Resumption{Began: time.Now().UTC()}); err != nil {
		return nil, earlierResults{}, errors.Join(err, w.Close())
	}
	earlier := earlierResults{
		builds: map[string]record.Build{}, reports: map[string]record.Conformance{},
		calibrations: map[string]record.Calibration{}, survey: before.Survey, rounds: map[int]record.Round{},
	}
	for _, b := range before.Builds {
		earlier.builds[b.Variant] = b
	}
	for _, c := range before.Conformance {
		earlier.reports[c.Variant] = c
	}
	for _, c := range before.Calibration {
		earlier.calibrations[c.Load] = c
	}
	for _, r := range before.Rounds {
		earlier.rounds[r.Round] = r
	}
	for _, t := range before.Trials {
		r := earlier.rounds[t.Round]
		r.Trials = append(r.Trials, t)
		earlier.rounds[t.Round] = r
	}
	return w, earlier, nil
}

// sameImages returns an error if a variant was not built to the images that were measured before the interruption.
func sameImages(v variants.Variant, before, now record.Build) error {
	switch {
	case now.Err != "":
		return fmt.Errorf("%w: %s no longer builds: %s", record.ErrChanged, v.Name, now.Err)
	case !slices.Equal(before.Image.IDs, now.Image.IDs):
		return fmt.Errorf("%w: the images of %s are %s, and were %s", record.ErrChanged, v.Name,
			strings.Join(now.Image.IDs, ", "), strings.Join(before.Image.IDs, ", "))
	}
	return nil
}
