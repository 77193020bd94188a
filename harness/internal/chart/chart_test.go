package chart

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

type drawer interface{ Picture() (Picture, error) }

// examples has a picture of each kind, and the texts that must be in it.
func examples() map[string]struct {
	of    drawer
	texts []string
} {
	return map[string]struct {
		of    drawer
		texts []string
	}{
		"intervals": {Intervals{Rows: []string{"first & foremost", "second"}, Band: [2]float64{0.9, 1.1}, Line: 1,
			Title: "times null", Estimates: []Estimate{
				{Row: 0, Look: 0, Centre: 1.2, Lo: 1.1, Hi: 1.4}, {Row: 1, Look: 1, Centre: 37.3, Lo: 37.3, Hi: 37.3}}},
			[]string{"first & foremost", "second", "times null", "1", "10"}},
		"stacked": {Stacked{Rows: []string{"one", "two"}, Values: [][]float64{{100, 50, 0.1}, {300, 100, 20}},
			Title: "time, ms"}, []string{"one", "two", "time, ms", "0", "100", "1", "2"}},
		"waterfall": {Stacked{Rows: []string{"/", "/a.js"}, Values: [][]float64{{5, 5}, {10, 20}}, Begins: []float64{0, 80},
			Title: "time, ms"}, []string{"/", "/a.js", "100"}},
		"curves": {Curves{Title: "latency, ms", Curves: []Curve{
			{Look: 2, Points: []Point{{0.25, 0.3}, {0.5, 0.4}, {0.9, 0.6}, {0.99, 1.1}, {0.999, 9}}},
			{Look: Baseline, Points: []Point{{0.5, 0.2}}}}}, []string{"latency, ms", "50", "90", "99", "99.9"}},
		"dots": {Dots{Rounds: []int{1, 2, 3}, Marked: map[int]bool{2: true}, Title: "CPU, µs",
			Series: []Series{{Look: 3, Points: []Point{{1, 80}, {2, 95}, {3, 81}}}}},
			[]string{"1", "2!", "3", "CPU, µs"}},
		"trend": {Trend{Runs: 3, Title: "times null", Lines: []TrendLine{
			{Look: 1, Estimates: []Estimate{{Row: 0, Centre: 2, Lo: 1.9, Hi: 2.1}, {Row: 2, Centre: 3, Lo: 3, Hi: 3}},
				Levels: []TrendLevel{{0, 1, 2}, {2, 2, 3}}}}}, []string{"run", "times null", "1", "2", "3"}},
		"no trend at 0": {Trend{Runs: 1, Title: "ms", Lines: []TrendLine{
			{Estimates: []Estimate{{Row: 0}}, Levels: []TrendLevel{{}}}}}, []string{"ms"}},
		"no runs": {Trend{Title: "nothing"}, []string{"nothing"}},
		"nothing at 0": {Intervals{Rows: []string{"one"}, Title: "ms",
			Estimates: []Estimate{{Centre: 2, Lo: 0, Hi: 3}, {Centre: 2, Lo: 1, Hi: 3}}}, []string{"one", "ms"}},
		"no points at 0": {Curves{Title: "ms", Curves: []Curve{{Points: []Point{{0.5, 0}, {0.9, 1}, {0.99, 2}}}}},
			[]string{"ms"}},
		"no dots at 0": {Dots{Rounds: []int{1}, Title: "ms", Series: []Series{{Points: []Point{{1, 0}}}}}, []string{"ms"}},
		"no intervals": {Intervals{Title: "nothing"}, []string{"nothing"}},
		"no bars":      {Stacked{Title: "nothing"}, []string{"nothing"}},
		"no curves":    {Curves{Title: "nothing"}, []string{"nothing"}},
		"no dots":      {Dots{Title: "nothing"}, []string{"nothing"}},
	}
}

var hexColour = regexp.MustCompile(`#[0-9A-Fa-f]{6}`)

func TestPictures(t *testing.T) {
	for name, example := range examples() {
		t.Run(name, func(t *testing.T) {
			p, err := example.of.Picture()
			if err != nil {
				t.Fatal(err)
			}
			if left := hexColour.FindString(p.body); left != "" {
				t.Errorf("the colour %s is the same in both schemes", left)
			}
			for of, svg := range map[string]string{"inline": p.Inline(`a "label" & more`), "file": p.File("label")} {
				texts := textsOf(t, svg)
				for _, want := range example.texts {
					if !texts[want] {
						t.Errorf("%s: no text %q in %v", of, want, texts)
					}
				}
			}
			if again, err := example.of.Picture(); err != nil || again != p {
				t.Errorf("the same data gives another picture: %v", err)
			}
		})
	}
}

// textsOf are the texts of an SVG, which must be well-formed.
func textsOf(t *testing.T, svg string) map[string]bool {
	t.Helper()
	texts := map[string]bool{}
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		if text, ok := token.(xml.CharData); ok {
			texts[string(text)] = true
		}
	}
}

// Two variants are told apart without colour: by their marks, by their dashes, or by both.
func TestLooksDiffer(t *testing.T) {
	seen := map[string]Look{}
	for l := Baseline; l < 210; l++ {
		key := fmt.Sprint(l.colour().name, l.mark(), reflect.TypeOf(l.mark()), l.line(1).Dashes)
		if other, ok := seen[key]; ok {
			t.Errorf("looks %d and %d are the same: %s", other, l, key)
		}
		seen[key] = l
	}
	for a := Look(0); a < 5; a++ {
		for b := Baseline; b < a; b++ {
			if reflect.DeepEqual(a.mark(), b.mark()) || fmt.Sprint(a.line(1).Dashes) == fmt.Sprint(b.line(1).Dashes) {
				t.Errorf("without colour, looks %d and %d share their mark or their dashes", a, b)
			}
		}
	}
}

// A scale has at least two ticks that are labelled, and not so many that they run into each other.
func TestLogTicks(t *testing.T) {
	for _, r := range [][2]float64{
		{0.88, 1.03}, {0.95, 1.4}, {0.9, 45}, {1, 160}, {0.2, 9}, {0.01, 4000}, {85, 86}, {1, 1e9},
	} {
		ticks := logTicks(r[0], r[1])
		if len(ticks) < 2 || len(ticks) > 6 {
			t.Errorf("%v has %d ticks: %v", r, len(ticks), ticks)
		}
		for _, tick := range ticks {
			if tick.Value < r[0]*(1-1e-9) || tick.Value > r[1]*(1+1e-9) || tick.Label == "" {
				t.Errorf("%v: tick %v", r, tick)
			}
		}
	}
}
