//go:build !linux

package sentinel

import (
	"errors"
	"time"
)

// Elsewhere than on Linux, the servers run in a virtual machine, which the sentinel cannot look into.

func bind(int) error { return errors.New("binding a thread to a CPU is not supported on this system") }

func timeWakeUps(int) time.Duration { return 0 }
