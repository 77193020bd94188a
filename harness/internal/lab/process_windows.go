package lab

import (
	"errors"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// alive reports whether a process with that id runs on this machine. Windows has no signal 0, so the process is opened
// instead. A process that has exited can be opened as long as another holds a handle to it, so its exit code is read as
// well. A denied permission means that the process exists.
func alive(pid int) bool {
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return !errors.Is(err, windows.ERROR_INVALID_PARAMETER)
	}
	defer func() { _ = windows.CloseHandle(h) }()
	var code uint32
	const stillActive = 259
	return windows.GetExitCodeProcess(h, &code) != nil || code == stillActive
}

// detach puts the command into a process group of its own, out of reach of Ctrl-C. Nothing depends on it here, because
// an engine is started only on Linux (see EnsureEngine).
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
}
