package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"spabench/harness/internal/report"
)

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
