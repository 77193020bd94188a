package main

import (
	"context"
	"errors"

	"spabench/harness/internal/bench"
	"spabench/harness/internal/record"
)

// measure makes or resumes a run in the folder and returns what was recorded, also if the run did not end well: the
// error says so. Nothing is left of a run of which nothing was recorded.
func (f *resultsFolder) measure(ctx context.Context, p *progress, o bench.Options) (record.Run, error) {
	if err := f.make(); err != nil {
		return record.Run{}, err
	}
	o.Root, o.Record, o.Progress = f.root, f.file(), p
	benchErr := bench.Run(ctx, o)
	p.finish()
	if !f.isRecorded() {
		f.discard()
		return record.Run{}, benchErr
	}
	run, err := record.Read(f.file())
	return run, errors.Join(benchErr, err)
}
