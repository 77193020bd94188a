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

// recorded is what a resumed run has already.
type recorded struct {
	builds       map[string]record.Build
	reports      map[string]record.Conformance
	calibrations map[string]record.Calibration
	trials       map[turnKey]record.Trial
}

// turnKey is a variant's turn in a round.
type turnKey struct {
	variant       string
	round, repeat int
}

// open creates the record of the run, or opens that of the run to resume.
func (o Options) open(run record.Run) (*record.Writer, recorded, error) {
	if !o.Resume {
		w, err := record.Create(o.Record)
		if err != nil {
			return nil, recorded{}, err
		}
		if err := w.Start(run); err != nil {
			return nil, recorded{}, errors.Join(err, w.Close())
		}
		return w, recorded{}, nil
	}
	w, before, err := record.Resume(o.Record)
	if err != nil {
		return nil, recorded{}, err
	}
	var lines []string
	for _, d := range append(record.Differences(before.Env, run.Env), record.Differences(before.Plan, run.Plan)...) {
		lines = append(lines, "  "+d.String())
	}
	if len(lines) > 0 {
		return nil, recorded{}, errors.Join(fmt.Errorf("%w:\n%s", record.ErrChanged, strings.Join(lines, "\n")), w.Close())
	}
	if err := w.Resumed(record.Resumption{Began: time.Now().UTC()}); err != nil {
		return nil, recorded{}, errors.Join(err, w.Close())
	}
	d := recorded{
		builds: map[string]record.Build{}, reports: map[string]record.Conformance{},
		calibrations: map[string]record.Calibration{}, trials: map[turnKey]record.Trial{},
	}
	for _, b := range before.Builds {
		d.builds[b.Variant] = b
	}
	for _, c := range before.Conformance {
		d.reports[c.Variant] = c
	}
	for _, c := range before.Calibration {
		d.calibrations[c.Load] = c
	}
	for _, t := range before.Trials {
		d.trials[turnKey{t.Variant, t.Round, t.Repeat}] = t
	}
	return w, d, nil
}

// sameImages holds that a variant was built to the images that were measured before.
func sameImages(v variants.Variant, before, now record.Build) error {
	switch {
	case now.Err != "":
		return fmt.Errorf("%w: %s does not build any more: %s", record.ErrChanged, v.Name, now.Err)
	case !slices.Equal(before.Image.IDs, now.Image.IDs):
		return fmt.Errorf("%w: the images of %s are %s, and were %s", record.ErrChanged, v.Name, strings.Join(now.Image.IDs, ", "), strings.Join(before.Image.IDs, ", "))
	}
	return nil
}
