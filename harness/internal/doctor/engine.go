package doctor

import (
	"errors"
	"fmt"
	"strings"

	"spabench/harness/internal/lab"
)

// judgeEngine says what a run on this engine can measure. Counters is the place of the containers' counters, "" for the
// kernel's files.
func judgeEngine(f lab.Facts, counters string) []Finding {
	findings := []Finding{{
		Subject: "engine", State: Good,
		Says: fmt.Sprintf("%s, API %s, storage driver %s (%s), cgroup version %s by the %s driver; %s, kernel %s",
			f.Engine, f.API, f.Storage, f.ImageStore, f.CgroupV, f.CgroupDriver, f.OS, f.Kernel),
	}}
	counted := Finding{Subject: "counters", State: Good,
		Says: "CPU time and memory are read from the kernel's cgroup files"}
	if counters != "" {
		counted.State, counted.Says = Limited, "CPU time and memory come from "+counters
		counted.Do = "measure on Linux, where the engine runs, for CPU time and memory from the kernel itself"
	}
	findings = append(findings, counted)
	pinned := Finding{Subject: "pinning", State: Good, Says: "containers can be bound to CPUs"}
	if !f.CPUSets {
		pinned.State, pinned.Says = Limited, "the engine cannot bind containers to CPUs, so the servers and the "+
			"load generator would compete for them"
		pinned.Do = "use a kernel and an engine with the cpuset controller (docker info shows the warning)"
	}
	findings = append(findings, pinned)
	if missing := missingLimits(f); missing != "" {
		findings = append(findings, Finding{Subject: "limits", State: Limited,
			Says: "the engine cannot limit " + missing,
			Do:   "leave out --cpus and --memory, or enable the cgroup controller (docker info shows the warning)"})
	}
	return findings
}

func missingLimits(f lab.Facts) string {
	var missing []string
	if !f.CPULimits {
		missing = append(missing, "CPU time")
	}
	if !f.MemoryLimits {
		missing = append(missing, "memory")
	}
	return strings.Join(missing, " and ")
}

// judgeBases says where the base images of a run come from.
func judgeBases(s lab.BaseSource, err error) Finding {
	f := Finding{Subject: "base images", State: Good,
		Says: "the official ones, which are here or in a registry that responds"}
	switch {
	case err != nil:
		f.State, f.Says = Blocked, err.Error()
	case s.NoRegistry == nil:
	case errors.Is(s.NoRegistry, lab.ErrCannotAsk):
		f.State = Limited
		f.Says = oneLine(s.NoRegistry) + ": the next run tries to, and takes stand-ins, made of Debian packages, " +
			"if it fails"
		f.Do = "pull the official images, to know that they can be had"
		if !s.Built && s.CannotMake != nil {
			f.Says = oneLine(s.NoRegistry) + ": the next run tries to, and fails if none responds, since stand-ins " +
				"cannot be built: " + s.CannotMake.Error()
		}
	case s.Built:
		f.State = Limited
		f.Says = "no registry responds; stand-ins have been built from Debian packages"
		f.Do = "for sizes and starts of the official images, pull them while a registry can be reached"
	case s.CannotMake != nil:
		f.State = Blocked
		f.Says = fmt.Sprintf("no registry responds (%s), and stand-ins cannot be built: %s",
			oneLine(s.NoRegistry), s.CannotMake)
	default:
		f.State = Limited
		f.Says = "no registry responds (" + oneLine(s.NoRegistry) + "); the next run builds stand-ins from Debian " +
			"packages, which takes some minutes"
		f.Do = "for sizes and starts of the official images, pull them while a registry can be reached"
	}
	return f
}

func oneLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
