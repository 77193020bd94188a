package page

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"spabench/harness/internal/record"
)

// mostBytes is how large a report may be, so that it can be sent by mail.
const mostBytes = 1_500_000

// TestPublishedRuns holds what every page of a run must be, for each record that was published, however old; with -short
// for one of the newest schema, because the race detector makes it a minute.
func TestPublishedRuns(t *testing.T) {
	names := publishedNames(t)
	if testing.Short() {
		names = []string{newest}
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			run := published(t, name)
			text := written(t, run)
			t.Logf("schema %d: %d bytes", run.Schema, len(text))
			if len(text) > mostBytes {
				t.Errorf("the page has %d bytes, more than %d", len(text), mostBytes)
			}
			whole(t, text)
			if run.Schema == record.Schema && !bytes.Equal(text, written(t, run)) {
				t.Error("the same record gives another page")
			}
		})
	}
}

// A record whose writer was killed gives an honest page, even before anything was measured.
func TestTruncatedRuns(t *testing.T) {
	for lines, want := range map[int]string{
		1:  "interrupted before its first round: nothing was measured",
		8:  "interrupted before its first round",
		16: "interrupted after 6 trials",
		20: "interrupted after 30 trials",
	} {
		text := written(t, truncated(t, newest, lines))
		whole(t, text)
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("of %d lines, the page does not say %q", lines, want)
		}
	}
	if bytes.Contains(written(t, published(t, newest)), []byte("was interrupted")) {
		t.Error("the page of a complete run says that it was interrupted")
	}
}

// What a record says is text, whatever is in it.
func TestRecordIsNoMarkup(t *testing.T) {
	run := published(t, newest)
	const evil = `<img src=x onerror="alert(1)">`
	run.Env.CPU = evil
	for i := range run.Trials {
		run.Trials[i].Err = evil
	}
	run.Conformance[0].Err = evil
	text := string(written(t, run))
	whole(t, []byte(text))
	if strings.Contains(text, "<img") {
		t.Error("markup of the record is in the page")
	}
	if !strings.Contains(text, "&lt;img src=x") {
		t.Error("what the record says is not in the page")
	}
}

func TestScriptsAreSmall(t *testing.T) {
	for name, text := range scripts {
		if len(text) > 25_000 {
			t.Errorf("%s has %d bytes", name, len(text))
		}
	}
}

// whole holds what is true of every page: it asks for nothing, every link leads somewhere, and every picture is
// well-formed and says what it shows. Links may also lead to the files.
func whole(t *testing.T, text []byte, files ...string) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	ids, links := map[string]bool{}, map[string]bool{}
	figures, tables := 0, 0
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "id" && ids[a.Val]:
				t.Errorf("two elements have the id %q", a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			case a.Key == "href" && (n.Data == "a" || strings.HasPrefix(a.Val, "#")): // a place in this page
				links[a.Val] = true
			case a.Key == "href" && a.Val != "data:,", a.Key == "src", a.Key == "srcset", a.Key == "poster":
				t.Errorf("<%s %s=%q> asks for something", n.Data, a.Key, a.Val)
			case strings.Contains(a.Val, "url("):
				t.Errorf("<%s %s=%q> asks for something", n.Data, a.Key, a.Val)
			}
		}
		switch n.Data {
		case "figure":
			figures++
		case "table":
			tables++
		case "svg":
			pictured(t, n)
		case "style":
			if css := n.FirstChild.Data; strings.Contains(css, "url(") || strings.Contains(css, "@import") {
				t.Error("the style asks for something")
			}
		}
	}
	for link := range links {
		if strings.HasPrefix(link, "https://") {
			continue // the source of a requirement, for whoever follows it
		}
		if id, ok := strings.CutPrefix(link, "#"); (!ok || !ids[id]) && !slices.Contains(files, link) {
			t.Errorf("the link %q leads nowhere", link)
		}
	}
	if figures > 0 && tables < figures/2 {
		t.Errorf("%d pictures, and only %d tables", figures, tables)
	}
}

// pictured holds that an SVG has a label or is hidden, and is well-formed by itself.
func pictured(t *testing.T, n *html.Node) {
	t.Helper()
	attributes := map[string]string{}
	for _, a := range n.Attr {
		attributes[a.Key] = a.Val
	}
	if attributes["aria-hidden"] != "true" && (attributes["role"] != "img" || len(attributes["aria-label"]) < 10) {
		t.Errorf("an SVG has no label: %v", attributes)
	}
	var b bytes.Buffer
	if err := html.Render(&b, n); err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(&b); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("an SVG is not well-formed: %v", err)
			return
		}
	}
}
