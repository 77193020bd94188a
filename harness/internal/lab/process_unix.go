//go:build unix

package lab

import (
	"errors"
	"os/exec"
	"syscall"
)

// alive reports whether a process with that id runs on this machine. Signal 0 asks without sending anything; any answer
// but "no such process", a refused permission too, means that there is one.
func alive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

// detach gives the command a session of its own, which the terminal's Ctrl-C does not reach.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
