package table

import (
	"slices"
	"time"

	"spabench/harness/internal/record"
)

func cpuMetric(load string) Metric {
	return cpuOf(load, everyContainer, Metric{Name: load + "-cpu", Title: load,
		Doc: "CPU time per request, user and system, of all containers of the variant"})
}

func capacityMetric(load string) Metric {
	const second = float64(time.Second)
	cpu := cpuMetric(load)
	m := Metric{Name: load + "-capacity", Title: load, Unit: perSecond, Better: Higher, Load: load,
		Doc: "requests per second that one core can answer: 1 s / CPU time per request"}
	m.Of = func(t record.Trial) (float64, bool) {
		each, ok := cpu.Of(t)
		return second / each, ok
	}
	m.Turns = func(t record.Trial) map[int]float64 {
		turns := cpu.Turns(t)
		for turn, each := range turns {
			turns[turn] = second / each
		}
		return turns
	}
	return m
}

// frontendCPUMetric counts only the container that has the files.
func frontendCPUMetric(load string) Metric {
	return cpuOf(load, frontend, Metric{Name: load + "-cpu-frontend", Title: load,
		Doc: "CPU time per request of the container that has the files: the one named frontend, or the only one"})
}

// directCPUMetric is the same without a proxy in front of that container. The plan has a load for that, named after the
// given one, which takes turns with it; a variant of one container has no proxy anyway.
func directCPUMetric(load string) Metric {
	behind, asked := frontendCPUMetric(load), frontendCPUMetric(load+direct)
	m := Metric{Name: load + "-cpu-direct", Title: load + " direct", Unit: microseconds, Better: Lower, Load: load,
		Doc: behind.Doc + ", without a proxy in front"}
	m.Of = func(t record.Trial) (float64, bool) {
		if each, ok := asked.Of(t); ok {
			return each, true
		}
		if l, ok := loaded(t, load); ok && len(l.Usage) == 1 {
			return behind.Of(t)
		}
		return 0, false
	}
	m.Turns = func(t record.Trial) map[int]float64 {
		if _, ok := asked.Of(t); ok {
			return asked.Turns(t)
		}
		if l, ok := loaded(t, load); ok && len(l.Usage) == 1 {
			return behind.Turns(t)
		}
		return nil
	}
	return m
}

// direct ends the name of a load that takes turns with another one, and asks a container without the proxy before it.
const direct = "-direct"

// containers chooses among those of a load's usage, by their places there.
type containers func([]record.UsageDelta) []int

func everyContainer(usage []record.UsageDelta) []int {
	places := make([]int, len(usage))
	for i := range places {
		places[i] = i
	}
	return places
}

func frontend(usage []record.UsageDelta) []int {
	if len(usage) == 1 {
		return []int{0}
	}
	if i := slices.IndexFunc(usage, func(u record.UsageDelta) bool { return u.Container == "frontend" }); i >= 0 {
		return []int{i}
	}
	return nil
}

// cpuOf completes a metric of the CPU time per request of some containers under a load. Where slices have their own CPU
// time, a round's value is the mean of the slices' without the lowest and the highest quarter: work that a burst of
// something else on the core made slower moves it little. Slices of late turns count, too, because a generator that is
// late does not change what a request costs the server. Elsewhere it is the mean over the load.
func cpuOf(load string, chosen containers, m Metric) Metric {
	m.Load, m.Unit, m.Better = load, microseconds, Lower
	m.Turns = func(t record.Trial) map[int]float64 {
		l, ok := loaded(t, load)
		if !ok {
			return nil
		}
		return turnCPU(l, chosen(l.Usage))
	}
	m.Of = func(t record.Trial) (float64, bool) {
		l, ok := loaded(t, load)
		if !ok {
			return 0, false
		}
		places := chosen(l.Usage)
		if each, ok := trimmed(turnCPU(l, places)); ok {
			return each, true
		}
		return meanCPU(l, places)
	}
	return m
}

// turnCPU is the CPU time per request in each turn, of the containers at these places, in nanoseconds.
func turnCPU(l record.Loaded, places []int) map[int]float64 {
	turns := map[int]float64{}
	for _, s := range l.Slices {
		if s.Requests == 0 || len(s.CPU) != len(l.Usage) {
			continue
		}
		var sum time.Duration
		for _, i := range places {
			sum += s.CPU[i]
		}
		if sum > 0 {
			turns[s.Turn] = float64(sum) / float64(s.Requests)
		}
	}
	return turns
}

// meanCPU divides the CPU time over the load, of the containers at these places, by the requests that it was spent on,
// including those of the warm-up; in nanoseconds.
func meanCPU(l record.Loaded, places []int) (float64, bool) {
	var sum time.Duration
	for _, i := range places {
		sum += l.Usage[i].CPU
	}
	return float64(sum) / float64(l.WarmUp+l.Requests), sum > 0 && l.Requests > 0
}
