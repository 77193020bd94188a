package page

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/report"
	"spabench/harness/spatest"
)

// Published matrices: many is the newest with every recipe, few one with the servers that were added after it.
const (
	many = "2026-11-26-conformance"
	few  = "2026-11-26-conformance-2"
)

// reports reads a published matrix.
func reports(t *testing.T, name string) record.Run {
	t.Helper()
	run, err := record.Read(filepath.Join(results, name, "reports.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// mending has a remedy for whatever is violated.
func mending(spatest.Report) func(spatest.Outcome) []report.Remedy {
	return func(o spatest.Outcome) []report.Remedy {
		return []report.Remedy{{Server: "nginx", Text: "mend " + o.Check + ";"}}
	}
}

// asMatrix is the page of a matrix.
func asMatrix(t *testing.T, run record.Run) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteMatrix(&b, run, mending, ""); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// joined are the servers of several matrices in one, under names of their own.
func joined(runs ...record.Run) record.Run {
	all := runs[0]
	all.Plan.Variants, all.Conformance = nil, nil
	for i, run := range runs {
		for _, v := range run.Plan.Variants {
			all.Plan.Variants = append(all.Plan.Variants, fmt.Sprintf("%s.%d", v, i))
		}
		for _, c := range run.Conformance {
			c.Variant = fmt.Sprintf("%s.%d", c.Variant, i)
			all.Conformance = append(all.Conformance, c)
		}
	}
	return all
}

func TestPublishedMatrices(t *testing.T) {
	for _, name := range []string{"2026-11-25-conformance", many, few} {
		text := asMatrix(t, reports(t, name))
		t.Logf("%s: %d bytes", name, len(text))
		whole(t, text)
		if bytes.Contains(text, []byte("Interrupted.")) {
			t.Errorf("the page of %s says that it was interrupted", name)
		}
	}
	forty := joined(reports(t, many), reports(t, few), reports(t, few))
	began := time.Now()
	text := asMatrix(t, forty)
	t.Logf("%d servers: %d bytes, written in %s", len(forty.Plan.Variants), len(text), time.Since(began))
	whole(t, text)
	if len(text) > 3_000_000 {
		t.Errorf("the page of %d servers has %d bytes", len(forty.Plan.Variants), len(text))
	}
}

// Every cell in which something was found leads to it, with all that is recorded of it.
func TestMatrixCells(t *testing.T) {
	run := reports(t, few)
	m := matrixOf(run, mending)
	if len(m.Servers) != 9 || len(m.Counts.Rows) != 9 {
		t.Fatalf("%d servers, %d rows of counts", len(m.Servers), len(m.Counts.Rows))
	}
	cells, findings := 0, 0
	for _, g := range m.Groups {
		for _, c := range g.Checks {
			at := map[string]found{}
			for _, f := range c.Found {
				at["#"+f.ID] = f
			}
			for i, v := range c.Cells {
				cells++
				o, _ := run.Conformance[i].Report.Outcome(c.Name)
				f, isFound := at[v.Link]
				silent := o.Verdict == spatest.Passed && o.Reason == ""
				if v.State != report.State(o) || isFound == silent || silent != (v.Link == "") {
					t.Errorf("%s of %s: %+v, want %s", c.Name, m.Servers[i].Name, v, report.State(o))
				}
				if len(f.Findings) != len(o.Findings) || (len(f.Remedies) > 0) != report.Explained(o) {
					t.Errorf("%s: %d findings, want %d; %d remedies", f.ID, len(f.Findings), len(o.Findings), len(f.Remedies))
				}
				for j, one := range f.Findings {
					findings++
					x := o.Findings[j].Exchange
					if x != nil && (one.Curl != x.Curl() || !strings.Contains(one.Request, x.Request.Target) ||
						x.Response != nil && !strings.Contains(one.Response, fmt.Sprint(x.Response.Status))) {
						t.Errorf("%s: %+v", f.ID, one)
					}
				}
			}
		}
	}
	if cells != 891 || findings != 69 {
		t.Errorf("%d cells and %d findings, want 891 and 69", cells, findings)
	}
}

// A matrix whose writer was killed shows the servers that it has, and says so.
func TestMatrixInterrupted(t *testing.T) {
	run := reports(t, few)
	run.End, run.Conformance = nil, run.Conformance[:4]
	text := asMatrix(t, run)
	whole(t, text)
	if !bytes.Contains(text, []byte("interrupted after 4 of 9 servers")) {
		t.Error("the page does not say that the run was interrupted")
	}
	run.Conformance = nil
	whole(t, asMatrix(t, run))
}

// A check that the suite has no more keeps its cells.
func TestMatrixOfOtherVersion(t *testing.T) {
	run := reports(t, few)
	run.Conformance[2].Report.Outcomes[0].Check = "routing-forgotten"
	m := matrixOf(run, mending)
	last := m.Groups[len(m.Groups)-1]
	if last.Title != "Checks of other versions" || len(last.Checks) != 1 || last.Checks[0].Cells[2].State == "" ||
		last.Checks[0].Cells[1].State != "" {
		t.Errorf("%+v", last)
	}
	whole(t, asMatrix(t, run))
}

// What a server sends is text, whatever is in it.
func TestAnswersAreNoMarkup(t *testing.T) {
	run := reports(t, few)
	const evil = "<img src=x onerror=\"alert(1)\">\x00\x1b[31m"
	run.Plan.Variants[0], run.Conformance[0].Variant = evil, evil
	for i := range run.Conformance {
		for j := range run.Conformance[i].Report.Outcomes {
			o := &run.Conformance[i].Report.Outcomes[j]
			o.Reason = evil
			for k := range o.Findings {
				f := &o.Findings[k]
				f.Message, f.Got = evil, evil
				if f.Exchange != nil && f.Exchange.Response != nil {
					f.Exchange.Response.Excerpt = evil
				}
			}
		}
	}
	text := asMatrix(t, run)
	whole(t, text)
	if bytes.Contains(text, []byte("<img")) || !bytes.Contains(text, []byte("&lt;img src=x")) {
		t.Error("what a server sent is markup in the page, or is not in it")
	}
}

func TestWireText(t *testing.T) {
	raw := spatest.Exchange{Request: spatest.Request{Raw: "GET /a\x00b HTTP/1.1\r\n\r\n"}}
	if got, want := sent(raw), "GET /a␀b HTTP/1.1\n\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	post := spatest.Exchange{Origin: "http://a:1", Request: spatest.Request{Method: "POST", Target: "/api",
		Header: []spatest.Field{{Name: "A", Value: "b"}}, Body: "{}", Padding: 3}}
	if got, want := sent(post), "POST /api HTTP/1.1\nHost: a:1\nA: b\n\n{} … and 3 spaces"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	got := received(&spatest.Response{Proto: "HTTP/1.1", Status: 200, Header: map[string][]string{"B": {"1", "2"}},
		Size: 10, Excerpt: "text", Extra: 1, Broken: "cut"})
	want := "HTTP/1.1 200 OK\nB: 1\nB: 2\n\ntext… (10 bytes in all)\n" +
		"… and 1 byte after the end of the response\n… broken: cut"
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := received(nil); got != "no response" {
		t.Errorf("%q", got)
	}
}

// oneServer is the page of the last server of a matrix by itself, as for an issue.
func oneServer(t *testing.T) ([]byte, report.Document) {
	t.Helper()
	run := reports(t, few)
	of := run.Conformance[len(run.Conformance)-1].Report
	d := report.New(of, time.Unix(1e9, 0), time.Second, mending(of))
	var b bytes.Buffer
	if err := WriteChecked(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), d
}

func TestOneServer(t *testing.T) {
	text, d := oneServer(t)
	whole(t, text)
	for _, want := range []string{"<title>" + d.Target + " does not conform", "9 September 2001, 1 server, 99 checks",
		"mend api-unknown-404;", `id="api-unknown-404@1"`, ">an unknown API path does not get a 404</td>"} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("the page does not contain %q", want)
		}
	}
}
