package page

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"spabench/harness/internal/record"
)

// The pictures of result pages are small files that ask for nothing.
func TestDrawings(t *testing.T) {
	for _, name := range publishedNames(t) {
		all, err := Drawings(published(t, name))
		if err != nil || len(all) != 2 {
			t.Fatalf("%s: %d pictures: %v", name, len(all), err)
		}
		for _, d := range all {
			if len(d.SVG) > 100_000 {
				t.Errorf("%s of %s has %d bytes", d.Name, name, len(d.SVG))
			}
			without := strings.Replace(d.SVG, `xmlns="http://www.w3.org/2000/svg"`, "", 1)
			if strings.Contains(without, "http") || strings.Contains(without, "url(") {
				t.Errorf("%s of %s asks for something", d.Name, name)
			}
			for x := xml.NewDecoder(strings.NewReader(d.SVG)); ; {
				if _, err := x.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%s of %s: %v", d.Name, name, err)
				}
			}
		}
	}
	if all, err := Drawings(record.Run{}); err != nil || len(all) > 0 {
		t.Errorf("of nothing: %v, %v", all, err)
	}
}
