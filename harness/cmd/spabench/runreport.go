package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"spabench/harness/internal/page"
	"spabench/harness/internal/table"
)

// runReportFlags say where the page of a run goes, and how several runs are put together.
type runReportFlags struct {
	out          string
	force, trend bool
}

func reportCommand() *cobra.Command {
	var f runReportFlags
	c := &cobra.Command{
		Use:   "report RECORD [RUN...]",
		Short: "Write a recorded run, a matrix or claims as one HTML page",
		Long: `Write a record, given as its file or the folder that contains it, as one HTML page. The page of a run shows which
variant needs the least of each resource, pictures with their tables, what each variant would cost you, and the evidence
that every number comes from. That of a conformance matrix shows each server by each check, to filter and to compare,
with the exchanges that show what a server does. That of claims has the verdicts with their evidence. The page is one
file that loads nothing from anywhere, so it can be read offline and sent by mail; it can also be read without
JavaScript and printed. A truncated record is shown as far as it goes; the exit code is then 2.

With several runs, --out names a folder: it gets a page for each, and index.html with what became better or worse
from the first run to each of the others. They must have been measured in the same way, as for spabench compare.

With --trend, index.html shows instead how the numbers went from run to run, and where they changed. The runs may be
of several machines, and measured in different ways: each machine has a part of its own, which says what differed.`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("report: give one record or more runs, each its file or the folder that contains it " +
					"(spabench report --help)")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case len(args) == 1 && f.trend:
				return errors.New("report: --trend needs two runs or more, each its file or the folder that contains it")
			case len(args) == 1:
				return f.one(args[0])
			}
			return f.several(c.ErrOrStderr(), args)
		},
	}
	c.Flags().StringVar(&f.out, "out", "report.html",
		"write the page into this `file`, or as index.html into this folder")
	c.Flags().BoolVar(&f.force, "force", false,
		"put runs side by side even if they were not measured in the same way")
	c.Flags().BoolVar(&f.trend, "trend", false,
		"show how the numbers went from run to run, for each machine, and where they changed")
	return c
}

// one writes the page of one record. What is intact of a truncated record is written, too.
func (f *runReportFlags) one(path string) error {
	write, cut, err := pageOf(path, "")
	if err != nil {
		return err
	}
	out := f.out
	if info, err := os.Stat(out); err == nil && info.IsDir() {
		out = filepath.Join(out, "index.html")
	}
	return errors.Join(writePageOf(out, write), cut)
}

// several writes a page for each run, and one with all of them side by side, or with their trends.
func (f *runReportFlags) several(stderr io.Writer, paths []string) error {
	runs, cut, err := readNamed(paths)
	if err != nil {
		return err
	}
	writeIndex := func(w io.Writer) error { return page.WriteComparison(w, runs) }
	if f.trend {
		writeIndex = func(w io.Writer) error { return page.WriteTrends(w, runs, "") }
	} else if err := f.comparable(stderr, runs); err != nil {
		return err
	}
	if info, err := os.Stat(f.out); err == nil && !info.IsDir() || strings.HasSuffix(f.out, ".html") {
		return fmt.Errorf("report: --out %s: several runs need a folder, for a page of each", f.out)
	}
	if err := os.MkdirAll(f.out, 0o755); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	beside := page.Beside{Edits: publishedEditCosts()}
	for _, r := range runs {
		err := writePageOf(filepath.Join(f.out, r.File), func(w io.Writer) error { return page.Write(w, r.Run, beside) })
		if err != nil {
			return err
		}
	}
	index := filepath.Join(f.out, "index.html")
	return errors.Join(writePageOf(index, writeIndex), cut)
}

// comparable refuses runs that were not measured in the same way; with --force it only says so.
func (f *runReportFlags) comparable(stderr io.Writer, runs []page.Named) error {
	for _, r := range runs[1:] {
		differences := table.Differences(runs[0].Run, r.Run)
		if len(differences) == 0 {
			continue
		}
		lines := []string{fmt.Sprintf("%s and %s were not measured in the same way:", runs[0].Name, r.Name)}
		for _, d := range differences {
			lines = append(lines, "  "+d.String())
		}
		text := strings.Join(lines, "\n")
		if !f.force {
			return fmt.Errorf("report: %s\n%s", text, "These may be the cause of any difference in the results. To put "+
				"the runs side by side anyway, add --force.")
		}
		_, _ = fmt.Fprintln(stderr, text)
	}
	return nil
}

// readNamed reads runs, and names each after its folder.
func readNamed(paths []string) (runs []page.Named, cut, err error) {
	seen := map[string]int{}
	for _, path := range paths {
		run, part, err := readRunOrPart(recordIn(path))
		if err != nil {
			return nil, nil, err
		}
		if table.IsMatrix(run) {
			return nil, nil, fmt.Errorf("report: %s is a matrix, and only runs can be put side by side: "+
				"give it by itself", path)
		}
		cut = errors.Join(cut, part)
		name := folderName(path)
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, seen[name])
		}
		runs = append(runs, page.Named{Name: name, File: name + ".html", Run: run})
	}
	return runs, cut, nil
}

// folderName is the name of the folder that a run is in.
func folderName(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		path = filepath.Dir(path)
	}
	return filepath.Base(path)
}

// writePageOf writes a page as a whole or not at all.
func writePageOf(file string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}
