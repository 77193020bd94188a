package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"spabench/harness/internal/page"
	"spabench/harness/internal/record"
	"spabench/harness/internal/report"
	"spabench/harness/internal/table"
	"spabench/harness/spatest"
)

// recordIn is the record that a path names: itself, or the one in a folder. Where a folder has none, it is the file
// that the record of a run would be.
func recordIn(path string) string {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return path
	}
	for _, name := range []string{"run.jsonl", table.ReportsFile, record.ClaimsFile} {
		if file := filepath.Join(path, name); isFile(file) {
			return file
		}
	}
	return filepath.Join(path, "run.jsonl")
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// pageOf reads the record that a path names, and returns what writes its page. What is intact of a truncated record is
// written, too, and cut says that it is.
func pageOf(path, home string) (write func(io.Writer) error, cut, err error) {
	file := recordIn(path)
	if filepath.Ext(file) == ".json" {
		run, err := record.ReadClaims(file)
		return func(w io.Writer) error { return page.WriteClaims(w, run, home) }, nil, err
	}
	run, cut, err := readRunOrPart(file)
	if table.IsMatrix(run) {
		return func(w io.Writer) error { return writeMatrix(w, run, home) }, cut, err
	}
	beside := page.Beside{Home: home, Edits: publishedEditCosts()}
	return func(w io.Writer) error { return page.Write(w, run, beside) }, cut, err
}

// publishedEditCosts are those of the project's results; none outside a checkout, or where the results cannot be read.
func publishedEditCosts() page.EditCosts {
	root, err := projectRoot()
	if err != nil {
		return page.EditCosts{}
	}
	claims, err := recordedClaims(root)
	if err != nil {
		return page.EditCosts{}
	}
	return editCosts(claims, "")
}

// writeMatrix writes the page of a matrix, with remedies for the server software that its reports show.
func writeMatrix(w io.Writer, run record.Run, home string) error {
	remedies, err := remediesFor("")
	if err != nil {
		return err
	}
	mend := func(r spatest.Report) func(spatest.Outcome) []report.Remedy { return remedies(r).check }
	return page.WriteMatrix(w, run, mend, home)
}

// readRunOrPart is readRun without an error for a truncated record, which comes as cut.
func readRunOrPart(path string) (run record.Run, cut, err error) {
	run, err = readRun(path)
	if truncated := new(record.TruncatedError); errors.As(err, &truncated) {
		return run, err, nil
	}
	return run, nil, err
}
