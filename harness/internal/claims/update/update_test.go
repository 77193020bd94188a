package update

import (
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// at makes page loads that begin and end so many milliseconds after the update began.
func at(began time.Time, from, to int, build string, fault record.LoadFault) pageLoad {
	ms := func(n int) time.Time { return began.Add(time.Duration(n) * time.Millisecond) }
	return pageLoad{began: ms(from), ended: ms(to), build: build, fault: fault}
}

func TestSummarise(t *testing.T) {
	began := time.Unix(1000, 0)
	ms := time.Millisecond
	none := record.LoadFault{}
	failed := record.LoadFault{Destination: "document", Status: 500}
	empty := record.LoadFault{Destination: "document", Status: 200, Empty: true}
	noScript := record.LoadFault{PageOf: "B", Destination: "script", Status: 404}
	silent := func(from, to int) pageLoad {
		l := at(began, from, to, "", none)
		l.silent = true
		return l
	}
	for name, test := range map[string]struct {
		loads []pageLoad
		want  record.Update
	}{
		"nothing": {nil, record.Update{}},
		"only A": {[]pageLoad{at(began, -20, -10, "A", none), at(began, 0, 10, "A", none)},
			record.Update{Loads: 1}},
		"B at once, those before it not counted": {
			[]pageLoad{at(began, -20, -10, "", failed), at(began, 0, 10, "A", none), at(began, 10, 30, "B", none)},
			record.Update{Loads: 2, Seen: 30 * ms, Settled: true}},
		"broken between": {
			[]pageLoad{at(began, 0, 10, "B", noScript), at(began, 10, 20, "B", noScript), at(began, 20, 30, "", empty),
				at(began, 30, 45, "B", none)},
			record.Update{Loads: 4, Broken: 3, Fault: noScript, Seen: 45 * ms, Settled: true}},
		"as many of either fault": {[]pageLoad{at(began, 0, 10, "B", noScript), at(began, 20, 30, "", empty)},
			record.Update{Loads: 2, Broken: 2, Fault: empty}},
		"B, and then not": {[]pageLoad{at(began, 0, 10, "B", none), at(began, 10, 20, "A", none)},
			record.Update{Loads: 2, Seen: 10 * ms}},
		"a gap, in any order": {
			[]pageLoad{at(began, 710, 720, "B", none), silent(100, 200), at(began, 0, 50, "A", none), silent(200, 700)},
			record.Update{Loads: 2, Silent: 2, Seen: 720 * ms, Without: 620 * ms, Settled: true}},
		"no response any more": {[]pageLoad{at(began, 0, 50, "A", none), silent(100, 300)},
			record.Update{Loads: 1, Silent: 1, Without: 200 * ms}},
		"an asset of B silent": {[]pageLoad{{began: began, ended: began.Add(ms), build: "B", silent: true}},
			record.Update{Silent: 1, Without: ms}},
	} {
		if got := summarise(test.loads, began).Update; got != test.want {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, test.want)
		}
	}
}

func TestJudge(t *testing.T) {
	running := record.Update{Variant: "disk", Kind: record.FilesUpdate, Settled: true}
	stale := record.Update{Variant: "listed", Kind: record.FilesUpdate, Seen: time.Millisecond}
	restarted := record.Update{Variant: "listed", Kind: record.RestartUpdate, Settled: true}
	inside := record.Update{Variant: "inside", Kind: record.ContainerUpdate, Settled: true}
	for name, test := range map[string]struct {
		all  []record.Update
		want record.Verdict
	}{
		"all take it": {[]record.Update{running, inside}, record.Holds},
		"in one way of two": {[]record.Update{{Variant: "disk", Kind: record.FilesUpdate}, running},
			record.Holds},
		"one needs a restart":   {[]record.Update{running, stale, restarted, inside}, record.Partly},
		"none takes it running": {[]record.Update{stale, restarted, inside}, record.Refuted},
		"not even after a restart": {[]record.Update{stale, {Variant: "listed", Kind: record.RestartUpdate}},
			record.Refuted},
		"nothing in a folder": {[]record.Update{inside}, record.NotTested},
	} {
		j := judge(record.UpdateObserved{Updates: test.all})
		if j.Verdict != test.want || (j.Reason == "") == (test.want == record.NotTested) {
			t.Errorf("%s: %s, want %s; reason %q", name, j.Verdict, test.want, j.Reason)
		}
	}
}
