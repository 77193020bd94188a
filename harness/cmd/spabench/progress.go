package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how a run goes on: a bar on a terminal, plain lines elsewhere.
type progress struct {
	w     io.Writer
	bar   *progressbar.ProgressBar // nil until the first step, and elsewhere than on a terminal
	tty   bool
	began time.Time
}

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, tty: ok && term.IsTerminal(int(f.Fd())), began: time.Now()}
}

// Line writes one line, above the bar if there is one.
func (p *progress) Line(format string, args ...any) {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	_, _ = fmt.Fprintf(p.w, "%6s  %s\n", p.elapsed(), fmt.Sprintf(format, args...))
	if p.bar != nil {
		_ = p.bar.RenderBlank()
	}
}

// Step shows that done of total steps are behind, and what comes now.
func (p *progress) Step(done, total int, current string) {
	if !p.tty {
		p.Line("%d/%d %s", done, total, current)
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(p.w), progressbar.OptionShowCount(),
			progressbar.OptionUseANSICodes(true),
			progressbar.OptionSetWidth(10), progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish())
	}
	p.bar.Describe(fmt.Sprintf("%-37.37s", current))
	_ = p.bar.Set(done)
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
		p.bar = nil
	}
}

func (p *progress) elapsed() string {
	d := time.Since(p.began).Round(time.Second)
	return fmt.Sprintf("%d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}
