package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"spabench/harness/internal/lab"
)

// resultsFlags say into which folder a command writes its run: bench, matrix, claims and trust have the same ones.
type resultsFlags struct {
	record      string   // the file, below the folder, that a run begins with
	howToResume string   // the flags that resume the run in a folder, with %s for it; "" where no run can be resumed
	elsewhere   bool     // the working directory is not in a checkout, so its results folder is not taken
	settled     []string // flags that have no say in a resumed run, since its plan is in its record

	out    string
	resume bool
}

// registerOut registers --out. The text says which folder is used without it.
func (f *resultsFlags) registerOut(flags *pflag.FlagSet, byDefault string) {
	flags.StringVar(&f.out, "out", "",
		"write the results into this `folder`, which must be new or empty (default results/<date>-"+byDefault+")")
}

// folder is the one that the flags name, or results/<date>-<name> in the checkout; outside of it,
// spabench-results/<date>-<name> in the working directory. Unless its run is to be resumed, it is refused if anything
// is in it: neither a run nor a page of the user's own is ever overwritten.
func (f *resultsFlags) folder(flags *pflag.FlagSet, root, name string) (*resultsFolder, error) {
	if f.resume {
		if f.out == "" {
			return nil, errors.New("--resume needs --out with the folder of the run to resume")
		}
		for _, flag := range f.settled {
			if flags.Changed(flag) {
				return nil, fmt.Errorf("--resume continues the plan of the run in %s: leave out --%s", f.out, flag)
			}
		}
	}
	path := f.out
	if path == "" {
		parent := filepath.Join(root, "results")
		if f.elsewhere {
			parent = lab.ResultsFolder
		}
		path = freeName(filepath.Join(parent, time.Now().Format(time.DateOnly)+"-"+name))
	}
	folder := &resultsFolder{root: root, path: path, record: f.record}
	if f.resume {
		return folder, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil || len(entries) == 0 { // make tells what is wrong with a path that cannot be read
		return folder, nil
	}
	if _, err := os.Lstat(folder.file()); err != nil {
		return nil, fmt.Errorf("--out %s: this folder is not empty, and what is in it might be overwritten; "+
			"choose a new or empty folder", path)
	}
	wayOut := "choose another folder, or move it away"
	if f.howToResume != "" {
		wayOut = "choose another folder, move it away, or resume it with " + fmt.Sprintf(f.howToResume, path)
	}
	return nil, fmt.Errorf("--out %s: this folder already contains a run, and runs are never overwritten; %s",
		path, wayOut)
}

// resultsFolder is the folder that a run is written into.
type resultsFolder struct {
	root   string // of the checkout
	path   string
	record string   // the file's name
	made   []string // the folders that make has made, innermost first
}

// file is the path of the record.
func (f *resultsFolder) file() string { return filepath.Join(f.path, f.record) }

// name is how pages and the index call the run.
func (f *resultsFolder) name() string { return filepath.Base(f.path) }

// make makes the folder and those above it.
func (f *resultsFolder) make() error {
	for dir := filepath.Clean(f.path); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			break
		}
		f.made = append(f.made, dir)
	}
	if err := os.MkdirAll(f.path, 0o755); err != nil {
		f.removeEmpty()
		return fmt.Errorf("make the results folder: %w", err)
	}
	return nil
}

// removeEmpty removes the folders that make has made, as far as they are empty.
func (f *resultsFolder) removeEmpty() {
	for _, dir := range f.made {
		_ = os.Remove(dir)
	}
}

// isRecorded tells whether the record has a line.
func (f *resultsFolder) isRecorded() bool {
	info, err := os.Stat(f.file())
	return err == nil && info.Size() > 0
}

// discard leaves nothing of a run of which nothing was recorded.
func (f *resultsFolder) discard() {
	_ = os.Remove(f.file())
	f.removeEmpty()
}

// publish writes the page of the run beside its record, and tells where the results are and what is in the folder. The
// page comes with the error of its rendering, which is returned if there is one.
func (f *resultsFolder) publish(stderr io.Writer, contents, page string, err error) error {
	if err != nil {
		return err
	}
	if err := f.writePage(page); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(stderr, "\nresults are in %s: %s\n", f.path, contents)
	return nil
}

// writePage writes the page; for a run in the checkout's results folder, the index too.
func (f *resultsFolder) writePage(page string) error {
	if err := os.WriteFile(filepath.Join(f.path, "README.md"), []byte(page), 0o644); err != nil {
		return fmt.Errorf("write the page of the results: %w", err)
	}
	if abs, err := filepath.Abs(f.path); err != nil || filepath.Dir(abs) != filepath.Join(f.root, "results") {
		return err
	}
	return writeResults(f.root)
}

// freeName is path, or path with the first number from 2 that makes it new.
func freeName(path string) string {
	name := path
	for i := 2; ; i++ {
		if _, err := os.Stat(name); err != nil {
			return name
		}
		name = fmt.Sprintf("%s-%d", path, i)
	}
}

var notWord = regexp.MustCompile(`[^a-z0-9]+`)

// machineName names the machine in a folder's name: its processor and number of CPUs.
func machineName() string {
	words := strings.Trim(notWord.ReplaceAllString(strings.ToLower(lab.CPUModel()), "-"), "-")
	return fmt.Sprintf("%s-%d-cpus", words, runtime.NumCPU())
}
