package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"spabench/harness/chromium"
	"spabench/harness/internal/sentinel"
)

// hardware is where the kernel describes the CPUs (sysfs).
func hardware() fs.FS { return os.DirFS("/sys/devices/system/cpu") }

// divided says how the CPUs are divided between the servers and the load generator.
func divided(cpus int, servers, generator string) Finding {
	if cpus < 2 {
		return Finding{Subject: "CPUs", State: Limited,
			Says: "only one: the servers and the load generator share it, which adds to every latency",
			Do:   "measure on a machine with two CPUs or more"}
	}
	return Finding{Subject: "CPUs", State: Good,
		Says: fmt.Sprintf("%d: the servers run on CPU %s, the load generator on CPU %s", cpus, servers, generator)}
}

// examineCores looks for what makes the CPUs of the servers faster or slower while they are measured: a load generator
// on the same cores, and a clock that follows the load. Sys is the kernel's description of the CPUs.
func examineCores(sys fs.FS, servers, generator string) []Finding {
	var findings []Finding
	theirs := expand(servers)
	for _, cpu := range theirs {
		siblings := expand(read(sys, fmt.Sprintf("cpu%d/topology/thread_siblings_list", cpu)))
		shared := slices.ContainsFunc(siblings, func(c int) bool {
			return slices.Contains(expand(generator), c) && !slices.Contains(theirs, c)
		})
		if shared {
			findings = append(findings, Finding{Subject: "cores", State: Limited,
				Says: fmt.Sprintf("CPU %d of the servers shares a core with the load generator, which slows it down",
					cpu),
				Do: "turn off simultaneous multithreading while you measure: " +
					"echo off > /sys/devices/system/cpu/smt/control"})
			break
		}
	}
	for _, cpu := range theirs {
		governor := read(sys, fmt.Sprintf("cpu%d/cpufreq/scaling_governor", cpu))
		if governor != "" && governor != "performance" {
			findings = append(findings, Finding{Subject: "frequency", State: Limited,
				Says: fmt.Sprintf("the clock of CPU %d follows its load (governor %s), so a lighter load costs more "+
					"time", cpu, governor),
				Do: "set a fixed frequency while you measure: cpupower frequency-set --governor performance"})
			break
		}
	}
	return findings
}

// read is the text of a file of sysfs, "" where the kernel has none: virtual machines rarely show theirs.
func read(sys fs.FS, name string) string {
	text, _ := fs.ReadFile(sys, name)
	return strings.TrimSpace(string(text))
}

// expand lists the CPUs of a list as the kernel writes it, such as 0-3,8 (cpuset(7)). What it cannot read, it leaves
// out.
func expand(list string) []int {
	var cpus []int
	for part := range strings.SplitSeq(list, ",") {
		from, to, span := strings.Cut(part, "-")
		if !span {
			to = from
		}
		first, err1 := strconv.Atoi(from)
		last, err2 := strconv.Atoi(to)
		if errors.Join(err1, err2) != nil {
			continue
		}
		for cpu := first; cpu <= last; cpu++ {
			cpus = append(cpus, cpu)
		}
	}
	return cpus
}

// A machine is taken as noisy above these multiples of the shortest time for the same work. Half of the pieces that a
// round consists of must be undisturbed, since its value leaves out a quarter of its turns at each end.
const (
	noisyMedian = 1.1
	noisyTail   = 1.5
)

// judgeNoise says how even the speed of the servers' CPUs was.
func judgeNoise(n sentinel.Noise, err error) Finding {
	if err != nil {
		return Finding{Subject: "noise", State: Limited, Says: "it could not be measured: " + err.Error()}
	}
	f := Finding{Subject: "noise", State: Good,
		Says: fmt.Sprintf("a fixed task was done %d times in %s: the median took %.3g times as long as the fastest, the 95th "+
			"percentile %.3g times, the slowest %.3g times; steal time %.1f%%; load average %.1f",
			n.Pieces, n.Took.Round(time.Second/10), n.Median, n.P95, n.Max, 100*n.Steal, n.Load)}
	if n.Median > noisyMedian || n.P95 > noisyTail {
		f.State = Limited
		f.Do = "close what else runs, or measure at a quieter time; variants take turns, so noise favours none of " +
			"them, but it widens the intervals: --time-budget 30m adds rounds until they are narrow enough"
	}
	return f
}

// neededDisk is what the images of all variants took that can be measured, checked or claimed something of, with their
// layer caches and the stand-ins of the base images. A default run takes less.
const neededDisk = 11e9

// judgeDisk says whether the images of a run fit where the engine keeps them.
func judgeDisk(folder string, free int64) Finding {
	f := Finding{Subject: "disk", State: Good, Says: fmt.Sprintf("%.1f GB are free in %s", float64(free)/1e9, folder)}
	if free < neededDisk {
		f.State = Limited
		f.Says += fmt.Sprintf("; the images of all variants, with what builds them, take %.0f GB, and those of a "+
			"default run less", neededDisk/1e9)
		f.Do = "make room, for instance with docker image prune, or make clean ARGS=--images for the images of spabench"
	}
	return f
}

// examineDisk looks at the file system of the engine's images; of the root folder while no engine runs.
func examineDisk(folder string) Finding {
	if folder == "" {
		folder = "/"
	}
	free, err := freeSpace(folder)
	if err != nil {
		return Finding{Subject: "disk", State: Limited,
			Says: fmt.Sprintf("the free space in %s is unknown: %v", folder, err)}
	}
	return judgeDisk(folder, free)
}

// examineBrowser looks for a browser, and asks for its version.
func examineBrowser(ctx context.Context) Finding {
	path, ok := chromium.Find()
	if !ok {
		return Finding{Subject: "browser", State: Limited,
			Says: "no Chromium or Chrome is installed, so the checks that open the app in one are skipped",
			Do:   "install one, or name one with " + chromium.EnvPath}
	}
	if runtime.GOOS == "windows" { // there, asking for the version opens a window
		return Finding{Subject: "browser", State: Good, Says: path}
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "--version").Output()
	if err != nil {
		return Finding{Subject: "browser", State: Limited, Says: fmt.Sprintf("%s --version: %v", path, err),
			Do: "name another one with " + chromium.EnvPath}
	}
	return Finding{Subject: "browser", State: Good, Says: strings.TrimSpace(string(out))}
}
