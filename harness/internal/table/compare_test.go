package table

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// later is a run like the fixture, on a machine that is slower by a tenth, with other noise: what a second run of the
// same code is. spoil may change its trials.
func later(t *testing.T, rounds int, spoil func(*record.Trial)) record.Run {
	t.Helper()
	run := fixture(t, rounds)
	// The same noise in another order is other noise: no round of this run is one of the first run's.
	for i := range run.Trials {
		tr := &run.Trials[i]
		tr.Round = rounds + 1 - tr.Round
		tr.Start.Page = tr.Start.Page * 11 / 10
		for j := range tr.Loads {
			slow(&tr.Loads[j], 1.1)
		}
		if spoil != nil {
			spoil(tr)
		}
	}
	run.Started = run.Started.Add(24 * time.Hour)
	run.Env.Commit = "fedcba9876543210fedcba9876543210fedcba98"
	return run
}

// A slower machine is no difference; each planted regression is found, in the metric that it is in, and nothing else.
func TestChanges(t *testing.T) {
	before := fixture(t, 9)
	for _, tc := range []struct {
		name  string
		spoil func(*record.Trial)
		want  []string
	}{
		{"the same", nil, nil},
		{"a tenth more CPU time", func(tr *record.Trial) {
			if tr.Variant == "disk-go" {
				slow(&tr.Loads[0], 1.1)
			}
		}, []string{"disk-go page-cpu worse", "disk-go page-cpu-frontend worse", "disk-go page-cpu-direct " +
			"worse", "disk-go page-capacity worse"}},
		{"a megabyte more", func(tr *record.Trial) {
			if tr.Variant == "embedded-go" {
				tr.Image.Unpacked += 1e6
			}
		}, []string{"embedded-go image-unpacked worse"}},
		{"150 ms sooner", func(tr *record.Trial) {
			if tr.Variant == "fastapi" {
				tr.Start.Page -= 150 * time.Millisecond
			}
		}, []string{"fastapi start-page better"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, c := range Changes(before, later(t, 9, tc.spoil)) {
				if v := c.Verdict(); v != "~" && c.Arm != before.Plan.Baseline {
					got = append(got, c.Arm+" "+c.Metric.Name+" "+v)
				}
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestChangesOfFewRounds(t *testing.T) {
	for _, c := range Changes(fixture(t, 2), later(t, 2, nil)) {
		if v := c.Verdict(); !c.Metric.Exact && v != "?" {
			t.Errorf("%s %s: %s of two rounds", c.Arm, c.Metric.Name, v)
		}
	}
}

func TestDifferences(t *testing.T) {
	a, b := fixture(t, 1), fixture(t, 2)
	b.Env.Commit, b.Env.Dirty, b.Plan.Seed, b.Plan.Command = "", true, 7, "make bench"
	if d := Differences(a, b); len(d) != 0 {
		t.Errorf("what may differ is told: %+v", d)
	}
	b.Env.Kernel, b.Plan.Loads[1].Rate = "6.2.0", 400
	b.Env.Bases[0].ID = "sha256:00"
	b.Plan.Loads = b.Plan.Loads[:3]
	var got []string
	for _, d := range Differences(a, b) {
		got = append(got, d.Name)
		if d.Name == "loads.deep-link.rate" && (d.A != "500" || d.B != "400") {
			t.Errorf("%+v", d)
		}
	}
	for _, want := range []string{"kernel", "bases.GO_IMAGE.id", "loads.deep-link.rate", "loads.api.rate"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not told: %q", want, got)
		}
	}
}

// The sizes of images in different kinds of store are not compared, and the comparison says so.
func TestImagesAcrossStores(t *testing.T) {
	a, b := fixture(t, 9), later(t, 9, nil)
	ofImages := func(changes []Change) (n int) {
		for _, c := range changes {
			if c.Metric.ofImage() {
				n++
			}
		}
		return n
	}
	all := Changes(a, b)
	b.Env.ImageStore = record.Snapshotter
	rest := Changes(a, b)
	if ofImages(all) == 0 || ofImages(rest) != 0 || len(rest) != len(all)-ofImages(all) {
		t.Errorf("%d of %d changes are of images, and %d of %d across stores",
			ofImages(all), len(all), ofImages(rest), len(rest))
	}
	var out bytes.Buffer
	if err := Compare(&out, a, b, false); err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(strings.Fields(out.String()), " "); !strings.Contains(text, "Images are not compared: the "+
		"engine of A kept them in another way (graph driver) than that of B (containerd snapshotter).") {
		t.Errorf("does not say why images are missing:\n%s", text)
	}
	var got []string
	for _, d := range Differences(a, b) {
		got = append(got, d.Name)
	}
	if !slices.Equal(got, []string{"image_store"}) {
		t.Errorf("differences %q", got)
	}
}

// What the engine cannot do is said where the run says what it was measured on.
func TestEngineFact(t *testing.T) {
	e := madeEnv()
	e.Engine, e.ImageStore = "Podman 5.4.2", "Podman's own store"
	e.EngineLacks = []string{"limit memory", "limit CPU time"}
	const want = "Podman 5.4.2 (API 1.45), storage overlay2 (Podman's own store), cgroup v2 (systemd); " +
		"it cannot limit memory, nor limit CPU time"
	if got := engineFact(e).text; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestCompareGolden(t *testing.T) {
	var b bytes.Buffer
	worse := func(tr *record.Trial) {
		if tr.Variant == "disk-go" {
			slow(&tr.Loads[3], 2)
		}
	}
	if err := Compare(&b, fixture(t, 9), later(t, 9, worse), false); err != nil {
		t.Fatal(err)
	}
	golden(t, "compare.txt", b.String())
	for _, want := range []string{"api-cpu", "worse", "--all shows them", "divided by those of null"} {
		if !strings.Contains(strings.Join(strings.Fields(b.String()), " "), want) {
			t.Errorf("does not say %q", want)
		}
	}
	for line := range strings.Lines(b.String()) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > width {
			t.Errorf("%d characters: %s", n, line)
		}
	}
}
