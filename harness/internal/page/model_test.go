package page

import (
	"math"
	"slices"
	"testing"

	"spabench/harness/internal/chart"
	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
	"spabench/harness/internal/table"
	"spabench/harness/spatest"
)

// The pictures have the numbers of the tables: those of README.md in the run's folder.
func TestForests(t *testing.T) {
	run := published(t, newest)
	all := forests(run)
	if len(all) != 4 {
		t.Fatalf("%d forests", len(all))
	}
	cpu := all[2]
	if cpu.Metric.Name != "page-cpu" || cpu.Shown.Title != "times null" {
		t.Errorf("%s, %s", cpu.Metric.Name, cpu.Shown.Title)
	}
	want := []string{"embedded-go", "disk-go", "fastapi", "nginx-three-container"}
	if !slices.Equal(cpu.Shown.Rows, want) {
		t.Errorf("%q, want %q", cpu.Shown.Rows, want)
	}
	if got, want := cpu.Labels[2], "fastapi 3.47 [3.17, 3.81]"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	e := cpu.Shown.Estimates[2]
	if e.Row != 2 || table.Number(e.Lo) != "3.17" || table.Number(e.Hi) != "3.81" {
		t.Errorf("%+v", e)
	}
	control, ok := table.ControlRatio(run, cpu.Metric, table.HeadlineConfidence(run))
	if !ok || cpu.Shown.Band != [2]float64{control.Lo, control.Hi} || control.Lo >= 1 || control.Hi <= 1 {
		t.Errorf("band %v, control %v", cpu.Shown.Band, control)
	}
	if image := all[0]; image.Shown.Band != [2]float64{} || image.Shown.Estimates[2].Lo != image.Shown.Estimates[2].Hi {
		t.Errorf("a size has noise: %+v", image.Shown)
	}
}

// The phases of a start add up to the values of the table.
func TestStartPhases(t *testing.T) {
	run := published(t, newest)
	phases := startPhases(run)
	if len(phases.Rows) != 5 || phases.Title != "time, ms" {
		t.Fatalf("%+v", phases)
	}
	create, _ := table.Named("start-create")
	page, _ := table.Named("start-page")
	for i, arm := range phases.Rows {
		sum := 0.0
		for _, v := range phases.Values[i] {
			if v < 0 {
				t.Errorf("%s: a phase of %v ms", arm, v)
			}
			sum += v
		}
		want := (table.Value(run, arm, create).Centre + table.Value(run, arm, page).Centre) / 1e6
		if math.Abs(sum-want) > 1e-6 {
			t.Errorf("%s: %v ms, want %v", arm, sum, want)
		}
	}
}

func TestBaseAndOwn(t *testing.T) {
	run := published(t, newest)
	whole, _ := table.Named("image-unpacked")
	s := baseAndOwn(run)
	for i, arm := range s.Rows {
		got, want := s.Values[i][0]+s.Values[i][1], table.Value(run, arm, whole).Centre/1e6
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %v MB, want %v", arm, got, want)
		}
	}
	if len(s.Rows) != 5 {
		t.Errorf("%q", s.Rows)
	}
}

// A line ends where too few requests are slower, and no percentile is below the one before it.
func TestPercentiles(t *testing.T) {
	run := published(t, newest)
	all, err := percentilesOf(run, newLinks(run))
	if err != nil || len(all) != 4 {
		t.Fatalf("%d loads: %v", len(all), err)
	}
	for _, p := range all {
		for i, c := range p.Shown.Curves {
			for j, at := range c.Points {
				if j > 0 && (at.X <= c.Points[j-1].X || at.Y < c.Points[j-1].Y) {
					t.Errorf("%s of %s falls: %v", p.Load, p.Arms[i], c.Points)
				}
			}
			last := c.Points[len(c.Points)-1].X
			if p.Load == "page" && last != 0.999 || p.Load == "api" && last >= 0.998 {
				t.Errorf("%s of %s ends at %v", p.Load, p.Arms[i], last)
			}
		}
		if len(p.Table.Rows) != len(p.Arms) || len(p.Table.Rows[0]) != len(p.Table.Head) {
			t.Errorf("%s: a table of %d rows", p.Load, len(p.Table.Rows))
		}
	}
	if first := all[0].Table.Rows[0]; first[0].Text != "embedded-go" || first[1].Link != "#v-page-p99-all-embedded-go" {
		t.Errorf("%+v", first)
	}
}

// A load with a wrong answer has no latencies.
func TestPercentilesOfWrongAnswers(t *testing.T) {
	run := published(t, newest)
	for i := range run.Trials {
		if run.Trials[i].Variant == "fastapi" {
			run.Trials[i].Loads[0].Wrong = 1
		}
	}
	all, err := percentilesOf(run, newLinks(run))
	if err != nil || slices.Contains(all[0].Arms, "fastapi") || !slices.Contains(all[1].Arms, "fastapi") {
		t.Errorf("%v, %v: %v", all[0].Arms, all[1].Arms, err)
	}
}

func TestDots(t *testing.T) {
	run := published(t, newest)
	m := table.HeadlineMetrics()[2]
	d := dotsOf(run, m)
	if len(d.Series) != 5 || len(d.Rounds) != 9 || len(d.Series[0].Points) != 9 {
		t.Fatalf("%+v", d)
	}
	calm := run
	calm.Rounds = slices.Clone(run.Rounds)
	for i := range calm.Rounds {
		calm.Rounds[i].Sentinel = nil
	}
	for _, marked := range dotsOf(calm, m).Marked {
		if marked {
			t.Error("a round that was not watched is marked")
		}
	}
	calm.Rounds[3].Sentinel = &record.Sentinel{Steal: 0.05}
	if marked := dotsOf(calm, m).Marked; !marked[4] || marked[3] {
		t.Errorf("%v", marked)
	}
}

// One variant looks the same in every report, whatever else was measured.
func TestLooks(t *testing.T) {
	few := record.Run{Plan: record.Plan{Variants: []string{"shop", "fastapi", "null"}, Baseline: "null"}}
	all := looks(published(t, newest))
	got := looks(few)
	if got["fastapi"] != all["fastapi"] || got["null"] != chart.Baseline {
		t.Errorf("%v, %v", got, all)
	}
	seen := map[chart.Look]string{}
	for arm, look := range got {
		if other, ok := seen[look]; ok {
			t.Errorf("%s and %s look the same", arm, other)
		}
		seen[look] = arm
	}
}

// By hand: a million visits, a tenth of them in one hour, are 27.8 a second; each of 3.6 ms needs 0.1 cores.
func TestBill(t *testing.T) {
	in := inputs{Visits: 1e6, Busiest: 10, CPU: 0.04, Memory: 4, Egress: 0.08, Deploys: 20, Hosts: 2}
	f := figures{Wire: 1e5, Pull: 5e7,
		CPU:    stat.Interval{Centre: 3.6e6, Lo: 3.3e6, Hi: 4e6},
		Memory: stat.Interval{Centre: 5e8, Lo: 4e8, Hi: 6e8}}
	b := in.of(f)
	near := func(name string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-9*math.Abs(want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	near("cores", b.Cores.Centre, 0.1)
	near("memory", b.GB.Hi, 1.2)
	near("traffic", b.Egress, 3043.75)
	near("pulled", b.Pulled, 2)
	near("money", b.Money.Centre, 0.1*730.5*0.04+4+3045.75*0.08)
	near("at least", b.Money.Lo, 0.1*3.3/3.6*730.5*0.04+3.2+3045.75*0.08)
}

// What a run has not measured stands for nothing: without visits, the page alone counts, and the page says so.
func TestCostOfOldRuns(t *testing.T) {
	now, old := costOf(published(t, newest)), costOf(published(t, "2026-11-24-amd-epyc-2-cpus"))
	if len(now.Rows) != 4 || len(old.Rows) != 4 {
		t.Fatalf("%d rows, %d rows", len(now.Rows), len(old.Rows))
	}
	if now.Visit == old.Visit || now.Rows[0].Wire < 10*old.Rows[0].Wire {
		t.Errorf("%s: %v bytes; %s: %v bytes", now.Visit, now.Rows[0].Wire, old.Visit, old.Rows[0].Wire)
	}
	none := costOf(record.Run{Plan: record.Plan{Variants: []string{"a", "null"}, Baseline: "null"}})
	if len(none.Rows) > 0 {
		t.Errorf("%+v", none.Rows)
	}
}

func TestAnswers(t *testing.T) {
	run := published(t, newest)
	a := answerOf(run, nil)
	if got, want := a.Sentences[0].Label, "Image"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := conforms(run),
		"All that were checked conform: embedded-go, disk-go, fastapi, nginx-three-container."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	run.Plan.Control = ""
	if got, want := noise(run), "How noisy this run is, is not known"; len(got) < len(want) || got[:len(want)] != want {
		t.Errorf("%q", got)
	}
	run.Conformance[1].Report.Outcomes[0].Verdict = spatest.Failed
	if got, want := conforms(run),
		"These conform: embedded-go, fastapi, nginx-three-container. These do not: disk-go."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	run.Conformance = nil
	if got, want := conforms(run), "No variant was checked for conformance."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
