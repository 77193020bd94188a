package cgroup

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestFormats(t *testing.T) {
	for _, tc := range []struct {
		name, file, text string
		want             time.Duration
		err              string
	}{
		{"v1", FileV1, "1234567890\n", 1234567890, ""},
		{"v2", FileV2, "usage_usec 1500\nuser_usec 1000\nsystem_usec 500\n", 1500 * time.Microsecond, ""},
		{"v2, and not first", FileV2, "nr_periods 3\nusage_usec 7\n", 7 * time.Microsecond, ""},
		{"v1 of another file", FileV2, "nr_periods 3\nnr_throttled 0\nthrottled_time 0\n", 0, "no line usage_usec"},
		{"not a number", FileV1, "user 1\n", 0, "user 1"},
		{"empty", FileV1, "", 0, FileV1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), tc.file)
			if err := os.WriteFile(file, []byte(tc.text), 0o644); err != nil {
				t.Fatal(err)
			}
			got, err := CPUTime(file)
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) || !strings.Contains(err.Error(), file) {
					t.Errorf("error %v, want one that names %s and %q", err, file, tc.err)
				}
				return
			}
			if got != tc.want || err != nil {
				t.Errorf("%s, %v, want %s", got, err, tc.want)
			}
		})
	}
	if _, err := CPUTime(filepath.Join(t.TempDir(), FileV1)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v of a file that does not exist", err)
	}
}

// The kernel's own files count what this process burns: at least that, and never less than before.
func TestKernelsFiles(t *testing.T) {
	const burnt = 20 * time.Millisecond
	found := false
	for _, file := range []string{"/sys/fs/cgroup/cpuacct/" + FileV1, "/sys/fs/cgroup/" + FileV2} {
		before, err := CPUTime(file)
		if err != nil {
			continue // of the other version, or at the root, where version 2 has it only on newer kernels
		}
		found = true
		for began := time.Now(); time.Since(began) < burnt; {
		}
		// The kernel brings the count of a running process up to date at its timer's ticks, 10 ms at most.
		time.Sleep(20 * time.Millisecond)
		if after, err := CPUTime(file); err != nil || after <= before {
			t.Errorf("%s: %s, then %s, %v", file, before, after, err)
		}
	}
	if !found {
		t.Skip("no cgroup file is visible here")
	}
}
