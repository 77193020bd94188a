package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"spabench/harness/internal/page"
	"spabench/harness/internal/remedy"
	"spabench/harness/internal/report"
	"spabench/harness/spatest"
)

// reportFile is a report in one form, and where it goes.
type reportFile struct {
	file  string // "-": standard output, instead of the text
	write func(io.Writer, report.Document) error
}

// reportFiles are those that the flags ask for.
func (f *checkFlags) reportFiles() ([]reportFile, error) {
	var all []reportFile
	stdout := ""
	for _, o := range []struct {
		flag, file string
		write      func(io.Writer, report.Document) error
	}{
		{"--json", f.json, report.JSON}, {"--junit", f.junit, report.JUnit},
		{"--markdown", f.markdown, report.Markdown}, {"--html", f.html, page.WriteChecked},
		{"--badge", f.badge, report.Badge},
	} {
		if o.file == "" {
			continue
		}
		if o.file == "-" {
			if stdout != "" {
				return nil, fmt.Errorf("%s - and %s -: only one report can go to standard output", stdout, o.flag)
			}
			stdout = o.flag
		}
		all = append(all, reportFile{o.file, o.write})
	}
	return all, nil
}

// writeReports writes every one that can be written, and says whether one went to standard output.
func writeReports(files []reportFile, stdout io.Writer, d report.Document) (onStdout bool, err error) {
	for _, o := range files {
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

// remedyFunc returns the remedies for the violations of a report.
type remedyFunc func(spatest.Report) func(spatest.Outcome) []report.Remedy

// remediesFor are those of the server software with this name; without a name, of what a report's answers look like.
func remediesFor(name string) (remedyFunc, error) {
	var named []remedy.Server
	if name != "" {
		s, err := remedy.Find(name)
		if err != nil {
			return nil, fmt.Errorf("--server: %w", err)
		}
		named = []remedy.Server{s}
	}
	return func(r spatest.Report) func(spatest.Outcome) []report.Remedy {
		recognised := remedy.Recognise(r.Outcomes...)
		return func(o spatest.Outcome) []report.Remedy {
			servers := remedy.For(o, recognised)
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
