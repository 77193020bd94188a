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
		{"another title", strings.Replace(built, ">A<", ">B & Co<", 1), true},
		{"a comment in front", "<!-- request 7 -->" + built, true},
		{"a language", strings.Replace(built, "<head>", `<html lang="de" data-theme="dark"><head>`, 1), false},
		{"a language of the page", strings.Replace(built, "<body>", `<body lang="de" class="dark">`, 1), true},
		{"data for the app", strings.Replace(built, "<div id=r>", `<div id=r data-api="/v2">`, 1), true},
		{"a handler of errors", strings.Replace(built, "<body>", `<body onerror="x()">`, 1), false},
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
