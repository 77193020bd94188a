package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/cause"
	"spabench/harness/internal/record"
	"spabench/harness/internal/report"
	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

// brief is the report as check prints it by default.
func brief(r spatest.Report, server string) string {
	remedies, err := remediesFor(server)
	if err != nil {
		panic(err)
	}
	a := remedies(r)
	var b bytes.Buffer
	writeBrief(&b, report.New(r, time.Time{}, time.Second, a.check), a)
	return b.String()
}

// checkBrief holds what is true of every brief report: it fits, it names each check that fails, and it ends in the
// summary.
func checkBrief(t *testing.T, name string, r spatest.Report, server string) {
	t.Helper()
	text := brief(r, server)
	if n := rows(text); n > maxRows {
		t.Errorf("%s: %d rows, want %d at most:\n%s", name, n, maxRows, text)
	}
	for _, o := range r.Outcomes {
		if cause.Fails(o) && !strings.Contains(text, o.Check) {
			t.Errorf("%s: %s fails, and is not named", name, o.Check)
		}
	}
	if strings.Contains(text, "\n\n\n") || strings.HasPrefix(text, "\n") {
		t.Errorf("%s: a gap:\n%s", name, text)
	}
	for line := range strings.Lines(text) {
		// What has no space in it stays whole, as do the words of a command.
		whole := strings.Contains(line, "-H '") || strings.Contains(line, `\r\n`) ||
			slices.ContainsFunc(strings.Fields(line), func(word string) bool { return len(word) > width-textColumn })
		if rows(line) > 1 && !whole {
			t.Errorf("%s: wider than the terminal: %s", name, line)
		}
	}
	if ending := summary(r); !strings.HasSuffix(text, ending) {
		t.Errorf("%s: does not end in the summary:\n%s", name, text)
	}
}

func summary(r spatest.Report) string {
	d := report.New(r, time.Time{}, time.Second, nil)
	return strings.Join(d.Summary(), "\n") + "\n" + wrap(0, d.Title()) + "\n"
}

// TestBriefOfRecordedReports: the report of each server of the published matrices fits, with remedies for the software
// that it shows and for two of those that most are known for.
func TestBriefOfRecordedReports(t *testing.T) {
	if testing.Short() {
		t.Skip("reads all that was ever published")
	}
	files, err := filepath.Glob("../../../results/*/reports.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded reports (%v)", err)
	}
	for _, file := range files {
		run, err := record.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range run.Conformance {
			for _, server := range []string{"", "nginx", "go"} {
				checkBrief(t, c.Variant+" "+server, c.Report, server)
			}
		}
	}
}

// TestBriefOfMutants: the ten mutants that break most.
func TestBriefOfMutants(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the suite on ten servers")
	}
	all := mutant.All()
	slices.SortStableFunc(all, func(a, b mutant.Mutant) int { return len(b.Also) - len(a.Also) })
	for _, m := range all[:10] {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		go m.ServeOn(ctx, listener)
		target := m.Target("http://" + listener.Addr().String())
		target.Host = nil // what stops and starts servers takes long, and reads as everything else does
		r, err := spatest.Inspect(ctx, target)
		stop()
		if err != nil {
			t.Fatal(err)
		}
		checkBrief(t, m.Name, r, "")
	}
}

// TestBriefOfTheWorst: every check fails, each for a reason of its own, with a long name, request and response.
func TestBriefOfTheWorst(t *testing.T) {
	long := strings.Repeat("so long that nobody reads it ", 40)
	exchange := spatest.Exchange{Origin: "http://127.0.0.1:8080",
		Request:  spatest.Request{Target: "/" + strings.Repeat("x", 4000)},
		Response: &spatest.Response{Status: 418}}
	r := spatest.Report{Target: "http://127.0.0.1:8080"}
	for i, c := range spatest.Checks() {
		o := spatest.Outcome{Check: c.Name, Level: c.Level, Verdict: spatest.Failed, Findings: []spatest.Finding{
			{Check: c.Name, Message: fmt.Sprint(i, long), Expected: long, Got: long, Exchange: &exchange}}}
		r.Outcomes = append(r.Outcomes, o)
	}
	text := brief(r, "nginx")
	if n := rows(text); n > maxRows {
		t.Errorf("%d rows, want %d at most:\n%s", n, maxRows, text)
	}
	if !strings.Contains(text, "more reasons (--verbose shows all)") || !strings.HasSuffix(text, summary(r)) {
		t.Errorf("what is left out is not told:\n%s", text)
	}
}

// TestBriefOfNothing: a server that passes gets no more than the summary.
func TestBriefOfNothing(t *testing.T) {
	r := spatest.Report{Target: "http://127.0.0.1:8080",
		Outcomes: []spatest.Outcome{{Check: "routing-root", Verdict: spatest.Passed}}}
	if text := brief(r, ""); text != summary(r) {
		t.Errorf("%q, want %q", text, summary(r))
	}
}
