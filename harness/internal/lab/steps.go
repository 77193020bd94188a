package lab

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Step is one instruction of a Dockerfile in a build.
type Step struct {
	Instruction string        // as the builder prints it
	Image       string        // id of the image that it gave, shortened; "" for what gives none: ARG before the first FROM, FROM scratch
	Cached      bool          // the image was there already
	Took        time.Duration // until the next step began
}

// Builds reports whether the step gives an image that is made from the one before: all but FROM and what is before it.
func (s Step) Builds() bool { return s.Image != "" && !strings.HasPrefix(s.Instruction, "FROM ") }

// stepLog reads the steps from the output of the classic builder, and takes their times as it is written.
type stepLog struct {
	now     func() time.Time
	steps   []Step
	total   string
	began   time.Time // the last step
	partial []byte
}

var (
	stepLine  = regexp.MustCompile(`^Step (\d+)/(\d+) : (.*)$`)
	imageLine = regexp.MustCompile(`^ ---> ([0-9a-f]{12,64})$`)
	colours   = regexp.MustCompile("\x1b\\[[0-9;]*m") // around what a command writes to standard error
)

func (l *stepLog) Write(p []byte) (int, error) {
	l.partial = append(l.partial, p...)
	for {
		line, rest, whole := bytes.Cut(l.partial, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		l.line(strings.TrimRight(colours.ReplaceAllString(string(line), ""), "\r"))
		l.partial = rest
	}
}

// line reads a line of output. That of commands stands among it: a step is one only if its number is next.
func (l *stepLog) line(text string) {
	if m := stepLine.FindStringSubmatch(text); m != nil && m[1] == strconv.Itoa(len(l.steps)+1) && (l.total == "" || m[2] == l.total) {
		l.end()
		l.total = m[2]
		l.steps = append(l.steps, Step{Instruction: strings.TrimSpace(m[3])})
		l.began = l.now()
		return
	}
	if len(l.steps) == 0 {
		return
	}
	last := &l.steps[len(l.steps)-1]
	if text == " ---> Using cache" {
		last.Cached = true
	} else if m := imageLine.FindStringSubmatch(text); m != nil {
		last.Image = m[1]
	}
}

// end ends the last step.
func (l *stepLog) end() {
	if n := len(l.steps); n > 0 {
		l.steps[n-1].Took = l.now().Sub(l.began)
	}
}

// whole reports whether every step was seen.
func (l *stepLog) whole() bool { return len(l.steps) > 0 && strconv.Itoa(len(l.steps)) == l.total }

// made are the images that steps gave which were not there before, the first first.
func made(steps []Step) []string {
	var ids []string
	for _, s := range steps {
		if s.Builds() && !s.Cached && !slices.Contains(ids, s.Image) {
			ids = append(ids, s.Image)
		}
	}
	return ids
}
