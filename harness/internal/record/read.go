package record

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxLine is the longest line in bytes, so that a file that is no record is not read into memory completely.
const maxLine = 256 << 20

// TruncatedError says that the last line is truncated: the run was killed while it wrote.
// The Run that comes with it holds every line before.
type TruncatedError struct {
	Name string // of the file
	Line int    // that is truncated, from 1
	Err  error  // what is wrong with it
}

func (e *TruncatedError) Error() string {
	return fmt.Sprintf("%s:%d: the last line is truncated (%v); the %d before it are intact",
		e.Name, e.Line, e.Err, e.Line-1)
}

func (e *TruncatedError) Unwrap() error { return e.Err }

// Read reads the record at path. See Decode for its errors.
func Read(path string) (Run, error) {
	f, err := os.Open(path)
	if err != nil {
		return Run{}, fmt.Errorf("read record: %w", err)
	}
	defer f.Close()
	return Decode(f, path)
}

// Decode reads a record. Errors name it as name:line. With a *TruncatedError, the Run has everything before the last
// line and can be used. With any other error the Run is empty: the file is not a record, is damaged, or has a newer
// schema.
func Decode(r io.Reader, name string) (Run, error) {
	var run Run
	in := bufio.NewReaderSize(r, 64<<10)
	for number := 1; ; number++ {
		line, err := readLine(in)
		if errors.Is(err, io.EOF) && len(line) == 0 {
			if number == 1 {
				return Run{}, fmt.Errorf("%s:1: the file is empty, so it is not the record of a run", name)
			}
			return run, nil
		}
		last := errors.Is(err, io.EOF) // without a newline: truncated, unless the object is complete
		if err != nil && !last {
			return Run{}, fmt.Errorf("%s:%d: %w", name, number, err)
		}
		if last && !json.Valid(line) && number > 1 {
			return run, &TruncatedError{Name: name, Line: number, Err: io.ErrUnexpectedEOF}
		}
		if err := run.add(line, number); err != nil {
			return Run{}, fmt.Errorf("%s:%d: %w", name, number, err)
		}
	}
}

// readLine returns the next line without its newline, with io.EOF when the input ended without a newline.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			return nil, fmt.Errorf("the line is longer than %d MiB, so this is not the record of a run", maxLine>>20)
		}
		line = append(line, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return bytes.TrimSuffix(line, []byte("\n")), err
	}
}

// add adds the value of one line to the run.
func (run *Run) add(line []byte, number int) error {
	if number == 1 {
		return run.first(line)
	}
	var head struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return fmt.Errorf("not a line of a record: %w", err)
	}
	if run.End != nil {
		return fmt.Errorf("a line of kind %q after the end of the run", head.Kind)
	}
	switch head.Kind {
	case kindBuild:
		return appendTo(&run.Builds, line)
	case kindConformance:
		return appendTo(&run.Conformance, line)
	case kindCalibration:
		return appendTo(&run.Calibration, line)
	case kindSurvey:
		run.Survey = new(Survey)
		return json.Unmarshal(line, run.Survey)
	case kindRound:
		return run.addRound(line)
	case kindTrial:
		return appendTo(&run.Trials, line)
	case kindResume:
		return appendTo(&run.Resumed, line)
	case kindEnd:
		run.End = new(End)
		return json.Unmarshal(line, run.End)
	case kindRun:
		return errors.New("a second run begins here, but a record holds only one")
	default:
		return fmt.Errorf("unknown kind of line %q", head.Kind)
	}
}

// addRound adds a round, and its trials to those of all rounds.
func (run *Run) addRound(line []byte) error {
	if err := appendTo(&run.Rounds, line); err != nil {
		return err
	}
	last := &run.Rounds[len(run.Rounds)-1]
	run.Trials, last.Trials = append(run.Trials, last.Trials...), nil
	return nil
}

// first reads the first line, which identifies the file as a record.
func (run *Run) first(line []byte) error {
	var head struct {
		Kind   string `json:"kind"`
		Schema int    `json:"schema"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return fmt.Errorf("not the record of a run: %w", err)
	}
	if head.Kind != kindRun || head.Schema < 1 {
		return fmt.Errorf("not the record of a run: its first line is not of kind %q with a schema", kindRun)
	}
	if head.Schema > Schema {
		return fmt.Errorf("schema %d is newer than schema %d, the newest known here: "+
			"use the spabench that wrote it, or a later one", head.Schema, Schema)
	}
	return json.Unmarshal(line, run)
}

func appendTo[T any](list *[]T, line []byte) error {
	var value T
	if err := json.Unmarshal(line, &value); err != nil {
		return err
	}
	*list = append(*list, value)
	return nil
}
