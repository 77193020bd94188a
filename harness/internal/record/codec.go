package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// The kinds of line in a record. Each line is one JSON object whose first member is "kind".
const (
	kindRun         = "run"
	kindBuild       = "build"
	kindConformance = "conformance"
	kindCalibration = "calibration"
	kindSurvey      = "survey"
	kindRound       = "round"
	kindTrial       = "trial" // before schema 4
	kindResume      = "resume"
	kindEnd         = "end"
)

// file is what a Writer needs of an *os.File.
type file interface {
	io.WriteSeeker
	io.Closer
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
	// Not with O_APPEND: Windows lets nobody truncate a file that is open for appending alone.
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf(
			"create record %s: runs are never overwritten: choose another folder, or move this run away: %w", path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("create record: %w", err)
	}
	if err := lock(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Writer{file: f}, nil
}

// ErrEnded says that a run cannot be resumed, because it ended by itself.
var ErrEnded = errors.New("the run is complete: there is nothing to resume")

// Resume opens the record of an interrupted run, to continue it, and returns what it has so far. A truncated last line
// is removed.
func Resume(path string) (*Writer, Run, error) {
	fail := func(err error) (*Writer, Run, error) {
		return nil, Run{}, fmt.Errorf("resume record %s: %w", path, err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
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
	if int(w.size) < len(data) && err == nil { // the last line is whole but for its end
		if _, err := f.WriteAt([]byte("\n"), int64(len(data))); err != nil {
			return fail(errors.Join(err, f.Close()))
		}
		w.size, w.lines = int64(len(data)+1), w.lines+1
	}
	if err := cutTo(f, w.size); err != nil {
		return fail(errors.Join(err, f.Close()))
	}
	return w, run, nil
}

// cutTo takes away what is in the file beyond that size, and goes on writing there.
func cutTo(f file, size int64) error {
	if err := f.Truncate(size); err != nil {
		return err
	}
	_, err := f.Seek(size, io.SeekStart)
	return err
}

// lock keeps a second process from writing the same record. It ends with the process.
func lock(f *os.File) error {
	if err := lockFile(f); err != nil {
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

// Survey writes what was found out before the rounds.
func (w *Writer) Survey(s Survey) error { return w.line(kindSurvey, s) }

// Round writes one round with all its trials, after it has ended.
func (w *Writer) Round(r Round) error { return w.line(kindRound, r) }

// Resumed writes that the run continues after it was interrupted.
func (w *Writer) Resumed(r Resumption) error { return w.line(kindResume, r) }

// End writes the last line of a completed run.
func (w *Writer) End(e End) error { return w.line(kindEnd, e) }

// Close closes the file. Every line is on disk already, so nothing is pending.
func (w *Writer) Close() error { return w.file.Close() }

func (w *Writer) line(kind string, value any) error {
	if w.torn {
		return fmt.Errorf("record %s in %s: an earlier line is truncated and could not be removed", kind, w.file.Name())
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

// undo removes whatever part of a line was written before the error, and makes the error to show.
func (w *Writer) undo(kind string, cause error) error {
	advice := "free some space on its disk"
	if err := cutTo(w.file, w.size); err != nil {
		w.torn = true
		advice += "; the last line is truncated, and is ignored when the record is read"
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
