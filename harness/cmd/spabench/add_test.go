package main

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

func TestReadAdded(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("site/sub", 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"Dockerfile": "FROM scratch\n", "site/web.Dockerfile": "FROM scratch\n",
		"compose.yaml": "services: {}\n",
		"spabench.yaml": "app: {routes: [/orders]}\n" +
			"servers:\n  today: {image: \"shop:1.2\", port: 80, ready: /up}\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for given, want := range map[string]rig.Added{
		"a=site/web.Dockerfile#3000": {
			Name: "a", Source: lab.Source{Context: "site", Dockerfile: "web.Dockerfile"}, Port: 3000,
		},
		"s=./compose.yaml#web:80": {
			Name: "s", Source: lab.Source{Compose: "./compose.yaml", Entry: "web"}, Port: 80,
		},
		"shop=./Dockerfile":           {Name: "shop", Source: lab.Source{Context: ".", Dockerfile: "Dockerfile"}},
		"shop=registry.test:5000/s:1": {Name: "shop", Source: lab.Source{Image: "registry.test:5000/s:1"}},
		"shop=nginx#8080":             {Name: "shop", Source: lab.Source{Image: "nginx"}, Port: 8080},
		"s=compose.yaml#web":          {Name: "s", Source: lab.Source{Compose: "compose.yaml", Entry: "web"}},
		"today": {Name: "today", Source: lab.Source{Image: "shop:1.2"}, Port: 80, Ready: "/up",
			App: variants.App{Routes: []string{"/orders"}}, Waive: map[string]string{}},
	} {
		got, err := readAdded([]string{given}, "")
		if err != nil || len(got) != 1 || !reflect.DeepEqual(got[0], want) {
			t.Errorf("%s: %+v, %v\nwant %+v", given, got, err, want)
		}
	}
	abs, err := filepath.Abs("gone")
	if err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{
		"Shop=nginx": "lower-case letters", "=nginx": "lower-case letters", "shop=": "neither a file nor the reference",
		"shop=site":   "site is a folder; give the path of the Dockerfile in it",
		"shop=./gone": "there is no file ./gone",
		"shop=" + abs: "there is no file", "shop=gone/Dockerfile": "there is no file gone/Dockerfile",
		"shop=nginx#http": `"http" is not a port`, "shop=nginx#0": `"0" is not a port`,
		"shop=a b":      "neither a file nor",
		"fastapi=nginx": "the name fastapi is taken", "control=nginx": "the name control is taken",
		"s=compose.yaml":          "name the service that browsers talk to, as in s=compose.yaml#web or #web:80",
		"s=compose.yaml#web:http": `"http" is not a port`, "s=gone.yml#web": "there is no file gone.yml",
		"tomorrow": `unknown server "tomorrow"`,
	} {
		if _, err := readAdded([]string{given}, ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", given, err, want)
		}
	}
	if _, err := readAdded([]string{"a=nginx", "a=caddy"}, ""); err == nil {
		t.Error("two servers of one name: no error")
	}
}

func TestSelectArms(t *testing.T) {
	added := []rig.Added{{Name: "shop"}, {Name: "next"}}
	byDefault := append(variants.Names(variants.Measured()), "shop", "next")
	for only, want := range map[string][]string{
		"":                  byDefault,
		"next,shop":         {"shop", "next", "null"}, // the first is the A/A control
		"next,fastapi,shop": {"fastapi", "null", "shop", "next"},
	} {
		var names []string
		if only != "" {
			names = strings.Split(only, ",")
		}
		got, err := selectArms(names, added)
		if err != nil || !reflect.DeepEqual(variants.Names(got), want) {
			t.Errorf("--only %s: %q, %v, want %q", only, variants.Names(got), err, want)
		}
	}
	for only, want := range map[string]string{
		"shop,next,fstapi": `unknown variant "fstapi"`, "fastapi,shop": "--only leaves out next, which --add adds",
	} {
		if _, err := selectArms(strings.Split(only, ","), added); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("--only %s: %v, want %q", only, err, want)
		}
	}
}

// A run is resumed with the servers that it had; their secrets are not in its record.
func TestReadAddedAgain(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(environ string) {
		text := "servers:\n  today: {image: \"shop:1.2\", port: 80, env: {" + environ + "}}\n"
		if err := os.WriteFile("spabench.yaml", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("TOKEN: sesame")
	added, err := readAdded([]string{"today"}, "")
	if err != nil {
		t.Fatal(err)
	}
	recorded := recordAdded([]string{"today"}, added)
	want := record.Added{Name: "today", Given: "today", Server: "the image shop:1.2, port 80, environment TOKEN"}
	if len(recorded) != 1 || recorded[0] != want {
		t.Errorf("%+v", recorded)
	}
	if again, err := readAddedAgain(record.Plan{Added: recorded}, nil); err != nil || !reflect.DeepEqual(again, added) {
		t.Errorf("%+v, %v", again, err)
	}
	write("OTHER: sesame")
	if _, err := readAddedAgain(record.Plan{Added: recorded}, nil); !errors.Is(err, record.ErrChanged) {
		t.Errorf("with another environment: %v", err)
	}
}

// No absolute path is recorded, so that who resumes a run must give such a server again, and is told so.
func TestShownSource(t *testing.T) {
	here, elsewhere := t.TempDir(), t.TempDir()
	t.Chdir(here)
	for _, dir := range []string{here, elsewhere} {
		for _, name := range []string{"Dockerfile", "compose.yaml"} {
			if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	last := filepath.Base(elsewhere)
	dockerfile := "shop=" + filepath.Join(elsewhere, "Dockerfile")
	for given, want := range map[string]string{
		"shop=./Dockerfile": "shop=./Dockerfile", "shop=../a/Dockerfile#80": "shop=../a/Dockerfile#80",
		"shop=registry.test/s:1#80": "shop=registry.test/s:1#80", "today": "today", "main": "main",
		"shop=" + filepath.Join(here, "Dockerfile"):                    "shop=Dockerfile",
		"shop=" + filepath.Join(elsewhere, "compose.yaml") + "#web:80": "shop=…/" + last + "/compose.yaml#web:80",
		dockerfile:                        "shop=…/" + last + "/Dockerfile",
		filepath.Join(here, "Dockerfile"): "Dockerfile", // as a duel has it
	} {
		if got := shownSource(given); got != want {
			t.Errorf("%s is shown as %s, want %s", given, got, want)
		}
	}
	added, err := readAdded([]string{dockerfile}, "")
	if err != nil {
		t.Fatal(err)
	}
	recorded := recordAdded([]string{dockerfile}, added)
	if text := recorded[0].Given + recorded[0].Server; strings.Contains(text, filepath.Dir(elsewhere)) {
		t.Errorf("recorded %s", text)
	}
	_, err = readAddedAgain(record.Plan{Added: recorded}, nil)
	want := "give it again, as --add shop=PATH/" + last + "/Dockerfile"
	if err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
	if again, err := readAddedAgain(record.Plan{Added: recorded}, []string{dockerfile}); err != nil || !reflect.DeepEqual(again, added) {
		t.Errorf("given again: %+v, %v", again, err)
	}
	if _, err := readAddedAgain(record.Plan{Added: recorded}, []string{"other=shop:1"}); err == nil {
		t.Error("a server that the run does not have: no error")
	}
}
