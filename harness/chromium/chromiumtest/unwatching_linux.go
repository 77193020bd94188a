package chromiumtest

import (
	"fmt"
	"os"
	"os/exec"

	"github.com/elastic/go-seccomp-bpf"
	"golang.org/x/sys/unix"
)

const canUnwatch = true

// becomeBrowser replaces this process by the browser, for which the kernel refuses sockets that tell of networks. It
// returns only if that fails.
func becomeBrowser(browser string, args []string) error {
	path, err := exec.LookPath(browser)
	if err != nil {
		return err
	}
	noNews := seccomp.SyscallGroup{
		Action: seccomp.ActionErrno,
		NamesWithCondtions: []seccomp.NameWithConditions{{
			Name: "socket",
			Conditions: seccomp.ArgumentConditions{
				{Argument: 0, Operation: seccomp.Equal, Value: unix.AF_NETLINK},
			},
		}},
	}
	err = seccomp.LoadFilter(seccomp.Filter{
		NoNewPrivs: true, // without it, only root may load a filter
		Flag:       seccomp.FilterFlagTSync,
		Policy:     seccomp.Policy{DefaultAction: seccomp.ActionAllow, Syscalls: []seccomp.SyscallGroup{noNews}},
	})
	if err != nil {
		return fmt.Errorf("start a browser that does not watch networks: %w", err)
	}
	return unix.Exec(path, append([]string{path}, args...), os.Environ())
}
