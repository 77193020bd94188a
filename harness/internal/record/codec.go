package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// The kinds of line in a record. Each line is one JSON object whose first member is "kind".
const (
	kindRun         = "run"
	kindBuild       = "build"
	kindConformance = "conformance"
	kindCalibration = "calibration"
	kindTrial       = "trial"
	kindResume      = "resume"
	kindEnd         = "end"
)

// file is what a Writer needs of an *os.File.
type file interface {
	io.WriteCloser
	Name() string
	Sync() error
	Truncate(size int64) error
}

// Writer appends a run's lines to a file. Each line is on disk when its call returns. An error leaves the file as it
// was before the call, and says what to do. A Writer must not be used by several goroutines at once.
type Writer struct {
	file  file
	size  int64 // of the complete lines
	lines int
	torn  bool // the file ends with an incomplete line that could not be removed
}

// Create makes the file of a new run. It refuses to overwrite one.
func Create(path string) (*Writer, error) {
	// The file is opened for appending, so that a write after Truncate goes to the new end.
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("create record %s: there is a run already, and runs are never overwritten: choose another "+
			"path or move it: %w",
			path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("create record: %w", err)
	}
	if err := lock(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Writer{file: f}, nil
}

// ErrEnded says that the run completed, so there is nothing to resume.
var ErrEnded = errors.New("the run is complete: there is nothing to resume")

// Resume opens the record of an interrupted run to continue it, and returns what it has so far. An incomplete last line
// is removed.
func Resume(path string) (*Writer, Run, error) {
	fail := func(err error) (*Writer, Run, error) {
		return nil, Run{}, fmt.Errorf("resume record %s: %w", path, err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, Run{}, fmt.Errorf("resume record: %w", err)
	}
	if err := lock(f); err != nil {
		return nil, Run{}, errors.Join(err, f.Close())
	}
	run, err := Read(path)
	if cut := new(TruncatedError); err != nil && !errors.As(err, &cut) {
		return nil, Run{}, errors.Join(err, f.Close())
	}
	if run.End != nil {
		return fail(errors.Join(ErrEnded, f.Close()))
	}
	data, readErr := os.ReadFile(path)
	if readErr != nil {
		return fail(errors.Join(readErr, f.Close()))
	}
	w := &Writer{file: f, size: int64(bytes.LastIndexByte(data, '\n') + 1), lines: bytes.Count(data, []byte("\n"))}
	if int(w.size) < len(data) {
		if err != nil { // the rest is an incomplete line
			err = f.Truncate(w.size)
		} else { // the line is complete except for its newline
			_, err = f.WriteString("\n")
			w.size, w.lines = int64(len(data)+1), w.lines+1
		}
		if err != nil {
			return fail(errors.Join(err, f.Close()))
		}
	}
	return w, run, nil
}

// lock keeps a second process from writing the same record. It ends with the process.
func lock(f *os.File) error {
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("lock record %s: another process is writing it: %w", f.Name(), err)
	}
	return nil
}

// Start writes the first line: schema, start, Env and Plan of the run.
func (w *Writer) Start(r Run) error { return w.line(kindRun, r) }

// Build writes the result of building one variant.
func (w *Writer) Build(b Build) error { return w.line(kindBuild, b) }

// Conformance writes one variant's report.
func (w *Writer) Conformance(c Conformance) error { return w.line(kindConformance, c) }

// Calibration writes what the load generator can do with one load.
func (w *Writer) Calibration(c Calibration) error { return w.line(kindCalibration, c) }

// Trial writes one trial after it has ended.
func (w *Writer) Trial(t Trial) error { return w.line(kindTrial, t) }

// Resumed writes that the run continues after an interruption.
func (w *Writer) Resumed(r Resumption) error { return w.line(kindResume, r) }

// End writes the last line of a completed run.
func (w *Writer) End(e End) error { return w.line(kindEnd, e) }

// Close closes the file. Every line is on disk already, so nothing is pending.
func (w *Writer) Close() error { return w.file.Close() }

func (w *Writer) line(kind string, value any) error {
	if w.torn {
		return fmt.Errorf("record %s in %s: an earlier line is incomplete and could not be removed", kind, w.file.Name())
	}
	line, err := encode(kind, value)
	if err != nil {
		return fmt.Errorf("record %s in %s: %w", kind, w.file.Name(), err)
	}
	_, err = w.file.Write(line)
	if err == nil {
		err = w.file.Sync()
	}
	if err != nil {
		return w.undo(kind, err)
	}
	w.size += int64(len(line))
	w.lines++
	return nil
}

// undo removes whatever part of a line was written before the error, and returns the error to show.
func (w *Writer) undo(kind string, cause error) error {
	advice := "free some space on its disk"
	if err := w.file.Truncate(w.size); err != nil {
		w.torn = true
		advice += "; the last line is incomplete and is ignored when the record is read"
	}
	return fmt.Errorf("record %s in %s (%s; the %d lines before it are kept): %w",
		kind, w.file.Name(), advice, w.lines, cause)
}

// encode makes one line, with the value's members after "kind".
func encode(kind string, value any) ([]byte, error) {
	object, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var line bytes.Buffer
	fmt.Fprintf(&line, `{"kind":%q,`, kind)
	line.Write(object[1:]) // every type has members that are never omitted, so the comma is valid
	line.WriteByte('\n')
	return line.Bytes(), nil
}
