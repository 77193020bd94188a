package table

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"spabench/harness/internal/record"
)

// written is what JSON writes of a run.
func written(t *testing.T, run record.Run, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := JSON(&b, run, names...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read is a document as a program of another language has it.
func read(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var d map[string]any
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// at follows members and indices from a value; nil where there is nothing.
func at(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := v.(map[string]any)
			v = object[step]
		case int:
			array, _ := v.([]any)
			if step >= len(array) {
				return nil
			}
			v = array[step]
		}
	}
	return v
}

// Every line of the CSV is in the JSON, with the same numbers; what is empty there is absent here.
func TestJSONHasTheNumbersOfCSV(t *testing.T) {
	for name, run := range map[string]record.Run{
		"troubled": troubled(t), "interrupted": interrupted(t), "control": twice(t, 9, 1, 1),
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := CSV(&b, run); err != nil {
				t.Fatal(err)
			}
			lines, err := csv.NewReader(&b).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			cells := map[string]map[string]any{}
			tables := read(t, written(t, run))["tables"].([]any)
			for _, table := range tables {
				for _, column := range at(table, "columns").([]any) {
					for _, row := range at(table, "rows").([]any) {
						metric := at(column, "name").(string)
						x, ok := at(row, "cells", metric).(map[string]any)
						if !ok {
							t.Fatalf("%v of %v is missing", metric, at(row, "variant"))
						}
						x["column"] = column
						cells[fmt.Sprint(at(table, "name"), " ", metric, " ", at(row, "variant"))] = x
					}
				}
			}
			if len(cells) != len(lines)-1 {
				t.Fatalf("%d cells, and %d in the CSV", len(cells), len(lines)-1)
			}
			paths := map[string][]any{
				"unit": {"column", "unit"}, "better": {"column", "better"}, "mark": {"mark"},
				"rounds": {"value", "n"}, "centre": {"value", "centre"}, "lo": {"value", "lo"}, "hi": {"value", "hi"},
				"confidence": {"value", "confidence"}, "ratio": {"ratio", "centre"}, "ratio_lo": {"ratio", "lo"},
				"ratio_hi": {"ratio", "hi"}, "ratio_confidence": {"ratio", "confidence"},
				"more_rounds": {"ratio", "more_rounds"},
			}
			compared := 0
			for _, line := range lines[1:] {
				field := map[string]string{}
				for i, head := range lines[0] {
					field[head] = line[i]
				}
				where := field["table"] + " " + field["metric"] + " " + field["variant"]
				x := cells[where]
				for head, path := range paths {
					want := field[head]
					if head == "rounds" && want == "0" {
						want = "" // not measured
					}
					var same bool
					switch got := at(x, path...).(type) {
					case nil:
						same = want == ""
					case string:
						same = got == want
					case float64:
						n, err := strconv.ParseFloat(want, 64)
						same = err == nil && n == got
						compared++
					}
					if !same {
						t.Errorf("%s, %s: %v, and in the CSV %q", where, head, at(x, path...), want)
					}
				}
				if at(x, "ratio") != nil && at(x, "ratio", "reference") != field["reference"] {
					t.Errorf("%s: to %v, and in the CSV to %q", where, at(x, "ratio", "reference"), field["reference"])
				}
				differs := at(x, "ratio", "differs")
				if differs != nil && fmt.Sprint(differs) != field["differs"] ||
					differs == nil && field["differs"] == "true" {
					t.Errorf("%s: differs: %v, and in the CSV %q", where, differs, field["differs"])
				}
			}
			if compared < 100 {
				t.Errorf("only %d numbers were there to compare", compared)
			}
		})
	}
}

// Marks, and what too few rounds cannot say.
func TestJSONSaysWhatIsNotCompared(t *testing.T) {
	cell := func(run record.Run, table, variant, metric string) any {
		t.Helper()
		for _, row := range at(read(t, written(t, run, table)), "tables", 0, "rows").([]any) {
			if at(row, "variant") == variant {
				return at(row, "cells", metric)
			}
		}
		return nil
	}
	run := troubled(t)
	if x := cell(run, "latency-page", "disk-go", "page-p50"); at(x, "mark") != "wrong" ||
		at(x, "value") == nil || at(x, "ratio") != nil {
		t.Errorf("wrong answers: %v", x)
	}
	if x := cell(run, "latency-deep-link", "embedded-go", "deep-link-p99"); at(x, "mark") != "late" ||
		at(x, "ratio") != nil {
		t.Errorf("a late generator: %v", x)
	}
	if x, ok := cell(run, "headline", "fastapi", "page-p99").(map[string]any); !ok || len(x) != 0 {
		t.Errorf("not measured: %v", x)
	}
	few := fixture(t, 1)
	if x := cell(few, "headline", "fastapi", "page-p99"); at(x, "ratio") == nil || at(x, "ratio", "differs") != nil {
		t.Errorf("one round shows whether times differ: %v", x)
	}
	if x := cell(few, "headline", "fastapi", "image-unpacked"); at(x, "ratio", "differs") != true {
		t.Errorf("sizes need no rounds: %v", x)
	}
}

func TestJSONConformance(t *testing.T) {
	d := read(t, written(t, everything(t), "conformance"))
	if len(d["tables"].([]any)) != 0 || d["control"] != nil {
		t.Error("has tables that were not asked for")
	}
	want := `[
		{"variant": "embedded-go", "conforms": false, "error": "start embedded-go: exit 1",
			"counts": {"pass": 0, "waived": 0, "fail": 0, "undecided": 0, "skip": 0}},
		{"variant": "disk-go", "conforms": false,
			"counts": {"pass": 18, "waived": 0, "fail": 1, "undecided": 1, "skip": 0}, "failing": [
			{"check": "routing-deep-link", "level": "MUST", "verdict": "fail",
				"reason": "a deep link is answered with 404 | <not> the *page*"},
			{"check": "routing-trailing-slash", "level": "MUST", "verdict": "blocked",
				"reason": "routing-deep-link did not pass"}]},
		{"variant": "fastapi"},
		{"variant": "nginx-three-container", "conforms": true,
			"counts": {"pass": 18, "waived": 1, "fail": 0, "undecided": 0, "skip": 1}},
		{"variant": "null"}]`
	var rows any
	if err := json.Unmarshal([]byte(want), &rows); err != nil {
		t.Fatal(err)
	}
	if got := at(d, "conformance", "rows"); !reflect.DeepEqual(got, rows) {
		t.Errorf("got  %v\nwant %v", got, rows)
	}
	if notes := fmt.Sprint(at(d, "conformance", "notes")); !strings.Contains(notes, "fastapi: build fastapi") {
		t.Errorf("does not say why there is no report: %s", notes)
	}
}

func TestJSONControl(t *testing.T) {
	run := twice(t, 9, 1, 1.2)
	d := read(t, written(t, run, "control"))
	if at(d, "control", "variant") != "embedded-go" {
		t.Errorf("the control of %v", at(d, "control", "variant"))
	}
	seen := map[string]any{}
	for _, row := range at(d, "control", "rows").([]any) {
		name := at(row, "metric", "name").(string)
		once, again := Value(run, "embedded-go", metric(name)), Value(run, record.ControlArm, metric(name))
		if at(row, "once", "centre") != once.Centre || at(row, "again", "centre") != again.Centre ||
			at(row, "ratio", "reference") != "embedded-go" {
			t.Errorf("%v", row)
		}
		seen[name] = at(row, "ratio", "differs")
	}
	if len(seen) != len(controlSheet(run).rows) || seen["page-cpu"] != true || seen["start-page"] != false {
		t.Errorf("%v", seen)
	}
	for _, row := range at(read(t, written(t, twice(t, 1, 1, 3))), "control", "rows").([]any) {
		if differs := at(row, "ratio", "differs"); differs != nil {
			t.Errorf("one round shows whether %v differs: %v", at(row, "metric", "name"), differs)
		}
	}
	if read(t, written(t, fixture(t, 2)))["control"] != nil {
		t.Error("a control that the run does not have")
	}
}

func TestJSONRefuses(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, fixture(t, 1), "headlines"); err == nil || !strings.Contains(err.Error(), `"headlines"`) {
		t.Errorf("unknown table: %v", err)
	}
	run := fixture(t, 1)
	run.Trials[0].Loads[0].Lag = "damaged"
	if err := JSON(&b, run); err == nil || !strings.Contains(err.Error(), "decode histogram") {
		t.Errorf("damaged histogram: %v", err)
	}
	if b.Len() > 0 {
		t.Errorf("wrote %q before it failed", b.String())
	}
}
