package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"spabench/harness/internal/remedy"
	"spabench/harness/internal/report"
	"spabench/harness/spatest"
)

// output is a report in one form, and where it goes.
type output struct {
	file  string // "-": standard output, instead of the text
	write func(io.Writer, report.Document) error
}

// outputs are those that the flags ask for.
func (f *checkFlags) outputs() ([]output, error) {
	var all []output
	stdout := ""
	for _, o := range []struct {
		flag, file string
		write      func(io.Writer, report.Document) error
	}{
		{"--json", f.json, report.JSON}, {"--junit", f.junit, report.JUnit},
		{"--markdown", f.markdown, report.Markdown}, {"--badge", f.badge, report.Badge},
	} {
		if o.file == "" {
			continue
		}
		if o.file == "-" {
			if stdout != "" {
				return nil, fmt.Errorf("%s - and %s -: standard output has room for one", stdout, o.flag)
			}
			stdout = o.flag
		}
		all = append(all, output{o.file, o.write})
	}
	return all, nil
}

// writeOutputs writes every one that can be written, and says whether one went to standard output.
func writeOutputs(outputs []output, stdout io.Writer, d report.Document) (onStdout bool, err error) {
	for _, o := range outputs {
		var b bytes.Buffer
		failed := o.write(&b, d)
		switch {
		case failed != nil:
		case o.file == "-":
			onStdout = true
			_, failed = stdout.Write(b.Bytes())
		default:
			failed = os.WriteFile(o.file, b.Bytes(), 0o644)
		}
		if failed != nil {
			err = errors.Join(err, fmt.Errorf("write the report: %w", failed))
		}
	}
	return onStdout, err
}

// mendFunc has the remedies for the violations of a report.
type mendFunc func(spatest.Report) func(spatest.Outcome) []report.Remedy

// mender knows the remedies of the server of this name; of none, those of the servers that a report shows.
func mender(name string) (mendFunc, error) {
	var named []remedy.Server
	if name != "" {
		s, err := remedy.Find(name)
		if err != nil {
			return nil, fmt.Errorf("--server: %w", err)
		}
		named = []remedy.Server{s}
	}
	return func(r spatest.Report) func(spatest.Outcome) []report.Remedy {
		whole := remedy.Recognise(r.Outcomes...)
		return func(o spatest.Outcome) []report.Remedy {
			servers := remedy.For(o, whole)
			if named != nil {
				servers = named
			}
			var remedies []report.Remedy
			for _, s := range servers {
				if text := s.Remedy(o.Check); text != "" {
					remedies = append(remedies, report.Remedy{Server: s.Title, Text: text})
				}
			}
			return remedies
		}
	}, nil
}
