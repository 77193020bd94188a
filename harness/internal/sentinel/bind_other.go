//go:build !linux

package sentinel

import (
	"errors"
	"time"
)

// bind and wakes are for Linux: elsewhere the servers run in a virtual machine, which the sentinel does not see.
func bind(int) error { return errors.New("no thread can be bound to a CPU here") }

func wakes(int) time.Duration { return 0 }
