package table

import (
	"strings"
	"testing"

	"spabench/harness/internal/record"
)

// held holds that a view says what the page of the same thing says, and that its tables have rows.
func held(t *testing.T, v SeriesView, page string) {
	t.Helper()
	if !strings.HasPrefix(page, "# "+escape(v.Title)+"\n") {
		t.Errorf("the title is %q, and the page begins with %.80q", v.Title, page)
	}
	said := v.Shows
	for _, s := range append(said, v.Measured...) {
		if !strings.Contains(page, escape(s.Text)) {
			t.Errorf("the page does not say %q", s.Text)
		}
	}
	if len(v.Sheets) == 0 || len(v.Shows) == 0 || v.Summary == "" || v.Began.IsZero() {
		t.Errorf("the view is not whole: %+v", v)
	}
	for _, s := range v.Sheets {
		if !strings.Contains(page, "## "+s.Title) || len(s.Rows) == 0 || len(s.Head) != len(s.Rows[0]) {
			t.Errorf("table %q of %d columns has %d rows", s.Title, len(s.Head), len(s.Rows))
			continue
		}
		for _, c := range s.Rows[0] {
			if !strings.Contains(page, escape(c.Text)) {
				t.Errorf("table %q: the page does not have %q", s.Title, c.Text)
			}
		}
	}
}

func TestSeriesViews(t *testing.T) {
	trust, err := Score(series(t, 3, func(int, *record.Trial) {}))
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]interface {
		View() (SeriesView, error)
		Page(name string) (string, error)
	}{"trust": trust, "duels": dueled(t, nil)} {
		t.Run(name, func(t *testing.T) {
			v, err := s.View()
			if err != nil {
				t.Fatal(err)
			}
			page, err := s.Page(name)
			if err != nil {
				t.Fatal(err)
			}
			held(t, v, page)
		})
	}
	run := witnessRun(t, 1)
	v, err := ViewWitness(run)
	if err != nil {
		t.Fatal(err)
	}
	page, err := WitnessPage(run, "witness")
	if err != nil {
		t.Fatal(err)
	}
	held(t, v, page)
}
