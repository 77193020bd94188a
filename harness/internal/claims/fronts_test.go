package claims

import (
	"testing"
	"testing/fstest"

	"spabench/harness/internal/record"
	"spabench/harness/spatest"
)

// Precompressed forms are not files of the build, but the scripts' gzip forms are weighed.
func TestCountBuild(t *testing.T) {
	file := func(size int) *fstest.MapFile { return &fstest.MapFile{Data: make([]byte, size)} }
	var got record.ServedFront
	err := countBuild(fstest.MapFS{
		"index.html": file(1), "index.html.gz": file(2), "assets/a.js": file(30), "assets/a.js.gz": file(10),
		"assets/a.js.br": file(9), "assets/b.js": file(5), "assets/c.css": file(3),
	}, &got)
	if want := (record.ServedFront{Files: 4, Scripts: 2, ScriptBytes: 35, ScriptGzip: 10}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}

func TestCountOutcomes(t *testing.T) {
	var got record.ServedFront
	countOutcomes([]spatest.Outcome{
		{Check: "a", Verdict: spatest.Passed}, {Check: "b", Verdict: spatest.Skipped},
		{Check: "c", Verdict: spatest.Failed, Waived: "known"}, {Check: "d", Verdict: spatest.Failed},
		{Check: "e", Verdict: spatest.Errored},
	}, &got)
	if want := (record.ServedFront{Passed: 1, Skipped: 1, Failed: 2, FirstFailed: "d"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestJudgeFronts(t *testing.T) {
	good, bad := record.ServedFront{Passed: 70}, record.ServedFront{Passed: 70, Failed: 2}
	for _, c := range []struct {
		name   string
		fronts []record.ServedFront
		want   record.Verdict
	}{
		{"all pass", []record.ServedFront{good, good}, record.Holds},
		{"one fails", []record.ServedFront{good, bad}, record.Partly},
		{"all fail", []record.ServedFront{bad, bad}, record.Refuted},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := judgeFronts(record.FrontsObserved{Fronts: c.fronts}); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
