package described

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/project"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// read reads a project's file with this text, in a folder that has a build and a Dockerfile.
func read(t *testing.T, text string) *project.Project {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, project.FileName)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	p, err := project.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A target and a server have all that the file says of them.
func TestDescribed(t *testing.T) {
	p := read(t, `app:
  dist: dist
  routes: [/orders/42]
  api: /rest
  api-get: /rest/up
  features: {limit: 4096, guard: [/.env, /admin], write: /rest/items}
  waive: {security-baseline-headers: the gateway adds them}
servers:
  today: {dockerfile: Dockerfile, target: web, build-args: {A: b}, port: 80, ready: /up, env: {TOKEN: sesame}}
`)
	target, err := Target(p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := target.Dist.Open("index.html"); err != nil {
		t.Error(err)
	}
	waived := map[string]string{"security-baseline-headers": "the gateway adds them"}
	if target.API != "/rest" || target.APIGet != "/rest/up" || target.APIWrite != "/rest/items" ||
		target.APILimit != 4096 || strings.Join(target.Guarded, " ") != "/.env /admin" ||
		strings.Join(target.Routes, " ") != "/orders/42" || target.Decoders["br"] == nil ||
		!reflect.DeepEqual(target.Waive, waived) {
		t.Errorf("%+v", target)
	}
	got, err := Server(p, "--start", "today")
	want := rig.Added{
		Name: "today", Port: 80, Ready: "/up", Environ: map[string]string{"TOKEN": "sesame"}, Waive: waived,
		App: variants.App{Routes: []string{"/orders/42"}, API: "/rest", APIGet: "/rest/up"},
		Source: lab.Source{
			Context: filepath.Dir(p.File), Dockerfile: "Dockerfile", Target: "web", Args: map[string]string{"A": "b"},
		},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v\nwant %+v", got, err, want)
	}
}

// What cannot be used is refused with its place in the file.
func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"app: {dist: gone}":                       "gone is not a folder; build the app first",
		"app: {features: {fail: /fail}}":          "spabench.yaml:1: app.features.fail: \"/fail\" lacks {status}",
		"app: {waive: {security-baselines: why}}": "spabench.yaml:1: app.waive.security-baselines: unknown check",
	} {
		if _, err := Target(read(t, text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	for text, want := range map[string]string{
		"app: {api: /api}":                              "--start today: ",
		"servers: {tomorrow: {image: shop}}":            `--start: unknown server "today"`,
		"servers: {today: {dockerfile: Dockerfile.no}}": "Dockerfile.no is not a file",
	} {
		if _, err := Server(read(t, text), "--start", "today"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	_, err := Server(nil, "--start", "today")
	if err == nil || !strings.Contains(err.Error(), "no spabench.yaml here") {
		t.Errorf("without a file: %v", err)
	}
}
