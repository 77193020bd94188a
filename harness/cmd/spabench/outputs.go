package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"spabench/harness/internal/page"
	"spabench/harness/internal/report"
	"spabench/harness/spatest"
)

// reportFile is a report in one form, and where it goes.
type reportFile struct {
	file  string // "-": standard output, instead of the text
	write func(io.Writer, report.Document) error
}

// reportFiles are those that the flags ask for, of a server or of a recording.
func (f *checkFlags) reportFiles(recording *spatest.Recording) ([]reportFile, error) {
	html := page.WriteChecked
	if recording != nil {
		html = func(w io.Writer, d report.Document) error { return page.WriteRecorded(w, d, recording) }
	}
	var all []reportFile
	stdout := ""
	for _, o := range []struct {
		flag, file string
		write      func(io.Writer, report.Document) error
	}{
		{"--json", f.json, report.JSON}, {"--junit", f.junit, report.JUnit},
		{"--markdown", f.markdown, report.Markdown}, {"--html", f.html, html},
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
