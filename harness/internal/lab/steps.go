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
	Image       string        // short id of the resulting image; "" of ARG before the first FROM and of FROM scratch
	Cached      bool          // the image existed already
	Took        time.Duration // until the next step began
}

// Builds reports whether the step made an image from that of the step before: true but for FROM and what precedes it.
func (s Step) Builds() bool { return s.Image != "" && !strings.HasPrefix(s.Instruction, "FROM ") }

// stepLog parses the steps from the output of the classic builder, and times them as the output arrives.
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
		line, rest, complete := bytes.Cut(l.partial, []byte("\n"))
		if !complete {
			return len(p), nil
		}
		l.line(strings.TrimRight(colours.ReplaceAllString(string(line), ""), "\r"))
		l.partial = rest
	}
}

// line parses a line of output. The output of commands is mixed in, so a line counts as a step only if its number is
// the next one.
func (l *stepLog) line(text string) {
	m := stepLine.FindStringSubmatch(text)
	if m != nil && m[1] == strconv.Itoa(len(l.steps)+1) && (l.total == "" || m[2] == l.total) {
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

// end records how long the last step took.
func (l *stepLog) end() {
	if n := len(l.steps); n > 0 {
		l.steps[n-1].Took = l.now().Sub(l.began)
	}
}

// complete reports whether the output contained every step.
func (l *stepLog) complete() bool { return len(l.steps) > 0 && strconv.Itoa(len(l.steps)) == l.total }

// newImages returns the images that the steps made and that did not exist before, oldest first.
func newImages(steps []Step) []string {
	var ids []string
	for _, s := range steps {
		if s.Builds() && !s.Cached && !slices.Contains(ids, s.Image) {
			ids = append(ids, s.Image)
		}
	}
	return ids
}
