package page

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The packages of the tests below, at fixed versions. The compiler is the one that the app in variants/spa uses.
const (
	typescript = "typescript@7.0.2"
	axe        = "axe-core@4.10.3"
)

// install installs a package of npm into a new folder, or skips the test where that cannot be done.
func install(t *testing.T, name string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("needs the registry of npm, which -short does without")
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("npm is not installed")
	}
	dir := t.TempDir()
	c := exec.CommandContext(t.Context(), npm,
		"install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", dir, name)
	if out, err := c.CombinedOutput(); err != nil {
		if text := string(out); strings.Contains(text, "ENOTFOUND") || strings.Contains(text, "EAI_AGAIN") ||
			strings.Contains(text, "ECONNREFUSED") || strings.Contains(text, "ETIMEDOUT") {
			t.Skipf("the registry of npm does not answer: %s", text)
		}
		t.Fatalf("npm install %s: %v\n%s", name, err, out)
	}
	return filepath.Join(dir, "node_modules")
}

// scripts are those of all pages, by their files.
var scripts = map[string]string{"page.js": script, "matrix.js": matrixScript, "index.js": indexScript}

// The types in the comments of the scripts are right.
func TestScriptTypes(t *testing.T) {
	modules := install(t, typescript)
	check := func(file string) (string, error) {
		c := exec.CommandContext(t.Context(), filepath.Join(modules, ".bin", "tsc"), "--noEmit", "--allowJs",
			"--checkJs", "--strict", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--types", "", file)
		out, err := c.CombinedOutput()
		return string(out), err
	}
	for name := range scripts {
		if out, err := check(name); err != nil {
			t.Errorf("tsc: %v\n%s", err, out)
		}
	}
	wrong := filepath.Join(t.TempDir(), "wrong.js")
	text := strings.Replace(script, "number(i.centre)", "number(i)", 1)
	if err := os.WriteFile(wrong, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := check(wrong); err == nil || !strings.Contains(out, "Interval") {
		t.Errorf("tsc finds nothing wrong with an interval in place of a number: %v\n%s", err, out)
	}
}

// violation is what axe finds.
type violation struct {
	ID, Help string
	Nodes    []struct{ HTML string }
}

// mostAuditTime is how long axe may take on a busy machine.
const mostAuditTime = 10 * time.Minute

// audit is what axe finds in the page. It may keep the page busy for longer than one action of a tab may take, so it
// begins after the script that starts it, and a question that gets no answer meanwhile is asked again.
func (o opened) audit() (found []violation) {
	o.t.Helper()
	// Hidden parts are not looked at, so of the folded ones the first are unfolded, and one trial: all are alike.
	o.text(`(() => {
		const folded = [...document.querySelectorAll("details")];
		for (const d of [...folded.slice(0, 3), ...folded.slice(-1)]) d.open = true;
		window.audit = "";
		setTimeout(() => axe.run({resultTypes: ["violations"]}).then(r => {
			window.audit = JSON.stringify(r.violations.map(v => ({ID: v.id, Help: v.help,
				Nodes: v.nodes.slice(0, 3).map(n => ({HTML: n.html.slice(0, 200)}))})));
		}, e => { window.audit = "failed: " + e }));
		return "";
	})()`)
	text := ""
	for end := time.Now().Add(mostAuditTime); text == ""; time.Sleep(200 * time.Millisecond) {
		if err := o.Evaluate(o.t.Context(), "window.audit", &text); text == "" && time.Now().After(end) {
			o.t.Fatalf("axe has not finished within %s: %v", mostAuditTime, err)
		}
	}
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		o.t.Fatalf("%v: %q", err, text)
	}
	return found
}

// Axe finds nothing that keeps people from using the page. Three rounds of nine have all kinds of parts, and a third of
// the evidence, which axe takes long for.
func TestAccessibilityInBrowser(t *testing.T) {
	source, err := os.ReadFile(filepath.Join(install(t, axe), "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	o := open(t, truncated(t, newest, 18))
	audit := func(name string) {
		t.Helper()
		if err := o.Evaluate(t.Context(), string(source)+"; null", nil); err != nil {
			t.Fatal(err)
		}
		for _, v := range o.audit() {
			t.Errorf("%s: %s: %s: %+v", name, v.ID, v.Help, v.Nodes)
		}
	}
	audit("run")
	kinds := pagesOfKinds(t)
	for name, text := range kinds {
		o.load(text)
		audit(name)
	}
	o.load(kinds["matrix"])
	o.visit("#routing-root@django-catch-all")
	audit("an open cell")
	o.load(written(t, truncated(t, newest, 18)))
	if err := o.Evaluate(t.Context(), string(source)+"; null", nil); err != nil {
		t.Fatal(err)
	}
	o.text(`(document.querySelector("figure svg").removeAttribute("aria-label"), "")`)
	if len(o.audit()) == 0 {
		t.Error("axe does not find a picture without a label")
	}
}
