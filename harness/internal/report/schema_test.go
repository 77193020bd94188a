package report_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"spabench/harness/internal/report"
	"spabench/harness/spatest"
)

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
			if f.IsExported() && !f.Anonymous && name != "-" &&
				!bytes.Contains(report.Schema, []byte(`"`+name+`": {`)) {
				t.Errorf("%T.%s: the schema has no %q", v, f.Name, name)
			}
		}
	}
}
