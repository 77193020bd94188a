package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// On a terminal the bar stays within 80 columns at its longest, lines stand above it, and it is gone at the end.
func TestProgressTerminal(t *testing.T) {
	master, terminal := openTerminal(t)
	shown := make(chan string)
	go func() {
		b, _ := io.ReadAll(master) // ends with an error when the terminal is closed
		shown <- string(b)
	}()
	p := newProgress(terminal)
	p.Step(0, 100, "round 1 of 20: nginx-three-container")
	p.bar.Reset()
	p.Step(99, 100, "round 20 of 20: nginx-three-container")
	p.Line("a line")
	p.Step(100, 100, "done")
	p.finish()
	if err := terminal.Close(); err != nil {
		t.Fatal(err)
	}
	out := <-shown
	escape := regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]")
	bars, lines := 0, 0
	isBreak := func(r rune) bool { return r == '\r' || r == '\n' }
	for _, part := range strings.FieldsFunc(escape.ReplaceAllString(out, ""), isBreak) {
		if n := len([]rune(part)); n > 80 {
			t.Errorf("%d columns: %q", n, part)
		}
		if strings.Contains(part, "round 20 of 20: nginx-three-container") && strings.Contains(part, "99/100") {
			bars++
		}
		if regexp.MustCompile(`^  0:0\d  a line$`).MatchString(part) {
			lines++
		}
	}
	if bars == 0 || lines != 1 {
		t.Errorf("%d bars, %d lines: %q", bars, lines, out)
	}
}

// openTerminal makes a pseudo-terminal of 80 columns.
func openTerminal(t *testing.T) (master, terminal *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { _ = master.Close() })
	time.AfterFunc(time.Minute, func() { _ = master.Close() })
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(terminal.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}); err != nil {
		t.Fatal(err)
	}
	return master, terminal
}
