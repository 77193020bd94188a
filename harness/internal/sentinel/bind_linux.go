package sentinel

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// bind binds the calling goroutine to its thread, and the thread to one CPU. The thread ends with the goroutine.
func bind(cpu int) error {
	runtime.LockOSThread()
	var set unix.CPUSet
	set.Set(cpu)
	return unix.SchedSetaffinity(0, &set)
}

// timeWakeUps times how long the calling thread and one on another CPU take to wake each other in turn, through pipes.
// The result is 0 if that is impossible.
func timeWakeUps(otherCPU int) time.Duration {
	var request, reply [2]int // a read end and a write end each
	if unix.Pipe2(request[:], unix.O_CLOEXEC) != nil {
		return 0
	}
	if unix.Pipe2(reply[:], unix.O_CLOEXEC) != nil {
		closeAll(request[:])
		return 0
	}
	ended := make(chan struct{})
	go func() { // it ends its thread, which is bound
		defer close(ended)
		defer closeAll([]int{request[0], reply[1]})
		if bind(otherCPU) != nil {
			return
		}
		buffer := make([]byte, 1)
		for readByte(request[0], buffer) && writeByte(reply[1], buffer) {
		}
	}()
	failed, buffer := false, make([]byte, 1)
	took := median(func() time.Duration {
		began := time.Now()
		for range roundTrips {
			if !writeByte(request[1], buffer) || !readByte(reply[0], buffer) {
				failed = true
				break
			}
		}
		return time.Since(began)
	})
	closeAll([]int{request[1], reply[0]})
	<-ended
	if failed {
		return 0
	}
	return took
}

func readByte(descriptor int, buffer []byte) bool {
	n, _ := unix.Read(descriptor, buffer)
	return n == 1
}

func writeByte(descriptor int, buffer []byte) bool {
	n, _ := unix.Write(descriptor, buffer)
	return n == 1
}

func closeAll(descriptors []int) {
	for _, d := range descriptors {
		_ = unix.Close(d)
	}
}
