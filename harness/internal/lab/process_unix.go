//go:build unix

package lab

import (
	"errors"
	"os/exec"
	"syscall"
)

// alive reports whether a process with that id runs on this machine. Signal 0 checks without sending anything; every
// result but "no such process", including a denied permission, means that the process exists.
func alive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

// detach gives the command a session of its own, out of reach of the terminal's Ctrl-C.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
