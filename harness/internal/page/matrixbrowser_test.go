package page

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"spabench/harness/internal/report"
)

// pagesOfKinds is a page of every kind but that of a run, by its name.
func pagesOfKinds(t *testing.T) map[string][]byte {
	t.Helper()
	one, _ := oneServer(t)
	run := reports(t, few) // with a part of its cells, of all kinds, which axe takes long for
	run.Plan.Variants, run.Conformance = run.Plan.Variants[6:], run.Conformance[6:]
	for i := range run.Conformance {
		run.Conformance[i].Report.Outcomes = run.Conformance[i].Report.Outcomes[:20]
	}
	var checks bytes.Buffer
	if err := WriteChecks(&checks, func(string) []report.Remedy { return nil }, ""); err != nil {
		t.Fatal(err)
	}
	whole(t, checks.Bytes())
	return map[string][]byte{
		"trends": trendsOf(t, namedRuns(t)), "series": seriesOf(t), "recording": visit(t),
		"checks": checks.Bytes(), "matrix": asMatrix(t, run), "one server": one,
		"claims": told(t, tests(t, "2026-11-26-claims")), "another run of claims": told(t, tests(t, "2026-11-26-claims-2")),
	}
}

// Every kind of page is quiet, and nothing but its tables is wider than a telephone.
func TestKindsInBrowser(t *testing.T) {
	o := openPage(t, asMatrix(t, reports(t, many)))
	o.still("many servers")
	o.quiet()
	for name, text := range pagesOfKinds(t) {
		o.load(text)
		if text := o.text(wider); text != "" {
			t.Errorf("%s: these are wider than 360 px:\n%s", name, text)
		}
		o.still(name)
		o.quiet()
	}
}

// shownCells are the names of the rows and the columns that are shown.
const shownCells = `[...document.querySelectorAll("#grid tr[data-check]")].filter(r => r.checkVisibility())
	.map(r => r.dataset.check).join(" ") + " | " + [...document.querySelectorAll("#grid th[data-server]")]
	.filter(h => h.checkVisibility()).map(h => h.dataset.server).join(" ")`

// choose sets fields of the form, as a person does.
func (o opened) choose(fields ...string) {
	o.t.Helper()
	for i := 0; i < len(fields); i += 2 {
		o.text(fmt.Sprintf(`(() => { const f = document.getElementById("filter").elements.namedItem(%q); f.value = %q;
			f.dispatchEvent(new Event("input", {bubbles: true})); return "" })()`, fields[i], fields[i+1]))
	}
}

// fresh opens the address that the page is at now anew, and returns what that shows.
func (o opened) fresh(expression string) string {
	o.t.Helper()
	fragment := o.text("location.hash")
	if err := o.Navigate(o.t.Context(), "about:blank"); err != nil {
		o.t.Fatal(err)
	}
	o.visit(fragment)
	return o.text(expression)
}

// The filters show what the record has for them, the address says so, and leads to the same again.
func TestFiltersInBrowser(t *testing.T) {
	o := openPage(t, asMatrix(t, reports(t, few)))
	const servers = "django embedded-go-cgo nginx-fastapi embedded-go-plain embedded-go-vue embedded-go-svelte " +
		"embedded-go-solid embedded-go-angular django-catch-all"
	m := matrixOf(reports(t, few), mending)
	fails := func(v verdict) bool { return v.State == "fail" }
	for _, c := range []struct {
		fields  []string
		shows   func(group string, c checked) bool
		address string
	}{
		{[]string{"group", "range"}, func(g string, _ checked) bool { return g == "range" }, "#?group=range"},
		{
			[]string{"group", "", "level", "MUST", "verdict", "fail", "find", "API"},
			func(_ string, c checked) bool {
				return c.Level == "MUST" && slices.ContainsFunc(c.Cells, fails) && strings.Contains(c.Name, "api")
			},
			"#?level=MUST&verdict=fail&find=API",
		},
		{
			[]string{"level", "", "verdict", "", "find", "no such name"},
			func(string, checked) bool { return false }, "#?find=no+such+name",
		},
	} {
		o.choose(c.fields...)
		var names []string
		for _, g := range m.Groups {
			for _, row := range g.Checks {
				if c.shows(g.Name, row) {
					names = append(names, row.Name)
				}
			}
		}
		want := strings.Join(names, " ") + " | " + servers
		if shown := o.text(shownCells); shown != want {
			t.Errorf("%q shows %q, want %q", c.fields, shown, want)
		}
		status := o.text(`document.getElementById("shown").textContent`)
		if say := fmt.Sprintf("%d of 99 checks, 9 of 9 servers.", len(names)); status != say {
			t.Errorf("%q: %q, want %q", c.fields, status, say)
		}
		if hash := o.text("location.hash"); hash != c.address {
			t.Errorf("%q: the address ends with %q, want %q", c.fields, hash, c.address)
		}
		if again := o.fresh(shownCells); again != want {
			t.Errorf("%q: the address leads to %q, not to %q", c.fields, again, want)
		}
	}
	o.choose("find", "")
	o.text(`(() => { for (const c of document.querySelectorAll("[name=server]")) if (c.value.startsWith("emb")) c.click();
		return "" })()`)
	if shown := o.text(shownCells); !strings.HasSuffix(shown, "| django nginx-fastapi django-catch-all") {
		t.Errorf("without six servers: %q", shown)
	}
	if again := o.fresh(shownCells); !strings.HasSuffix(again, "| django nginx-fastapi django-catch-all") {
		t.Errorf("the address of three servers leads to %q", again)
	}
	o.text(`(document.querySelector("#filter [type=reset]").click(), "")`)
	if err := o.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if shown, hash := o.text(shownCells), o.text("location.hash"); !strings.HasSuffix(shown, servers) || hash != "" {
		t.Errorf("after a reset: %q at %q", shown, hash)
	}
	o.quiet()
}

// Two servers that are compared show exactly the checks in which they differ.
func TestCompareInBrowser(t *testing.T) {
	run := reports(t, few)
	o := openPage(t, asMatrix(t, run))
	o.choose("a", "django-catch-all", "b", "django")
	var want []string
	both := map[string]int{}
	for i, v := range run.Plan.Variants {
		both[v] = i
	}
	m := matrixOf(run, mending)
	for _, g := range m.Groups {
		for _, c := range g.Checks {
			if c.Cells[both["django"]].State != c.Cells[both["django-catch-all"]].State {
				want = append(want, c.Name)
			}
		}
	}
	shown := o.text(shownCells)
	if len(want) < 5 || shown != strings.Join(want, " ")+" | django django-catch-all" {
		t.Errorf("%q, want %q", shown, want)
	}
	status := o.text(`document.getElementById("shown").textContent`)
	if begin := fmt.Sprintf("django-catch-all and django differ in %d of 99 checks: ", len(want)); !strings.HasPrefix(
		status, begin) {
		t.Errorf("%q, want %q", status, begin)
	}
	if again := o.fresh(shownCells); again != shown {
		t.Errorf("the address leads to %q", again)
	}
	o.text(`(document.querySelector("#grid tr:not([hidden])[data-check] td:not([hidden]) a").click(), "")`)
	if n := o.text(`String(document.querySelectorAll("#cell-found article").length)`); n != "2" {
		t.Errorf("a cell of two servers that are compared shows %s of them", n)
	}
	o.quiet()
}

// shownCell is what the dialog says.
const shownCell = `document.getElementById("cell").open ? document.getElementById("cell").textContent : "closed"`

// A cell opens its exchange, by a click, by keys and by its address; going back closes it.
func TestCellInBrowser(t *testing.T) {
	o := openPage(t, asMatrix(t, reports(t, few)))
	o.choose("verdict", "fail")
	o.text(`(document.querySelector("[data-check=api-unknown-404] [data-v=fail] a").click(), "")`)
	text := o.text(shownCell)
	for _, part := range []string{"api-unknown-404 (MUST)", "expected", "404, and not the page",
		"curl -i --path-as-is", "GET /api/spatest-no-such-endpoint HTTP/1.1", "mend api-unknown-404;"} {
		if !strings.Contains(text, part) {
			t.Errorf("the cell does not say %q: %q", part, text)
		}
	}
	hash := o.text("location.hash")
	if !strings.HasPrefix(hash, "#api-unknown-404@") || !strings.HasSuffix(hash, "?verdict=fail") {
		t.Errorf("the address of the cell ends with %q", hash)
	}
	if again := o.fresh(shownCell); again != text {
		t.Errorf("the address leads to %q", again)
	}
	o.text(`(document.getElementById("close").click(), "")`)
	o.text(`(document.querySelectorAll("[data-check=api-unknown-404] td")[[...document.querySelectorAll("thead [data-server]")]
		.findIndex((head) => head.dataset.server === "nginx-fastapi")].click(), "")`)
	if text := o.text(shownCell); !strings.Contains(text, "pass: nginx-fastapi") {
		t.Errorf("a cell that passed says %q", text)
	}
	if err := o.Back(t.Context()); err != nil {
		t.Fatal(err)
	}
	if text := o.text(shownCell); text != "closed" {
		t.Errorf("going back leaves the cell open: %q", text)
	}
	const press = `(() => { document.querySelector("[data-check=routing-root] th a").focus();
		for (const key of ["ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowRight", "Enter"])
			document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
		return location.hash })()`
	o.choose("verdict", "")
	if at := o.text(press); at != "#routing-root@embedded-go-cgo" {
		t.Errorf("the keys lead to %q", at)
	}
	o.text(`(document.getElementById("close").click(), "")`)
	o.visit("#api-unknown-404")
	const seen = `String(document.getElementById("api-unknown-404").checkVisibility())`
	if o.text(seen) != "true" {
		t.Error("the address of a check does not show it")
	}
	for _, odd := range []string{"#nothing@nobody", "#?level=LOUD&a=nobody&servers=", "#%E0%A4%A", "#@"} {
		o.visit(odd)
	}
	o.quiet()
}
