package lab

import (
	"errors"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// alive reports whether a process with that id runs on this machine. Windows has no signal 0: the process is opened
// instead. A process that ended stays openable while another holds a handle to it, so its exit code is asked as well.
// Where opening it is refused, there is one.
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

// detach puts the command into a process group of its own, which Ctrl-C does not reach. An engine is started on Linux
// alone (see EnsureEngine), so that nothing depends on it here.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
}
