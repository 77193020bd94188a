package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"spabench/harness/internal/bench"
)

// limitFlags ask for a small machine: they limit what all containers of a variant may use together.
type limitFlags struct {
	cpus   float64
	memory string
}

func (l *limitFlags) register(f *pflag.FlagSet) {
	f.Float64Var(&l.cpus, "cpus", 0,
		"limit the CPU time of each variant, all its containers together, to this `number` of CPUs in trials, "+
			"such as 0.25; request rates are scaled down to match (default: no limit)")
	f.StringVar(&l.memory, "memory", "",
		"limit the memory of each variant, all its containers together, to this `size` in trials, "+
			"such as 128m (default: no limit)")
}

// apply puts the plan under the limits that were given, if any.
func (l *limitFlags) apply(flags *pflag.FlagSet, p bench.Plan) (bench.Plan, error) {
	var limits bench.Limits
	if flags.Changed("cpus") {
		if !(l.cpus > 0) { // NaN is refused, too
			return p, fmt.Errorf("--cpus %g: give more than 0, such as 0.25", l.cpus)
		}
		limits.CPUs = l.cpus
	}
	if flags.Changed("memory") {
		n, ok := parseBytes(l.memory)
		if !ok {
			return p, fmt.Errorf("--memory %s: give a number with a unit, k, m or g, such as 128m", l.memory)
		}
		if n < bench.MinMemory {
			return p, fmt.Errorf(
				"--memory %s is %d bytes: give at least %dm, or the engine may fail to start a container",
				l.memory, n, bench.MinMemory>>20)
		}
		limits.Memory = n
	}
	if limits == (bench.Limits{}) {
		return p, nil
	}
	return bench.Limit(p, limits), nil
}

// parseBytes reads the engine's notation of an amount of memory: a number, and b, k, m or g for powers of 1024.
func parseBytes(s string) (int64, bool) {
	s = strings.ToLower(s)
	units := map[string]float64{"b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
	unit := 1.0
	for suffix, bytes := range units {
		if rest, ok := strings.CutSuffix(s, suffix); ok {
			s, unit = rest, bytes
			break
		}
	}
	n, err := strconv.ParseFloat(s, 64)
	if n *= unit; err != nil || !(n >= 0 && n < 1<<60) {
		return 0, false
	}
	return int64(n), true
}
