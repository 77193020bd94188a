package page

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spabench/harness/chromium/chromiumtest"
	"spabench/harness/internal/record"
	"spabench/harness/spatest"
)

// opened is the report of a run in a browser, as a file.
type opened struct {
	spatest.Tab
	t       *testing.T
	address string
}

// open opens the report of a run from file://, or skips the test where no browser is installed.
func open(t *testing.T, run record.Run) opened { return openPage(t, written(t, run)) }

// openPage is open for the page with this text.
func openPage(t *testing.T, text []byte) opened {
	t.Helper()
	tab, err := chromiumtest.Start(t).Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o := opened{tab, t, ""}
	o.load(text)
	return o
}

// load opens another page in the same tab, from a file of its own.
func (o *opened) load(text []byte) {
	o.t.Helper()
	file := filepath.Join(o.t.TempDir(), "report.html")
	if err := os.WriteFile(file, text, 0o644); err != nil {
		o.t.Fatal(err)
	}
	o.address = fileURL(file)
	o.visit("")
}

// fileURL is the address of a file; on Windows its path begins with a drive.
func fileURL(file string) string {
	return (&url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(file), "/")}).String()
}

// visit opens the page with a fragment, and lets it come to rest.
func (o opened) visit(fragment string) {
	o.t.Helper()
	if err := o.Navigate(o.t.Context(), o.address+fragment); err != nil {
		o.t.Fatal(err)
	}
}

// text is the value of an expression, which must be a string.
func (o opened) text(expression string) (text string) {
	o.t.Helper()
	if err := o.Evaluate(o.t.Context(), expression, &text); err != nil {
		o.t.Fatalf("%s: %v", expression, err)
	}
	return text
}

// quiet holds that nothing was asked for, and nothing went wrong.
func (o opened) quiet() {
	o.t.Helper()
	for _, p := range o.Problems() {
		o.t.Errorf("the console has an error: %+v", p)
	}
	for _, l := range o.Loads() {
		o.t.Errorf("the page asked for %s", l.URL)
	}
}

// shownBills are the rows of the calculator.
const shownBills = `JSON.stringify([...document.querySelectorAll("#cost-table tbody tr")].map(
	r => [...r.cells].map(c => c.textContent.trim())))`

func (o opened) bills() (rows [][]string) {
	o.t.Helper()
	if err := json.Unmarshal([]byte(o.text(shownBills)), &rows); err != nil {
		o.t.Fatal(err)
	}
	return rows
}

// billRows are the same, as this package computes them.
func billRows(run record.Run, in inputs) (rows [][]string) {
	for _, f := range costOf(run).Rows {
		b := in.of(f)
		rows = append(rows, []string{f.Arm, f.Show(b.Cores), f.Show(b.GB), f.Number(b.Egress), f.Number(b.Pulled),
			f.Show(b.Money)})
	}
	return rows
}

func TestCalculatorInBrowser(t *testing.T) {
	run := published(t, newest)
	o := open(t, run)
	same := func(when string, in inputs) {
		t.Helper()
		if got, want := o.bills(), billRows(run, in); !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("%s: the page shows\n%q, want\n%q", when, got, want)
		}
	}
	same("at first", begin())

	in := begin()
	in.Visits, in.Memory, in.Hosts = 12345, 0, 7
	enter := func(name, value string) {
		o.text(fmt.Sprintf(`(() => { const f = document.querySelector("[name=%s]"); f.value = "%s";
			f.dispatchEvent(new Event("input", {bubbles: true})); return "" })()`, name, value))
	}
	enter("visits", "12345")
	enter("memory", "0")
	enter("hosts", "7")
	same("with other inputs", in)
	enter("hosts", "-1")
	same("with an input that is none", in)
	status := o.text(`document.getElementById("cost-status").textContent`)
	if !strings.Contains(status, "not negative") {
		t.Errorf("the page says %q of an input that is none", status)
	}

	// The link carries the inputs.
	fragment := o.text("location.hash")
	if link := o.text(`document.getElementById("cost-link").getAttribute("href")`); link != fragment ||
		!strings.Contains(link, "visits=12345") {
		t.Errorf("the link is %q, and the address ends with %q", link, fragment)
	}
	o.visit("")
	o.text(`(location.hash = "", "")`)
	if err := o.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	same("without a fragment", begin())
	o.visit(fragment)
	if err := o.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	same("by the link", in)
	o.quiet()
}

// A number leads to its values by round, and each of those to its trial: both are shown, though they were folded.
func TestEvidenceInBrowser(t *testing.T) {
	o := open(t, published(t, newest))
	const seen = `(() => { const e = document.getElementById(location.hash.slice(1));
		const r = e.getBoundingClientRect();
		return e.checkVisibility() && r.top >= -1 && r.bottom <= innerHeight + 1 ? e.textContent : "hidden: " + r.top
	})()`
	const follow = `(() => { for (const a of document.querySelectorAll("#table-headline a"))
		if (a.textContent.includes("281")) { a.click(); return a.getAttribute("href") } return "no such cell" })()`
	if text := o.text(follow); text != "#v-page-cpu-fastapi" {
		t.Fatalf("the number leads to %q", text)
	}
	if err := o.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if text := o.text(seen); text != "fastapi" {
		t.Errorf("the values of fastapi are not shown: %q", text)
	}
	o.text(`(document.getElementById("v-page-cpu-fastapi").parentElement.cells[3].querySelector("a").click(), "")`)
	if err := o.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if text := o.text(seen); text != "fastapi, round 3" {
		t.Errorf("the trial is not shown: %q", text)
	}
	o.quiet()
}

// wider are the elements that are wider than a telephone.
const wider = `(() => { document.documentElement.style.width = "360px"; const wide = [];
	for (const e of document.querySelectorAll("body *")) {
		if (!e.checkVisibility()) continue;
		const r = e.getBoundingClientRect();
		if (r.width > 0 && r.right > 361 && !e.closest(".scroll") && !e.closest("svg") && !e.closest(".skip"))
			wide.push(e.tagName + " " + r.right + " " + e.textContent.slice(0, 40));
	}
	return wide.join("\n") })()`

// Nothing but tables, which scroll by themselves, is wider than a telephone; what is loaded stays where it is.
func TestNarrowInBrowser(t *testing.T) {
	o := open(t, published(t, newest))
	if text := o.text(wider); text != "" {
		t.Errorf("these are wider than 360 px:\n%s", text)
	}
	o.visit("")
	o.still("run")
	o.quiet()
}

// still holds that nothing moves while the page loads, and tells how long that takes until it can be used.
func (o opened) still(name string) {
	o.t.Helper()
	const shift = `new Promise(done => { let sum = 0;
		new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value })
			.observe({type: "layout-shift", buffered: true});
		setTimeout(() => done(String(sum)), 100) })`
	if err := o.Reload(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	if text := o.text(shift); text != "0" {
		o.t.Errorf("%s: the layout shifts by %s", name, text)
	}
	const interactive = `Math.round(performance.getEntriesByType("navigation")[0].domInteractive) + " ms"`
	o.t.Logf("%s: interactive after %s", name, o.text(interactive))
}

// Pages of old and of truncated records are as quiet.
func TestOtherRunsInBrowser(t *testing.T) {
	o := open(t, published(t, "2026-11-24-amd-epyc-2-cpus"))
	o.quiet()
	for _, lines := range []int{1, 16} {
		o.load(written(t, truncated(t, newest, lines)))
		o.quiet()
	}
}
