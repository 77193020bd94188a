package bench

import (
	"slices"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/variants"
)

// checkOrder holds that the arms were started one after the other, in the order of the record.
func checkOrder(t *testing.T, trials []record.Trial) {
	t.Helper()
	for i, tr := range trials {
		if tr.Order != i+1 || tr.Round != 1 {
			t.Errorf("%s is trial %d, and has the place %d in round %d", tr.Variant, i+1, tr.Order, tr.Round)
		}
		if i > 0 && trials[i-1].Start != nil && tr.Began.Before(trials[i-1].Began.Add(trials[i-1].Start.API)) {
			t.Errorf("%s began before %s had started", tr.Variant, trials[i-1].Variant)
		}
		for _, l := range tr.Loads {
			if l.Skipped == "" && l.Began.Before(trials[len(trials)-1].Began) {
				t.Errorf("%s: %s began before all were up", tr.Variant, l.Load)
			}
		}
	}
}

// checkTrial holds that everything in a trial was measured, and that nothing went wrong.
func checkTrial(t *testing.T, p Plan, tr record.Trial) {
	t.Helper()
	if tr.Err != "" || tr.Start == nil || tr.Stop == nil {
		t.Errorf("%s: %s\n%s", tr.Variant, tr.Err, tr.Log)
		return
	}
	s := tr.Start
	if s.FirstByte <= 0 || s.FirstByte > s.Page || s.API <= 0 || s.Create <= 0 || s.Returned <= 0 {
		t.Errorf("%s: start %+v", tr.Variant, s)
	}
	if tr.Image.Compressed <= 0 || tr.Image.Compressed >= tr.Image.Unpacked {
		t.Errorf("%s: image %+v", tr.Variant, tr.Image)
	}
	for name, code := range tr.Stop.ExitCodes {
		if code != 0 {
			t.Errorf("%s: container %s exited with code %d", tr.Variant, name, code)
		}
	}
	v := variantOf(p, tr)
	var want, got []string
	for _, l := range p.Loads {
		if takes(v, l) {
			want = append(want, l.Name)
		}
	}
	for _, l := range tr.Loads {
		got = append(got, l.Load)
		checkLoad(t, v, l)
	}
	slices.Sort(want)
	if slices.Sort(got); len(tr.Idle) != len(v.Containers) || !slices.Equal(got, want) {
		t.Errorf("%s: idle %+v; loads %q, want %q", tr.Variant, tr.Idle, got, want)
	}
}

// checkLayers holds that the layers of a build are those of its images, each of which counts once.
func checkLayers(t *testing.T, b record.Build) {
	t.Helper()
	layers, unpacked, compressed := 0, int64(0), int64(0)
	for _, y := range b.Layers {
		if y.Container == "" || y.Instruction == "" && !y.Base {
			t.Errorf("%s: layer %+v", b.Variant, y)
		}
		if !y.Again {
			layers, unpacked, compressed = layers+1, unpacked+y.Unpacked, compressed+y.Compressed
		}
	}
	if layers != b.Image.Layers || unpacked != b.Image.Unpacked || compressed != b.Image.Compressed {
		t.Errorf("%s: %d layers of %d and %d bytes, and the image is %+v",
			b.Variant, layers, unpacked, compressed, *b.Image)
	}
}

// variantOf is the variant of a trial, under the arm's name.
func variantOf(p Plan, tr record.Trial) variants.Variant {
	name := tr.Variant
	if name == record.ControlArm {
		name = p.Control
	}
	v, _ := variants.Find(name)
	v.Name = tr.Variant
	return v
}

// checkLoad holds that everything in a load was measured, and that no response was wrong.
func checkLoad(t *testing.T, v variants.Variant, l record.Loaded) {
	t.Helper()
	if l.Skipped != "" {
		if l.Load != "visit-br" || v.Name != "nginx-three-container" { // whose nginx has no Brotli
			t.Errorf("%s: %s: %s", v.Name, l.Load, l.Skipped)
		}
		return
	}
	if l.Wrong > 0 || l.Requests == 0 || l.WireIn == 0 || l.Sent == 0 || l.Opened == 0 || l.MostOpen > l.Opened {
		t.Errorf("%s: %s: %d wrong of %d: %q; %d connections, at most %d at once",
			v.Name, l.Load, l.Wrong, l.Requests, l.Reasons, l.Opened, l.MostOpen)
	}
	// What is late has no latency.
	late := !slices.ContainsFunc(l.Slices, func(s record.Slice) bool { return !s.Late })
	if late != (l.Latency == "") || late != (l.Planned == "") {
		t.Errorf("%s: %s: all late: %t; latency %q", v.Name, l.Load, late, l.Latency)
	}
	checkVisit(t, v.Name, l)
	if l.Parts == nil && l.Load != "api-write" && l.Hashed == 0 {
		t.Errorf("%s: %s: no body was compared", v.Name, l.Load)
	}
	var cpu time.Duration
	for _, u := range l.Usage {
		cpu += u.CPU
	}
	if len(l.Usage) != len(v.Containers) || cpu <= 0 || l.Generator.CPU <= 0 {
		t.Errorf("%s: %s: usage %+v, generator %+v", v.Name, l.Load, l.Usage, l.Generator)
	}
}

// checkTurns holds that all arms had every turn of the loads of a group, that turns which are late are so for all of
// them, that the CPU time of each slice was counted, and that arms were idle where others had turns, and only there.
func checkTurns(t *testing.T, group []record.Load, trials []record.Trial) {
	t.Helper()
	want, late, takers := group[0].Duration/group[0].Slice, map[int]bool{}, map[string]bool{}
	var taken []record.Loaded
	for _, tr := range trials {
		for _, l := range tr.Loads {
			if l.Skipped == "" && slices.ContainsFunc(group, func(g record.Load) bool { return g.Name == l.Load }) {
				taken, takers[tr.Variant] = append(taken, l), true
			}
		}
	}
	for _, l := range taken {
		if len(l.Slices) != int(want) {
			t.Errorf("%s: %d slices, want %d", l.Load, len(l.Slices), want)
			continue
		}
		var requests uint64
		for i, s := range l.Slices {
			if s.Turn != i+1 || len(s.CPU) != len(l.Usage) || s.Requests == 0 {
				t.Errorf("%s: slice %d is %+v", l.Load, i+1, s)
			}
			if was, known := late[s.Turn]; known && was != s.Late {
				t.Errorf("%s: turn %d is late for some alone", l.Load, s.Turn)
			}
			late[s.Turn] = s.Late
			requests += s.Requests
		}
		if requests != l.Requests {
			t.Errorf("%s: %d requests, and %d in slices", l.Load, l.Requests, requests)
		}
		if (l.IdleOver > 0) != (len(takers) > 1) || l.Idle > l.IdleOver {
			t.Errorf("%s, which %d arms take: idle for %s, with %s of CPU time",
				l.Load, len(takers), l.IdleOver, l.Idle)
		}
	}
}

// checkVisit holds that a first visit gets everything that the home page needs, in full, and that a repeat visit
// requests what is not fresh, which is not sent again.
func checkVisit(t *testing.T, variant string, l record.Loaded) {
	t.Helper()
	want := map[string]int{"visit": 10, "visit-identity": 10, "visit-gzip": 10, "visit-br": 10, "revisit": 2}[l.Load]
	if len(l.Parts) != want {
		t.Errorf("%s: %s requests %d files, want %d", variant, l.Load, len(l.Parts), want)
	}
	for _, p := range l.Parts {
		status := 200
		if l.Load == "revisit" {
			status = 304
		}
		if p.Status != status || p.Requests != l.Requests || (p.BodyBytes == 0) != (status == 304) || p.Began == "" {
			t.Errorf("%s: %s: %+v", variant, l.Load, p)
		}
	}
}
