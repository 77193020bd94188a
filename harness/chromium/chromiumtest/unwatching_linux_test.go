package chromiumtest

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"spabench/harness/chromium"
)

// envProbe makes this binary a browser that does nothing but open one of the sockets that tell of networks.
const envProbe = "SPABENCH_TEST_PROBE"

func TestMain(m *testing.M) {
	tests := Unwatching(m) // in the probe, too: it comes by way of the launcher
	if os.Getenv(envProbe) != "" {
		os.Exit(probe())
	}
	os.Exit(tests.Run())
}

// probe returns 0 if the kernel refuses such a socket and gives an ordinary one, which a browser cannot do without.
func probe() int {
	_, watching := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW, syscall.NETLINK_ROUTE)
	_, other := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if errors.Is(watching, syscall.EPERM) && other == nil {
		return 0
	}
	return 3
}

// TestUnwatching holds that what Unwatching starts as the browser learns nothing of networks, and that the same program
// does if it is started by itself.
func TestUnwatching(t *testing.T) {
	if _, found := chromium.Find(); !found {
		t.Skip(chromium.ErrNotFound)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(envProbe, "1")
	t.Setenv(envBrowser, self)
	if out, err := exec.Command(os.Getenv(chromium.EnvPath)).CombinedOutput(); err != nil {
		t.Errorf("by way of the launcher: %v\n%s", err, out)
	}
	if err := exec.Command(self).Run(); err == nil {
		t.Error("by itself it is refused the socket, too")
	}
}
