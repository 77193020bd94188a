package record

import (
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// A folder is locked for one at a time, and nothing of the lock is left in it.
func TestLockClaims(t *testing.T) {
	dir := t.TempDir()
	unlock, err := LockClaims(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := LockClaims(dir); err == nil ||
		!strings.Contains(err.Error(), dir+": another process is testing claims") {
		t.Errorf("locked twice: %v", err)
	}
	if other, err := LockClaims(t.TempDir()); err != nil {
		t.Errorf("another folder: %v", err)
	} else {
		other()
	}
	unlock()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if unlock, err = LockClaims(dir); err != nil {
		t.Fatalf("after it was unlocked: %v", err)
	}
	unlock()
	if _, err := LockClaims(dir + "/missing"); err == nil {
		t.Error("locked a folder that does not exist")
	}
}

// However locking and unlocking interleave, two never hold the lock.
func TestLockClaimsRace(t *testing.T) {
	dir := t.TempDir()
	var holders, locked atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				unlock, err := LockClaims(dir)
				if err != nil {
					continue
				}
				locked.Add(1)
				if n := holders.Add(1); n != 1 {
					t.Errorf("%d hold the lock", n)
				}
				holders.Add(-1)
				unlock()
			}
		})
	}
	wg.Wait()
	if locked.Load() == 0 {
		t.Error("nobody got the lock")
	}
}
