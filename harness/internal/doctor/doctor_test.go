package doctor

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/sentinel"
)

// TestJudge holds what each observation means for a run, and that whatever limits one comes with a way out.
func TestJudge(t *testing.T) {
	able := lab.Facts{Engine: "Docker 28.2.2", API: "1.50", CPUSets: true, CPULimits: true, MemoryLimits: true}
	able.ImageStore, able.CgroupV, able.CgroupDriver = lab.Snapshotter, "2", "systemd"
	unpinned, unlimited := able, able
	unpinned.CPUSets, unlimited.CPULimits = false, false
	quiet := sentinel.Noise{Pieces: 2000, Took: 10 * time.Second, Median: 1.02, P95: 1.2, Max: 3}
	slowed, interrupted := quiet, quiet
	slowed.Median, interrupted.P95 = 1.3, 1.8
	silent, denied := errors.New("no such host\nand more"), errors.New("needs root")
	unbuilt := lab.BaseSource{NoRegistry: silent}
	built, unbuildable := unbuilt, unbuilt
	built.Built, unbuildable.CannotMake = true, denied
	one := func(f Finding) []Finding { return []Finding{f} }
	// The last finding is the one that each case is about.
	for name, c := range map[string]struct {
		findings []Finding
		state    State
		says     string
	}{
		"an engine that can do all": {judgeEngine(able, "")[:1], Good, "Docker 28.2.2, API 1.50"},
		"what the engine is made of": {
			judgeEngine(able, "")[:1], Good, "(containerd snapshotter), cgroup version 2 by the systemd driver",
		},
		"counters in files":         {judgeEngine(able, "")[:2], Good, "cgroup files"},
		"counters of the engine":    {judgeEngine(able, "its statistics")[:2], Limited, "come from its statistics"},
		"no cpusets":                {judgeEngine(unpinned, ""), Limited, "cannot bind containers"},
		"no limit on CPU time":      {judgeEngine(unlimited, ""), Limited, "cannot limit CPU time"},
		"an engine to be started":   {one(absentEngine(false, nil)), Good, "is started by the next run"},
		"an engine to be installed": {one(absentEngine(true, nil)), Good, "installs docker.io"},
		"an engine out of reach":    {one(absentEngine(true, lab.ErrNoEngine)), Blocked, "no container engine"},
		"official bases":            {one(judgeBases(lab.BaseSource{}, nil)), Good, "official"},
		"stand-ins":                 {one(judgeBases(built, nil)), Limited, "have been built"},
		"stand-ins to be built":     {one(judgeBases(unbuilt, nil)), Limited, "(no such host)"},
		"no bases at all":           {one(judgeBases(unbuildable, nil)), Blocked, "needs root"},
		"bases that a pull will tell of": {
			one(judgeBases(lab.BaseSource{NoRegistry: lab.ErrCannotAsk}, nil)), Limited, "the next run tries to",
		},
		"bases that a pull must bring": {
			one(judgeBases(lab.BaseSource{NoRegistry: lab.ErrCannotAsk, CannotMake: denied}, nil)), Limited,
			"fails if none responds, since stand-ins cannot be built: needs root",
		},
		"bases that are unknown": {one(judgeBases(lab.BaseSource{}, silent)), Blocked, "no such host"},
		"one CPU":                {one(divided(1, "0", "0")), Limited, "only one"},
		"four CPUs": {
			one(divided(4, "0-1", "2-3")), Good, "servers run on CPU 0-1, the load generator on CPU 2-3",
		},
		"an even CPU":               {one(judgeNoise(quiet, nil)), Good, "2000 times in 10s"},
		"a CPU that is slowed down": {one(judgeNoise(slowed, nil)), Limited, "1.3 times"},
		"one that is interrupted":   {one(judgeNoise(interrupted, nil)), Limited, "95th percentile 1.8 times"},
		"one that cannot be timed":  {one(judgeNoise(sentinel.Noise{}, denied)), Limited, "needs root"},
		"a large disk":              {one(judgeDisk("/var", 100e9)), Good, "100.0 GB are free in /var"},
		"a full disk":               {one(judgeDisk("/var", 1e9)), Limited, "take 11 GB"},
		"a folder that is absent":   {one(examineDisk("/absent")), Limited, "unknown"},
	} {
		got := c.findings[len(c.findings)-1]
		if got.State != c.state || !strings.Contains(got.Says, c.says) {
			t.Errorf("%s: %+v, want %s, and that it says %q", name, got, c.state, c.says)
		}
	}
	for _, f := range append(judgeEngine(unpinned, "elsewhere"), judgeNoise(slowed, nil), judgeDisk("/var", 0),
		divided(1, "0", "0"), outsideCheckout) {
		if f.State != Good && f.Do == "" {
			t.Errorf("%s: nothing says what to do", f.Subject)
		}
	}
	if CanMeasure([]Finding{{State: Good}, outsideCheckout}) || !CanMeasure([]Finding{{State: Limited}}) {
		t.Error("only what is Blocked is in the way of a run")
	}
}

// TestExamineCores holds that shared cores and a clock that follows the load are seen where the kernel shows them.
func TestExamineCores(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text + "\n")} }
	for name, c := range map[string]struct {
		sys  fstest.MapFS
		want string // subjects
	}{
		"a virtual machine shows nothing": {fstest.MapFS{}, ""},
		"cores of their own": {fstest.MapFS{
			"cpu0/topology/thread_siblings_list": file("0-1"), "cpu1/topology/thread_siblings_list": file("0-1"),
			"cpu0/cpufreq/scaling_governor": file("performance"),
		}, ""},
		"a core shared with the generator": {fstest.MapFS{"cpu1/topology/thread_siblings_list": file("1,3")}, "cores"},
		"a governor that saves power": {
			fstest.MapFS{"cpu0/cpufreq/scaling_governor": file("powersave")}, "frequency",
		},
	} {
		var got []string
		for _, f := range examineCores(c.sys, "0-1", "2-3") {
			got = append(got, f.Subject)
			if f.State != Limited || f.Do == "" {
				t.Errorf("%s: %+v", name, f)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
