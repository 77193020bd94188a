package record

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The kernel's own full disk: a file system of 64 KiB in memory.
func TestFullFileSystem(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("mount a small file system (needs root): %v", err)
	}
	defer func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	}()
	path := filepath.Join(dir, "run.jsonl")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Start(Run{Schema: Schema}); err != nil {
		t.Fatal(err)
	}
	kept := 0
	for err == nil {
		if err = w.Round(roundOf(Trial{Variant: "a", Log: strings.Repeat("x", 10_000)})); err == nil {
			kept++
		}
		if kept > 100 {
			t.Fatal("the disk does not fill")
		}
	}
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want no space on %s", err, path)
	}
	if run, err := Read(path); err != nil || len(run.Trials) != kept || kept == 0 {
		t.Errorf("read %d of %d trials, %v", len(run.Trials), kept, err)
	}
}

func TestFullDevice(t *testing.T) {
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	w := &Writer{file: f}
	err = w.Start(Run{Schema: Schema})
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "/dev/full") {
		t.Errorf("got %v, want no space on /dev/full", err)
	}
}
