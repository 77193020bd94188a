package sentinel

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// bind binds the calling goroutine's thread to one CPU. The thread ends with the goroutine.
func bind(cpu int) error {
	runtime.LockOSThread()
	var set unix.CPUSet
	set.Set(cpu)
	return unix.SchedSetaffinity(0, &set)
}

// trips is how often two threads wake each other for one sample.
const trips = 50

// wakes is how long it takes the calling thread and one on another CPU to wake each other in turn, by way of pipes; 0
// where that cannot be done.
func wakes(peer int) time.Duration {
	var there, back [2]int // each a read end and a write end
	if unix.Pipe2(there[:], unix.O_CLOEXEC) != nil {
		return 0
	}
	if unix.Pipe2(back[:], unix.O_CLOEXEC) != nil {
		closeAll(there[:])
		return 0
	}
	ended := make(chan struct{})
	go func() { // ends its thread
		defer close(ended)
		defer closeAll([]int{there[0], back[1]})
		one := make([]byte, 1)
		for bound := bind(peer) == nil; bound; {
			if n, _ := unix.Read(there[0], one); n != 1 {
				return
			}
			if n, _ := unix.Write(back[1], one); n != 1 {
				return
			}
		}
	}()
	one := make([]byte, 1)
	failed := false
	took := median(func() time.Duration {
		began := time.Now()
		for range trips {
			if n, _ := unix.Write(there[1], one); n != 1 {
				failed = true
				break
			}
			if n, _ := unix.Read(back[0], one); n != 1 {
				failed = true
				break
			}
		}
		return time.Since(began)
	})
	closeAll([]int{there[1], back[0]})
	<-ended
	if failed {
		return 0
	}
	return took
}

func closeAll(descriptors []int) {
	for _, d := range descriptors {
		_ = unix.Close(d)
	}
}
