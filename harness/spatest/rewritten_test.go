package spatest

import (
	"strings"
	"testing"
)

func TestIsFilled(t *testing.T) {
	for _, test := range []struct {
		template, text string
		want           bool
	}{
		{`{ api: "${API_URL}" }`, `{ api: "https://api.example.com" }`, true},
		{`{ api: "${API_URL:-/api}", env: "__APP_ENV__" }`, `{ api: "", env: "production" }`, true},
		{`%VITE_TITLE% and {{ .Env.TITLE }}`, `a and b`, true},
		{`{ api: "${API_URL}" }`, `{ other: "https://api.example.com" }`, false},
		{`{ api: "${API_URL}" }`, `{ api: "https://api.example.com" }; start()`, false},
		{"const a = `${x} ${y}`", "const a = `1 2`", false}, // a template of the script's own
		{"the same", "the same", true},
		{"one", "other", false},
	} {
		if got := isFilled(test.template, test.text); got != test.want {
			t.Errorf("%q from %q: %t, want %t", test.text, test.template, got, test.want)
		}
	}
}

func TestIsRewritten(t *testing.T) {
	const (
		title  = "<!doctype html><head><!-- config --><title>A</title>"
		script = `<script src="/a-1.js"></script>`
		end    = "</head><body><div id=r></div>"
		built  = title + script + end
		nonce  = `<script nonce=x src="/a-1.js"></script>`
	)
	for _, test := range []struct {
		what, got string
		want      bool
	}{
		{"nothing", built, false},
		{"white space", strings.ReplaceAll(built, "><", "> <"), false},
		{"a nonce", title + nonce + end, true},
		{"a script for the comment",
			strings.Replace(built, "<!-- config -->", "<script>e={}</script>", 1), true},
		{"a configuration", title + `<script src="/env.js"></script>` + script + end, true},
		{"another script", title + `<script nonce=x src="/a-2.js"></script>` + end, false},
		{"a script of somebody else", title + `<script src="//cdn.example/x.js"></script>` + script + end, false},
		{"a text", title + nonce + strings.Replace(end, "></div>", ">x</div>", 1), false},
		{"half of it", title + nonce + "</head>", false},
	} {
		if got := isRewritten([]byte(built), []byte(test.got)); got != test.want {
			t.Errorf("%s: %t, want %t", test.what, got, test.want)
		}
	}
	const inline = `<script>window.env = { api: "/dev" };</script><p>`
	if !isRewritten([]byte(inline), []byte(`<script>window.env = { api: "/prod" };</script><p>`)) ||
		isRewritten([]byte(inline), []byte(`<p>`)) {
		t.Error("a script without src may set other values, and may not be missing")
	}
}

// TestIsBranded: what says something about the app's own page may be written into it, and is no damage.
func TestIsBranded(t *testing.T) {
	const (
		head  = `<html lang=en><head><title>Läden</title><meta name=description content=all>`
		app   = `<script src="/a-1.js"></script></head><body><div id=r></div>`
		built = head + app
	)
	replaced := func(old, new string) string { return strings.Replace(built, old, new, 1) }
	for _, test := range []struct {
		what, got string
		want      bool
	}{
		{"nothing", built, false},
		{"another title", replaced("Läden", "Shops & Co"), true},
		{"a title that was read as Latin-1", replaced("Läden", "LÃ¤den"), false},
		{"a title that has lost a letter", replaced("Läden", "L\uFFFDden"), false},
		{"a title in another encoding", replaced("Läden", "L\xe4den"), false},
		{"another language", replaced("lang=en", "lang=de class=dark"), true},
		{"no language", replaced(" lang=en", ""), false},
		{"another description", replaced("content=all", `content="all of them"`), true},
		{"no description", replaced(" content=all", ""), false},
		{"a comment in front", "<!-- request 7 -->" + built, true},
		{"data for the app", replaced("<div id=r>", `<div id=r data-api="/v2">`), true},
		{"a handler of errors", replaced("<body>", `<body onerror="x()">`), false},
		{"another script", replaced("a-1", "a-2"), false},
	} {
		if got := isBranded([]byte(built), []byte(test.got)); got != test.want {
			t.Errorf("%s: %t, want %t", test.what, got, test.want)
		}
		if test.want && isRewritten([]byte(built), []byte(test.got)) {
			t.Errorf("%s: in another page than the app's own", test.what)
		}
	}
}

// TestConfigNames: what is the app's is no configuration.
func TestConfigNames(t *testing.T) {
	for name, want := range map[string]bool{
		"/env.js": true, "/env-config.js": true, "/__env.js": true, "/config.json": true,
		"/assets/config/app-config.json": true, "/runtime-config.js": true,
		"/appsettings.production.json": true, "/settings.js?v=1": true,
		"/environment-picker.js": false, "/index.js": false, "/config.html": false,
		"/env.1a2b3c4d.js": false, "/sw.js": false,
	} {
		if got := isConfig(File{Target: name, Hashed: hashed(name)}); got != want {
			t.Errorf("%s: %t, want %t", name, got, want)
		}
	}
}
