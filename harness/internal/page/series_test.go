package page

import (
	"bytes"
	"html"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/report"
	"spabench/harness/internal/table"
	"spabench/harness/spatest"
)

// witnessed is the view of a published run with two load generators.
func witnessed(t *testing.T) table.SeriesView {
	t.Helper()
	run, err := record.ReadWitness(filepath.Join(results, "2026-11-29-witness", record.WitnessFile))
	if err != nil {
		t.Fatal(err)
	}
	v, err := table.ViewWitness(run)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func seriesOf(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteSeries(&b, witnessed(t), ""); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The page of a series has all that its view says.
func TestSeriesPage(t *testing.T) {
	text, v := seriesOf(t), witnessed(t)
	whole(t, text)
	shown := html.UnescapeString(string(text))
	want := []string{v.Title, v.Lead, v.Sheets[0].Title, v.Sheets[0].Doc, v.Sheets[0].Rows[0][0].Text}
	for _, s := range append(v.Shows, v.Measured...) {
		want = append(want, s.Label, s.Text)
	}
	for _, text := range want {
		if !strings.Contains(shown, text) {
			t.Errorf("the page does not say %q", text)
		}
	}
}

// recordedVisit is what a browser saved of a small app, one request of it from another origin and one that failed.
func recordedVisit(t *testing.T) *spatest.Recording {
	t.Helper()
	r, err := spatest.ReadHAR(strings.NewReader(`{"log": {"entries": [
		{"startedDateTime": "2026-11-30T12:00:00Z", "timings": {"connect": 9, "wait": 30, "receive": 2},
			"_resourceType": "document", "request": {"method": "GET", "url": "https://shop.test/cart"},
			"response": {"status": 200, "headers": [{"name": "Content-Type", "value": "text/html; charset=utf-8"}],
				"content": {"size": 60, "text": "<!doctype html><title>Shop</title><script src=/assets/a.js></script>"}}},
		{"startedDateTime": "2026-11-30T12:00:00.05Z", "_fromCache": "disk", "_resourceType": "script",
			"request": {"method": "GET", "url": "https://shop.test/assets/a-file-with-a-name-that-is-long.js"},
			"response": {"status": 200, "content": {}}},
		{"startedDateTime": "2026-11-30T12:00:00.06Z", "_resourceType": "font",
			"request": {"method": "GET", "url": "https://fonts.test/sans.woff2"},
			"response": {"status": 0, "_error": "net::ERR_FAILED"}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func visit(t *testing.T) []byte {
	t.Helper()
	r := recordedVisit(t)
	found, err := spatest.Inspect(t.Context(), spatest.Target{Recording: r})
	if err != nil {
		t.Fatal(err)
	}
	d := report.New(found, time.Unix(1e9, 0), time.Second, func(spatest.Outcome) []report.Remedy { return nil })
	var b bytes.Buffer
	if err := WriteRecorded(&b, d, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The page of a recording has each request: of this origin by its path, of others by its URL.
func TestRecordedPage(t *testing.T) {
	text := visit(t)
	whole(t, text)
	for _, want := range []string{"https://shop.test/cart does not conform", "Waterfall of 3 requests", ">/cart</th>",
		">/assets/a-file-with-a-name-that-is-long.js</th>", ">https://fonts.test/sans.woff2</th>", ">net::ERR_FAILED</td>",
		">the browser’s cache</td>", ">41.0</td>", "3 requests, in the order"} {
		if !strings.Contains(html.UnescapeString(string(text)), strings.ReplaceAll(want, "’", "'")) {
			t.Errorf("the page does not have %s", want)
		}
	}
}
