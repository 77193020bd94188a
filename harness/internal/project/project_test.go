package project

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// write writes a project's file into a folder that has a build, and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, FileName)
	err := errors.Join(os.Mkdir(filepath.Join(dir, "dist"), 0o755), os.WriteFile(file, []byte(text), 0o644))
	if err != nil {
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
		APIs: []string{"/api"}, APIGet: "/api/health",
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
	if p, err := Read(write(t, "app: {api: \"-\"}\n")); err != nil || !slices.Equal(p.App.APIs, []string{"-"}) {
		t.Errorf("no API: %+v, %v", p, err)
	}
	p, err = Read(write(t, "app: {features: {guard: &r [/a], canary: *r}, routes: *r}\n"))
	if err != nil || len(p.App.Routes) != 1 || len(p.App.Features) != 2 {
		t.Errorf("an alias: %+v, %v", p, err)
	}
}

// refused wants an error of a project's file that says this.
func refused(t *testing.T, text, want string) {
	t.Helper()
	if _, err := Read(write(t, text)); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%q: %v\nwant %q", text, err, want)
	}
}

// Every fault has its line, says what is wrong, and what would be right.
func TestFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "is empty: spabench schema project",
		"# nothing\n":                          "is empty",
		"---\n":                                "is empty",
		"app: [\n":                             ":2: not YAML: ",
		"app:\n\tdist: x\n":                    ":2: not YAML: ",
		"app: {api: /a}\n---\napp: {}\n":       ":2: a second YAML document; the file must have",
		"app: {api: /a}\n---\n[\n":             "not YAML: ",
		"{}\n":                                 ":1: the file has no content; spabench schema project",
		"app:\n  features: {slow: [/a, /b]}\n": ":2: app.features.slow: give one value here",
		"just text\n":                          ":1: give a mapping here, with these keys: app, servers",
		"- app\n":                              ":1: give a mapping here",
		"ap:\n  dist: dist\n": `:1: unknown key "ap" at the top of the file; ` +
			`did you mean "app"? (the keys are app, servers`,
		"app:\n  rotes: [/a]\n":              `:2: unknown key "rotes" below app; did you mean "routes"?`,
		"app:\n":                             ":1: app: give a mapping here, with these keys: dist, routes, api, ",
		"app: ./dist\n":                      ":1: app: give a mapping here",
		"app:\n  dist:\n":                    ":2: app.dist: the value is missing; leave the key out",
		"app:\n  dist: [dist]\n":             ":2: app.dist: give one value here, not a list",
		"app:\n  routes: /a\n":               ":2: app.routes: give a list here, such as [/orders/42]",
		"app:\n  routes: []\n":               ":2: app.routes: the list is empty",
		"app:\n  routes:\n    - a\n":         `:3: app.routes[0]: "a" is not a percent-encoded path that begins with a slash`,
		"app:\n  routes: [/a b]\n":           `app.routes[0]: "/a b" is not a percent-encoded path`,
		"app:\n  api: api\n":                 `:2: app.api: "api" is not a percent-encoded path that begins with a slash`,
		"app:\n  api-get: {a: b}\n":          ":2: app.api-get: give one value here",
		"app:\n  features: [slow]\n":         ":2: app.features: give a mapping here, with these keys: slow, fail",
		"app:\n  features:\n    slwo: /a\n":  `:3: unknown key "slwo" below app.features; did you mean "slow"?`,
		"app:\n  features:\n    guard: []\n": ":3: app.features.guard: the list is empty",
		"app:\n  waive: later\n":             ":2: app.waive: give a mapping here, with these keys: names and values",
		"app:\n  waive:\n    a:\n":           ":3: app.waive.a: the value is missing",
		"app:\n  api: /a\n  api: /b\n":       ":3: app.api is given twice; the first is in line 2",
		"app:\n  api: |\n    /a\n    /b\n":   ":2: app.api: give a value on one line",
		"app:\n  dist: *gone\n":              ":2: not YAML: ",

		"loads: [page]\n": ":1: loads: give a mapping here, with these keys: page, deep-link, asset, ",
		"loads:\n  dep-link: {rate: 1}\n": `:2: unknown key "dep-link" below loads; did you ` +
			`mean "deep-link"? (the keys are page`,
		"loads:\n  page: 500\n": ":2: loads.page: give a mapping here, with these " +
			"keys: rate, path, connections, duration",
		"loads:\n  page: {}\n":          ":2: loads.page: it says nothing of the load; leave the key out, or give a rate",
		"loads:\n  page: {rte: 5}\n":    `:2: unknown key "rte" below loads.page; did you mean "rate"?`,
		"loads:\n  page: {rate: 0}\n":   `:2: loads.page.rate: "0" is not a whole number from 1 to 100000`,
		"loads:\n  page: {rate: 1.5}\n": `:2: loads.page.rate: "1.5" is not a whole number`,
		"loads:\n  page: {rate: }\n":    ":2: loads.page.rate: the value is missing",
		"loads:\n  page: {connections: 5000}\n": `:2: loads.page.connections: "5000" is not a ` +
			`whole number from 1 to 1000`,
		"loads:\n  visit: {connections: 5}\n": ":2: loads.visit.connections: a visit opens as " +
			"many connections as a browser",
		"loads:\n  page: {path: shop}\n": `:2: loads.page.path: "shop" is not a percent-encoded path that begins with a slash`,
		"loads:\n  page: {duration: 2}\n": `:2: loads.page.duration: "2" is not a duration ` +
			`from 10ms to 10m0s, such as 500ms`,
		"loads:\n  page: {duration: 1m1s}\n":        `:2: loads.page.duration: "1m1s" is not a duration`,
		"loads:\n  page: {duration: 20m}\n":         `:2: loads.page.duration: "20m" is not a duration`,
		"compare-with: disk-go\n":                   ":1: compare-with: give a list here, such as [embedded-go, null]",
		"compare-with: []\n":                        ":1: compare-with: the list is empty",
		"compare-with:\n  - disk-go\n  - disk-go\n": ":3: compare-with[1]: disk-go is listed twice",
		"compare-with:\n  - {a: b}\n":               ":2: compare-with[0]: give one value here",
		"compare-with:\n  - ~\n":                    ":2: compare-with[0]: the value is missing",
		"gate: [a]\n":                               ":1: gate: give one value here, not a list",
		"servers: [a]\n":                            ":1: servers: give a mapping here, with these keys: names of servers",
		"servers:\n  Web: {image: a}\n":             ":2: servers.Web: name a server with lower-case letters",
	} {
		refused(t, text, want)
	}
	for server, want := range map[string]string{
		"{}":                      ":2: servers.web: give one of image (a reference), dockerfile",
		"{image: a, port: http}":  `:2: servers.web.port: "http" is not a port`,
		"{image: a, port: 70000}": `"70000" is not a port, which is a number from 1 to 65535`,
		"{image: a, ready: up}":   `:2: servers.web.ready: "up" is not a percent-encoded path`,
		"{image: a, target: b}":   ":2: servers.web: context, target and build-args are for a dockerfile",
		"{imge: a}":               `:2: unknown key "imge" below servers.web; did you mean "image"?`,
		"shop:1.2": ":2: servers.web: give a mapping here, with these keys: " +
			"image, compose, entry, dockerfile, ",

		"{image: a, dockerfile: b}":                           ":2: servers.web: give one of image",
		"{image: a, compose: spabench.yaml, entry: web}":      ":2: servers.web: give one of image",
		"{compose: spabench.yaml}":                            ":2: servers.web: compose and entry belong together",
		"{image: a, entry: web}":                              ":2: servers.web: compose and entry belong together",
		`{compose: spabench.yaml, entry: "web:http"}`:         ":2: servers.web: entry is the name of a service",
		`{compose: spabench.yaml, entry: "web:80", port: 80}`: ":2: servers.web: entry is the name of a service",
		"{dockerfile: spabench.yaml, context: dist}":          "is not inside its context",
		"\n    image: a\n    env: {a b: c}":                   `:4: servers.web.env.a b: "a b" is not the name`,
		"\n    image: a\n    env: [A=b]":                      ":4: servers.web.env: give a mapping here",
	} {
		refused(t, "servers:\n  web: "+server+"\n", want)
	}
	_, err := Read(write(t, "app:\n  api: a\n  api-get: b\nap: 1\n"))
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("three faults: %v", err)
	}
}

func TestServers(t *testing.T) {
	t.Setenv("SPABENCH_SET", "secret")
	file := write(t, `servers:
  today: {image: "shop:1.2", port: 80, ready: /healthz, env: {A: "", SPABENCH_SET: , N: 5}}
  built: {dockerfile: spabench.yaml, target: run, build-args: {B: c}}
  above: {dockerfile: dist/../spabench.yaml, context: .}
  stack: {compose: spabench.yaml, entry: "web:80", env: {A: b}}
  plain: {compose: spabench.yaml, entry: web, port: 81}
`)
	p, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(file)
	want := []Server{
		{Name: "today", Image: "shop:1.2", Port: 80, Ready: "/healthz",
			Environ: map[string]string{"A": "", "SPABENCH_SET": "secret", "N": "5"}},
		{Name: "built", Dockerfile: "spabench.yaml", Context: dir, Target: "run", Args: map[string]string{"B": "c"}},
		{Name: "above", Dockerfile: "spabench.yaml", Context: dir},
		{Name: "stack", Compose: file, Entry: "web", Port: 80, Environ: map[string]string{"A": "b"}},
		{Name: "plain", Compose: file, Entry: "web", Port: 81},
	}
	if !reflect.DeepEqual(p.Servers, want) {
		t.Errorf("%+v\nwant %+v", p.Servers, want)
	}
	if s, ok := p.Server("built"); !ok || s.Name != "built" {
		t.Error(s, ok)
	}
	if _, ok := p.Server("gone"); ok {
		t.Error("a server that is not in the file is found")
	}
}

// What the file says of a bench is read, and null is the name of a variant there.
func TestBench(t *testing.T) {
	file := write(t, `loads:
  page: {rate: 500, connections: 4}
  deep-link: {path: "/orders/42", duration: 1.5s}
compare-with: [embedded-go, null]
gate: spabench.yaml
`)
	p, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	loads := []Load{
		{Name: "page", Rate: 500, Connections: 4},
		{Name: "deep-link", Path: "/orders/42", Duration: 1500 * time.Millisecond},
	}
	ours := []Setting{{Name: "embedded-go", Key: "compare-with[0]"}, {Name: "null", Key: "compare-with[1]"}}
	if !reflect.DeepEqual(p.Loads, loads) || !reflect.DeepEqual(p.CompareWith, ours) || p.Gate != file {
		t.Errorf("%+v", p)
	}
	if err := p.Missing(); err != nil {
		t.Error(err)
	}
	if got := p.Where("compare-with[1]"); got != file+":4: compare-with[1]" {
		t.Error(got)
	}
}

// What the file names need not be there for who does not use it.
func TestMissing(t *testing.T) {
	for text, want := range map[string]string{
		"app:\n  dist: ./build\n":                             "build is not a folder; build the app first",
		"app:\n  dist: spabench.yaml\n":                       "spabench.yaml is not a folder",
		"servers:\n  web: {dockerfile: b}\n":                  "b is not a file; give the path of a Dockerfile",
		"servers:\n  web: {compose: gone.yaml, entry: web}\n": ":2: servers.web.compose: ",

		"servers:\n  web: {dockerfile: gone/Dockerfile, context: gone}\n": "gone is not a folder",
		"gate: gone.txt\n": "gone.txt is not a file",

		"servers: {web: {image: a, env: {SPABENCH_UNSET: }}}\n": "environment has no variable SPABENCH_UNSET either",
	} {
		p, err := Read(write(t, text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		missing := errors.Join(p.Missing(), p.App.Missing())
		for _, s := range p.Servers {
			missing = errors.Join(missing, s.Missing())
		}
		if missing == nil || !strings.Contains(missing.Error(), want) {
			t.Errorf("%q: %v\nwant %q", text, missing, want)
		}
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
	if p, err := Find(filepath.Dir(write(t, "app: {api: /a}\n")), ""); err != nil || p == nil || !slices.Equal(p.App.APIs, []string{"/a"}) {
		t.Errorf("%+v, %v", p, err)
	}
}
