package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"html"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/joshdk/go-junit"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	renderer "github.com/yuin/goldmark/renderer/html"

	"spabench/harness/internal/report"
	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

var began = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// hostile is text that means something in every format, and must be text in all of them.
const hostile = "<script>alert(1)</script> & \"q\" | a\\|b `tick` ``` ]]> \x00\x1b[31m @everyone #1\n| x | y |\n# heading\r\n```\n<!-- "

// documents asks servers once for all tests.
func documents(t *testing.T) map[string]report.Document {
	t.Helper()
	shared.Do(func() { made = makeDocuments(t) })
	return made
}

var (
	shared sync.Once
	made   map[string]report.Document
)

// makeDocuments makes reports of all kinds: of real servers, and what no server of the fixture gives.
func makeDocuments(t *testing.T) map[string]report.Document {
	t.Helper()
	mend := func(spatest.Outcome) []report.Remedy {
		return []report.Remedy{{Server: "nginx", Text: "location / {\n    try_files $uri /index.html;\n}"}}
	}
	reports := map[string]spatest.Report{"empty": {Target: "http://127.0.0.1:1"}}
	all := append(mutant.All(), mutant.Oddities()...)
	for _, name := range []string{"deep-link-404", "asset-one-hour", "missing-asset-page", "early-hints"} {
		i := slices.IndexFunc(all, func(m mutant.Mutant) bool { return m.Name == name })
		r, err := all[i].Inspect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		reports[name] = r
	}
	exchange := &spatest.Exchange{
		Origin:   "http://127.0.0.1:1",
		Request:  spatest.Request{Method: "POST", Target: "/" + hostile, Header: []spatest.Field{{Name: "X", Value: hostile}}, Body: hostile},
		Response: &spatest.Response{Proto: "HTTP/1.1", Status: 200, Header: map[string][]string{"X": {hostile}}, Excerpt: hostile, Broken: hostile, Extra: 3},
	}
	finding := spatest.Finding{Check: "routing-root", Message: hostile, Expected: hostile, Got: hostile, Exchange: exchange}
	none := *exchange
	none.Response = nil
	reports["every state"] = spatest.Report{Target: "http://127.0.0.1:1", Outcomes: []spatest.Outcome{
		{Check: "routing-root", Verdict: spatest.Passed},
		{Check: "routing-deep-link", Verdict: spatest.Failed, Findings: []spatest.Finding{finding, {Check: "x", Message: "no response", Exchange: &none}}},
		{Check: "routing-trailing-slash", Level: spatest.Should, Verdict: spatest.Failed, Findings: []spatest.Finding{finding}, Waived: hostile},
		{Check: "routing-dot-in-route", Level: spatest.Should, Verdict: spatest.Blocked, Reason: "routing-deep-link did " +
			"not pass"},
		{Check: "api-unknown-404", Verdict: spatest.Skipped, Reason: hostile},
		{Check: "api-unknown-json", Level: spatest.Should, Verdict: spatest.Errored, Reason: hostile},
		{Check: "assets-js-mime", Level: spatest.May, Verdict: spatest.Failed, Findings: []spatest.Finding{finding}},
		{Check: "assets-type-map", Level: spatest.May, Verdict: spatest.Blocked, Reason: "x", Waived: "y"},
		{Check: "a-check-of-the-future", Level: spatest.Must, Verdict: spatest.Passed, Reason: "partly"},
	}}
	ds := map[string]report.Document{}
	for name, r := range reports {
		ds[name] = report.New(r, began, 1234*time.Millisecond, mend)
	}
	return ds
}

// TestJUnitAsOthersCount: a parser of JUnit that others wrote is red exactly where the document does not conform.
func TestJUnitAsOthersCount(t *testing.T) {
	for name, d := range documents(t) {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := report.JUnit(&b, d); err != nil {
				t.Fatal(err)
			}
			suites, err := junit.Ingest(b.Bytes())
			if err != nil {
				t.Fatalf("%v\n%s", err, b.String())
			}
			var got junit.Totals
			tests := map[string]junit.Test{}
			for _, s := range suites {
				got.Tests += s.Totals.Tests
				got.Passed += s.Totals.Passed
				got.Failed += s.Totals.Failed
				got.Error += s.Totals.Error
				got.Skipped += s.Totals.Skipped
				for _, test := range s.Tests {
					tests[test.Name] = test
				}
			}
			want := junit.Totals{Tests: len(d.Outcomes)}
			for _, o := range d.Outcomes {
				switch {
				case o.Verdict == spatest.Passed:
					want.Passed++
				case o.OK():
					want.Skipped++
					if tests[o.Check].Message == "" {
						t.Errorf("%s is skipped without a reason", o.Check)
					}
				case o.Verdict == spatest.Failed:
					want.Failed++
					if text := tests[o.Check].Error.Error(); !strings.Contains(text, "curl "+
						"-i") || !strings.Contains(text, o.Rationale) || !strings.Contains(text, "try_files") {
						t.Errorf("%s: a failure without its explanation: %s", o.Check, text)
					}
				default:
					want.Error++
				}
			}
			if got != want {
				t.Errorf("counted %+v, want %+v", got, want)
			}
			if red := got.Failed+got.Error > 0; red == d.Conforms {
				t.Errorf("red: %t, conforms: %t", red, d.Conforms)
			}
			// Some systems read the attributes instead.
			var root struct {
				Tests    int `xml:"tests,attr"`
				Failures int `xml:"failures,attr"`
				Errors   int `xml:"errors,attr"`
				Skipped  int `xml:"skipped,attr"`
			}
			if err := xml.Unmarshal(b.Bytes(), &root); err != nil {
				t.Fatal(err)
			}
			if root.Tests != want.Tests || root.Failures != want.Failed || root.Errors != want.Error || root.Skipped != want.Skipped {
				t.Errorf("attributes %+v, want %+v", root, want)
			}
		})
	}
}

func compiled(t *testing.T, name string, text []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(s *jsonschema.Schema, text []byte) error {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return s.Validate(v)
}

func TestJSONKeepsItsSchema(t *testing.T) {
	schema := compiled(t, report.SchemaID, report.Schema)
	for name, d := range documents(t) {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := report.JSON(&b, d); err != nil {
				t.Fatal(err)
			}
			if err := validate(schema, b.Bytes()); err != nil {
				t.Errorf("%v\n%s", err, b.String())
			}
			// What was written can be read again, as a document and as the suite's report.
			var back report.Document
			if err := json.Unmarshal(b.Bytes(), &back); err != nil {
				t.Fatal(err)
			}
			var again bytes.Buffer
			if err := report.JSON(&again, back); err != nil || again.String() != b.String() {
				t.Errorf("another document after a round trip: %v\n%s", err, again.String())
			}
			var plain spatest.Report
			if err := json.Unmarshal(b.Bytes(), &plain); err != nil || len(plain.Outcomes) != len(d.Outcomes) {
				t.Errorf("%v: %d outcomes", err, len(plain.Outcomes))
			}
		})
	}
}

// TestSchemaRefuses: the schema is one that documents can fail.
func TestSchemaRefuses(t *testing.T) {
	schema := compiled(t, report.SchemaID, report.Schema)
	var b bytes.Buffer
	if err := report.JSON(&b, documents(t)["every state"]); err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{`"verdict": "pass"`, `"verdict": "passed"`},
		{`"verdict": "pass"`, `"verdict": "fail"`}, // without findings
		{`"level": "MUST"`, `"level": 0`},
		{`"conforms": false`, `"conforms": "no"`},
		{`"took_ns"`, `"took"`},
		{`"status": 200`, `"status": 20`},
		{`"2026-01-02T03:04:05Z"`, `"yesterday"`},
		{`"urn:spabench:report:1"`, `"urn:spabench:report:2"`},
	} {
		text := strings.Replace(b.String(), change[0], change[1], 1)
		if text == b.String() || validate(schema, []byte(text)) == nil {
			t.Errorf("%s in place of %s is accepted", change[1], change[0])
		}
	}
}

// TestSchemaHasEveryField: a field that is added to a report is added to the schema.
func TestSchemaHasEveryField(t *testing.T) {
	for _, v := range []any{
		report.Document{}, report.Outcome{}, spatest.Outcome{}, report.Remedy{}, spatest.Finding{}, spatest.Exchange{},
		spatest.Request{}, spatest.Response{}, spatest.Field{},
	} {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.IsExported() && !f.Anonymous && name != "-" && !bytes.Contains(report.Schema, []byte(`"`+name+`": {`)) {
				t.Errorf("%T.%s: the schema has no %q", v, f.Name, name)
			}
		}
	}
}

func TestBadgeAsShieldsDocuments(t *testing.T) {
	text, err := os.ReadFile("testdata/shields-endpoint.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	schema := compiled(t, "shields.json", text)
	for name, want := range map[string]struct{ message, color string }{
		"empty":              {"nothing decided", "lightgrey"},
		"deep-link-404":      {"", "red"},
		"missing-asset-page": {"", "red"},
		"asset-one-hour":     {"", "yellow"},
		"early-hints":        {"", "brightgreen"},
		"every state":        {"2/5", "red"},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := report.Badge(&b, documents(t)[name]); err != nil {
				t.Fatal(err)
			}
			if err := validate(schema, b.Bytes()); err != nil {
				t.Error(err)
			}
			var got struct{ Message, Color string }
			if err := json.Unmarshal(b.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if want.message != "" && got.Message != want.message || got.Color != want.color {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}

var (
	tableRow = regexp.MustCompile(`(?s)<tr>.*?</tr>`)
	cell     = regexp.MustCompile(`(?s)<t[hd][^>]*>(.*?)</t[hd]>`)
	tag      = regexp.MustCompile(`<[^>]*>`)
	block    = regexp.MustCompile(`(?s)<pre><code[^>]*>(.*?)</code></pre>`)
)

// TestMarkdownRendered: as a renderer sees it, there is a row of four cells for each check, nothing that a server sent
// is markup, and every curl line can be copied.
func TestMarkdownRendered(t *testing.T) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(renderer.WithUnsafe())) // to see raw HTML
	for name, d := range documents(t) {
		t.Run(name, func(t *testing.T) {
			var source, b bytes.Buffer
			if err := report.Markdown(&source, d); err != nil {
				t.Fatal(err)
			}
			if err := md.Convert(source.Bytes(), &b); err != nil {
				t.Fatal(err)
			}
			page := b.String()
			rows := map[string][]string{}
			for _, row := range tableRow.FindAllString(page, -1) {
				var cells []string
				for _, c := range cell.FindAllStringSubmatch(row, -1) {
					cells = append(cells, html.UnescapeString(tag.ReplaceAllString(c[1], "")))
				}
				if len(cells) != 4 {
					t.Errorf("a row of %d cells: %s", len(cells), row)
					continue
				}
				rows[cells[2]] = cells
			}
			for _, o := range d.Outcomes {
				row := rows[o.Check]
				if row == nil || row[0] != report.State(o.Outcome) || row[1] != o.Level.String() || !strings.HasPrefix(row[3], o.Requirement) {
					t.Errorf("%s: row %q", o.Check, row)
				}
			}
			if strings.Contains(page, "<script") || strings.Contains(page, "<h1>") || strings.Contains(page, "<!--") {
				t.Errorf("what a server sent became markup:\n%s", page)
			}
			for _, o := range d.Outcomes {
				for _, f := range o.Findings {
					if !report.Explained(o.Outcome) || f.Exchange == nil {
						continue
					}
					want := strings.ReplaceAll(strings.ReplaceAll(f.Exchange.Curl(), "\r\n", "\n"), "\x00", "\ufffd")
					if !slices.ContainsFunc(block.FindAllStringSubmatch(page, -1), func(m []string) bool {
						return strings.TrimSpace(html.UnescapeString(m[1])) == strings.TrimSpace(want)
					}) {
						t.Errorf("%s: no block has %s", o.Check, want)
					}
				}
			}
			if !d.Conforms && !strings.Contains(page, "does not conform") {
				t.Error("the page does not say that the target does not conform")
			}
		})
	}
}
