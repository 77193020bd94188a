package table

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"spabench/harness/internal/record"
)

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(SchemaID, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(SchemaID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, text []byte) error {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

// everything is troubled with a control, resumed once, and with checks that could not run: it has every member.
func everything(t *testing.T) record.Run {
	t.Helper()
	run := troubled(t)
	run.Plan.Control = "nginx-three-container"
	for _, tr := range run.Trials {
		if tr.Variant == run.Plan.Control {
			tr.Variant = record.ControlArm
			run.Trials = append(run.Trials, tr)
		}
	}
	run.Resumed = []record.Resumption{{Began: run.Started}}
	*of(&run, "embedded-go") = record.Conformance{Variant: "embedded-go", Err: "start embedded-go: exit 1\nsecond line"}
	return run
}

func TestJSONKeepsItsSchema(t *testing.T) {
	schema := compiled(t)
	if id := read(t, Schema)["$id"]; id != SchemaID {
		t.Errorf("the schema calls itself %v", id)
	}
	nothing := fixture(t, 1)
	nothing.Builds, nothing.Conformance, nothing.Rounds, nothing.Trials, nothing.End = nil, nil, nil, nil, nil
	for name, run := range map[string]record.Run{
		"whole": fixture(t, 10), "one round": fixture(t, 1), "troubled": troubled(t), "interrupted": interrupted(t),
		"control": twice(t, 9, 1, 1.2), "control of few rounds": twice(t, 2, 1, 3), "everything": everything(t),
		"nothing measured": nothing, "blank": {},
	} {
		t.Run(name, func(t *testing.T) {
			text := written(t, run)
			if err := validate(t, schema, text); err != nil {
				t.Errorf("%v\n%s", err, text)
			}
			if again := written(t, run); !bytes.Equal(again, text) {
				t.Error("the same record gives other bytes")
			}
			d := read(t, text)
			if n := len(d["tables"].([]any)); n < 4 {
				t.Errorf("%d tables", n)
			}
			for key, value := range map[string]any{"env": run.Env, "plan": run.Plan} {
				verbatim, err := json.Marshal(value)
				if err != nil {
					t.Fatal(err)
				}
				if got := at(d, "run", key); !reflect.DeepEqual(got, any(read(t, verbatim))) {
					t.Errorf("%s is not as recorded: %v", key, got)
				}
			}
			if got := at(d, "run", "interrupted"); got != (run.End == nil) {
				t.Errorf("interrupted: %v", got)
			}
		})
	}
	if err := validate(t, schema, written(t, fixture(t, 2), "memory")); err != nil {
		t.Errorf("one table: %v", err)
	}
}

// TestTableSchemaRefuses: the schema is one that documents can fail.
func TestTableSchemaRefuses(t *testing.T) {
	schema := compiled(t)
	text := written(t, everything(t), "image", "conformance", "control", "connections") // one table of each kind
	// The places of every kind of object that has its members named.
	places := map[string][]any{ // and what must be there
		"$schema run verdicts tables":                     {},
		"schema started ended interrupted dirty env plan": {"run"},
		"cpu cpus memory_bytes bases commit dirty":        {"run", "env"},
		"variants baseline rounds seed loads":             {"run", "plan"},
		"label text":                                      {"verdicts", 0},
		"name title doc notes columns rows":               {"tables", 0},
		"name title unit better exact":                    {"tables", 0, "columns", 0},
		"variant cells":                                   {"tables", 0, "rows", 0},
		"":                                                {"tables", 0, "rows", 0, "cells", "image-unpacked"},
		"centre lo hi confidence n":                       {"tables", 0, "rows", 0, "cells", "image-unpacked", "value"},
		"reference centre lo hi confidence n":             {"tables", 0, "rows", 0, "cells", "image-unpacked", "ratio"},
		"name title doc notes rows":                       {"conformance"},
		"variant counts conforms":                         {"conformance", "rows", 1},
		"pass waived fail undecided skip":                 {"conformance", "rows", 1, "counts"},
		"check level verdict reason":                      {"conformance", "rows", 1, "failing", 0},
		"name title doc notes variant rows":               {"control"},
		"metric once again ratio":                         {"control", "rows", 0},
		"rows name title doc notes":                       {"connections"},
		"variant load kept_alive opened most_open":        {"connections", "rows", 0},
	}
	refused := func(what string, change func(d map[string]any)) {
		t.Helper()
		d := read(t, text)
		change(d)
		changed, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if validate(t, schema, changed) == nil {
			t.Errorf("%s is accepted", what)
		}
	}
	if err := validate(t, schema, text); err != nil {
		t.Fatal(err)
	}
	for must, path := range places {
		object := func(d map[string]any) map[string]any { return at(any(d), path...).(map[string]any) }
		if open := len(path) == 2 && path[0] == "run"; !open { // env and plan
			refused(fmt.Sprintf("an unknown member of %v", path), func(d map[string]any) { object(d)["unknown"] = 1 })
		}
		for _, name := range strings.Fields(must) {
			refused(fmt.Sprintf("%v without %s", path, name), func(d map[string]any) {
				if _, ok := object(d)[name]; !ok {
					t.Fatalf("%v has no %s to take away", path, name)
				}
				delete(object(d), name)
			})
		}
	}
	cell := func(d map[string]any) map[string]any {
		return at(d, "tables", 0, "rows", 0, "cells", "image-unpacked").(map[string]any)
	}
	refused("another version", func(d map[string]any) { d["$schema"] = "urn:spabench:table:1" })
	refused("an end of what was interrupted",
		func(d map[string]any) { d["run"].(map[string]any)["interrupted"] = true })
	refused("a start that is no time", func(d map[string]any) { d["run"].(map[string]any)["started"] = "yesterday" })
	refused("a value of no rounds", func(d map[string]any) { cell(d)["value"].(map[string]any)["n"] = 0 })
	refused("a centre that is text", func(d map[string]any) { cell(d)["value"].(map[string]any)["centre"] = "1.5" })
	refused("a ratio without a value", func(d map[string]any) { delete(cell(d), "value") })
	refused("a ratio of what is marked", func(d map[string]any) { cell(d)["mark"] = "wrong" })
	refused("a table of no columns",
		func(d map[string]any) { at(d, "tables", 0).(map[string]any)["columns"] = []any{} })
}

// TestTableSchemaHasEveryField: a field that is added to the document is added to the schema.
func TestTableSchemaHasEveryField(t *testing.T) {
	for _, v := range []any{
		document{}, runJSON{}, verdictJSON{}, tableJSON{}, metricJSON{}, rowJSON{}, cellJSON{}, intervalJSON{},
		ratioJSON{}, conformanceJSON{}, conformsJSON{}, countsJSON{}, failingJSON{}, controlJSON{}, twinJSON{},
		connectionsJSON{}, openedJSON{},
	} {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.IsExported() && !f.Anonymous && name != "-" && !bytes.Contains(Schema, []byte(`"`+name+`": {`)) {
				t.Errorf("%T.%s: the schema has no %q", v, f.Name, name)
			}
		}
	}
}
