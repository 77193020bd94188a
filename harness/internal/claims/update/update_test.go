package update

import (
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// at makes page loads that begin and end so many milliseconds after the update began.
func at(began time.Time, from, to int, build, fault string) pageLoad {
	ms := func(n int) time.Time { return began.Add(time.Duration(n) * time.Millisecond) }
	return pageLoad{began: ms(from), ended: ms(to), build: build, fault: fault, silent: fault == "no answer"}
}

func TestSummarise(t *testing.T) {
	began := time.Unix(1000, 0)
	ms := time.Millisecond
	for name, test := range map[string]struct {
		loads   []pageLoad
		want    update // what is compared
		settled bool
	}{
		"nothing": {nil, update{}, false},
		"only A": {[]pageLoad{at(began, -20, -10, "A", ""), at(began, 0, 10, "A", "")},
			update{loads: 1}, false},
		"B at once, those before it not counted": {[]pageLoad{at(began, -20, -10, "", "page: status 500"), at(began, 0, 10, "A", ""), at(began, 10, 30, "B", "")},
			update{loads: 2, seen: 30 * ms}, true},
		"broken between": {[]pageLoad{at(began, 0, 10, "B", "script: 404"), at(began, 10, 20, "B", "script: 404"), at(began, 20, 30, "", "page: empty"), at(began, 30, 45, "B", "")},
			update{loads: 4, broken: 3, fault: "script: 404", seen: 45 * ms}, true},
		"B, and then not": {[]pageLoad{at(began, 0, 10, "B", ""), at(began, 10, 20, "A", "")},
			update{loads: 2, seen: 10 * ms}, false},
		"a gap, in any order": {[]pageLoad{at(began, 710, 720, "B", ""), at(began, 100, 200, "", "no answer"), at(began, 0, 50, "A", ""), at(began, 200, 700, "", "no answer")},
			update{loads: 2, silent: 2, seen: 720 * ms, without: 620 * ms}, true},
		"no answer any more": {[]pageLoad{at(began, 0, 50, "A", ""), at(began, 100, 300, "", "no answer")},
			update{loads: 1, silent: 1, without: 200 * ms}, false},
	} {
		got := summarise(test.loads, began)
		if got.settled() != test.settled {
			t.Errorf("%s: settled: %t", name, got.settled())
		}
		got.since, got.last = time.Time{}, time.Time{}
		if got != test.want {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, test.want)
		}
	}
}

func TestJudgeUpdates(t *testing.T) {
	done := time.Unix(1, 0)
	running := update{variant: "disk", way: "renamed", loads: 10, seen: 300 * time.Millisecond, since: done}
	listed := update{variant: "listed", way: "renamed", loads: 10, broken: 9, fault: "script: 404", seen: 0}
	again := update{variant: "listed", way: restartAfter, after: "renamed", silent: 3, without: 700 * time.Millisecond, since: done}
	inside := update{variant: "inside", way: newContainer, silent: 5, without: 400 * time.Millisecond, since: done}
	for name, test := range map[string]struct {
		all  []update
		want record.Verdict
		says []string
	}{
		"all take it":       {[]update{running, inside}, record.Holds, []string{"by disk while running", "300 ms", "(inside) need a new image", "400 to 400 ms"}},
		"one needs a start": {[]update{running, listed, again, inside}, record.Partly, []string{"listed served B's page without its scripts until a restart", "700 ms"}},
		"none takes it":     {[]update{listed, again, inside}, record.Refuted, []string{"no server served"}},
		"not by a start":    {[]update{listed, {variant: "listed", way: restartAfter, after: "renamed"}}, record.Refuted, []string{"not even after a restart"}},
		"no folder":         {[]update{inside}, record.NotTested, nil},
	} {
		j := judgeUpdates(test.all)
		if j.Verdict != test.want {
			t.Errorf("%s: %s, want %s", name, j.Verdict, test.want)
		}
		for _, words := range test.says {
			if !strings.Contains(j.Why, words) {
				t.Errorf("%s: %q does not say %q", name, j.Why, words)
			}
		}
	}
}
