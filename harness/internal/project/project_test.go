package project

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// write writes a project's file into a folder that has a build, and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, FileName)
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "dist"), 0o755), os.WriteFile(file, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestRead(t *testing.T) {
	file := write(t, `# A comment.
app:
  dist: ./dist
  routes: [/orders/42, "/search?q=a%20b"]
  api: /api
  api-get: /api/health
  features:
    limit: 1048576
    guard: [/.env, /.git/config]
  waive:
    api-unknown-json: the gateway's errors are plain text
`)
	p, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	want := App{
		Dist: filepath.Join(filepath.Dir(file), "dist"), Routes: []string{"/orders/42", "/search?q=a%20b"},
		API: "/api", APIGet: "/api/health",
		Features: []Setting{
			{"limit", "1048576", "app.features.limit"}, {"guard", "/.env", "app.features.guard"},
			{"guard", "/.git/config", "app.features.guard"},
		},
		Waive: []Setting{{"api-unknown-json", "the gateway's errors are plain text", "app.waive.api-unknown-json"}},
	}
	if !reflect.DeepEqual(p.App, want) {
		t.Errorf("%+v\nwant %+v", p.App, want)
	}
	if got := p.Where("app.features.limit"); got != file+":8: app.features.limit" {
		t.Error(got)
	}
	if p, err := Read(write(t, "app: {api: \"-\"}\n")); err != nil || p.App.API != "-" {
		t.Errorf("no API: %+v, %v", p, err)
	}
	if p, err := Read(write(t, "app: {routes: &r [/a], dist: dist}\n")); err != nil || len(p.App.Routes) != 1 {
		t.Errorf("an anchor: %+v, %v", p, err)
	}
}

// Every fault has its line, says what is wrong, and what would be right.
func TestFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "is empty: spabench schema project",
		"# nothing\n":                        "is empty",
		"---\n":                              "is empty",
		"app: [\n":                           ":2: not YAML: ",
		"app:\n\tdist: x\n":                  ":2: not YAML: ",
		"app: {api: /a}\n---\napp: {}\n":     ":2: a second document; a project is one",
		"just text\n":                        ":1: give a mapping here, with these keys: app",
		"- app\n":                            ":1: give a mapping here",
		"ap:\n  dist: dist\n":                `:1: unknown key "ap" at the top of the file; did you mean "app"?; known are app`,
		"app:\n  rotes: [/a]\n":              `:2: unknown key "rotes" below app; did you mean "routes"?`,
		"app:\n":                             ":1: app: give a mapping here, with these keys: dist, routes, api, ",
		"app: ./dist\n":                      ":1: app: give a mapping here",
		"app:\n  dist: ./build\n":            "build is not a folder; build the app first",
		"app:\n  dist: spabench.yaml\n":      "spabench.yaml is not a folder",
		"app:\n  dist:\n":                    ":2: app.dist: the value is missing; leave the key out",
		"app:\n  dist: [dist]\n":             ":2: app.dist: give one value here, not a list",
		"app:\n  routes: /a\n":               ":2: app.routes: give a list here, such as [/orders/42]",
		"app:\n  routes: []\n":               ":2: app.routes: the list is empty",
		"app:\n  routes:\n    - a\n":         `:3: app.routes[0]: "a" is not a path on the server`,
		"app:\n  routes: [/a b]\n":           `app.routes[0]: "/a b" is not a path on the server, percent-encoded`,
		"app:\n  api: api\n":                 `:2: app.api: "api" is not a path on the server`,
		"app:\n  api-get: {a: b}\n":          ":2: app.api-get: give one value here",
		"app:\n  features: [slow]\n":         ":2: app.features: give a mapping here, with these keys: slow, fail",
		"app:\n  features:\n    slwo: /a\n":  `:3: unknown key "slwo" below app.features; did you mean "slow"?`,
		"app:\n  features:\n    guard: []\n": ":3: app.features.guard: the list is empty",
		"app:\n  waive: later\n":             ":2: app.waive: give a mapping here, with these keys: names and values",
		"app:\n  waive:\n    a:\n":           ":3: app.waive.a: the value is missing",
		"app:\n  api: /a\n  api: /b\n":       ":3: app.api is there already, in line 2",
		"app:\n  api: |\n    /a\n    /b\n":   ":2: app.api: give a value on one line",
		"app:\n  dist: *gone\n":              ":2: not YAML: ",
	} {
		_, err := Read(write(t, text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v\nwant %q", text, err, want)
		}
	}
	_, err := Read(write(t, "app:\n  api: a\n  api-get: b\nap: 1\n"))
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("three faults: %v", err)
	}
}

// A folder without a file has no project, and one that is named must be there.
func TestFind(t *testing.T) {
	dir := t.TempDir()
	if p, err := Find(dir, ""); p != nil || err != nil {
		t.Errorf("no file: %v, %v", p, err)
	}
	if _, err := Find(dir, filepath.Join(dir, "absent.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a named file that is absent: %v", err)
	}
	if p, err := Find(filepath.Dir(write(t, "app: {api: /a}\n")), ""); err != nil || p == nil || p.App.API != "/a" {
		t.Errorf("%+v, %v", p, err)
	}
}
