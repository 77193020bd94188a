package built

import (
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

func TestReadPage(t *testing.T) {
	files := map[string]bool{}
	for name := range strings.FieldsSeq("main.js poly.js assets/app.js assets/vendor.js a.css b.css logo.svg " +
		"hero.png font.woff2 _next/static/chunks/webpack-1.js _app/start.js größe/ä.js") {
		files[name] = true
	}
	files["a b.js"] = true
	for name, test := range map[string]struct {
		page string
		want Page
	}{
		"Vite": {
			`<script type="module" crossorigin src="/assets/app.js"></script>
			<link rel="modulepreload" href="/assets/vendor.js"><link rel=stylesheet href=/a.css>`,
			Page{Script: "assets/app.js", Loads: []string{"assets/app.js", "assets/vendor.js", "a.css"}, Scripts: 1},
		},
		"webpack": {
			`<script defer="defer" src="main.js?v=3"></script>`,
			Page{Script: "main.js", Loads: []string{"main.js"}, Scripts: 1, Relative: true},
		},
		"Angular": {
			`<base href="/"><link rel="stylesheet" href="a.css" media="print"><noscript>
			<link rel="stylesheet" href="b.css"></noscript><script src="main.js" type="module"></script>`,
			Page{Base: "/", Script: "main.js", Loads: []string{"a.css", "main.js"}, Scripts: 1},
		},
		"Next": {
			`<script src="/poly.js" nomodule></script><script src="/_next/static/chunks/webpack-1.js" async></script>
			<script>self.__next_f=[]</script><script type="application/json">{}</script>`,
			Page{
				Script: "_next/static/chunks/webpack-1.js", Scripts: 2,
				Loads: []string{"_next/static/chunks/webpack-1.js"},
			},
		},
		"SvelteKit": {
			`<link rel="modulepreload" href="./_app/start.js"><script>import("./_app/start.js")</script>`,
			Page{Script: "_app/start.js", Loads: []string{"_app/start.js"}, Scripts: 1, Relative: true},
		},
		"imports": {
			`<link rel="modulepreload" href="/assets/vendor.js">
			<script type="importmap">{"imports": "./poly.js"}</script>
			<script type="module">import a from "a"; import {b} from './main.js';import"/gone.js"</script>`,
			Page{
				Script: "main.js", Loads: []string{"assets/vendor.js", "main.js"}, Scripts: 1, Relative: true,
			},
		},
		"comment": {
			`<!--[if lt IE 9]><script src="/poly.js"></script><![endif]--><template><img src="/hero.png"></template>
			<title><script src="/poly.js"></script></title><SCRIPT SRC='/main.js'></SCRIPT>`,
			Page{Script: "main.js", Loads: []string{"main.js"}, Scripts: 1},
		},
		"elsewhere": {
			`<script src="https://cdn.example/main.js"></script><script src="//cdn.example/main.js"></script>
			<script src="data:text/javascript,1"></script>`,
			Page{Scripts: 3},
		},
		"pictures": {
			`<img src="/logo.svg"><img src="/hero.png" loading="lazy"><link rel="preload" as="font" href="/font.woff2">
			<link rel="icon" href="/logo.svg"><link rel="alternate stylesheet" href="/a.css">`,
			Page{Loads: []string{"logo.svg", "font.woff2"}},
		},
		"names": {
			`<script src="/a%20b.js"></script><script src="/gr%C3%B6%C3%9Fe/ä.js"></script>
			<script src=" /main.js "></script>`,
			Page{Script: "a b.js", Loads: []string{"a b.js", "größe/ä.js", "main.js"}, Scripts: 3},
		},
		"missing": {
			`<script src="/config.js"></script><script src="/main.js"></script>`,
			Page{Script: "main.js", Loads: []string{"main.js"}, Missing: []string{"/config.js"}, Scripts: 2},
		},
		"under a path": {
			`<script src="/shop/assets/app.js"></script>`,
			Page{Missing: []string{"/shop/assets/app.js"}, Scripts: 1, Under: "/shop"},
		},
		"beside another app": { // which is no reason to think of a base path
			`<script src="/shop/assets/app.js"></script><script src="/main.js"></script>`,
			Page{Script: "main.js", Loads: []string{"main.js"}, Missing: []string{"/shop/assets/app.js"}, Scripts: 2},
		},
		"plain": {`<p>Hello`, Page{}},
		"empty": {``, Page{}},
	} {
		got := ReadPage([]byte(test.page), func(name string) bool { return files[name] })
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s:\n%+v, want\n%+v", name, got, test.want)
		}
	}
}

func TestVisit(t *testing.T) {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"index.html":       `<script type="module" src="/assets/app.js"></script><link rel="stylesheet" href="/a.css">`,
		"assets/app.js":    `import{a as b}from"./vendor.js";import"./side.js";import("./lazy.js");import"react"`,
		"assets/vendor.js": `export*from"./deep.js";import"./app.js"`,
		"assets/side.js":   `console.log('imported from "./nowhere.js"')`,
		"assets/deep.js":   `1`, "assets/lazy.js": `1`, "assets/unused.js": `1`,
		"a.css": `@import url("/assets/b.css"); body{background:url(x.png)}`, "assets/b.css": `p{}`, "x.png": ``,
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	got, err := Visit(files)
	want := [][]string{
		{"index.html"}, {"assets/app.js", "a.css"}, {"assets/vendor.js", "assets/side.js", "assets/b.css"},
		{"assets/deep.js"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	if _, err := Visit(fstest.MapFS{}); err == nil {
		t.Error("without a page: no error")
	}
}

// TestScripts holds which scripts a page of a server loads, whether its build is known or not, and which comes first.
func TestScripts(t *testing.T) {
	for page, want := range map[string]string{
		`<p>text`: "",
		`<link rel=modulepreload href=/v.js><script src="https://cdn.test/a.js"></script>
			<script src='b.js?c=1&amp;d=2'></script>`: "/b.js?c=1&d=2 /v.js",
		// SvelteKit
		`<link href="./_app/entry/start.1.js" rel="modulepreload"><link href="./_app/chunks/c.js" rel="modulepreload">
			<link rel="preload" as="script" href="./_app/p.js"><script>{ Promise.all([
			import("./_app/entry/start.2.js"),
			import("./_app/entry/app.3.js")]).then(([kit, app]) => {}) }</script>`: "" +
			"/_app/entry/start.2.js /_app/entry/app.3.js /_app/entry/start.1.js /_app/chunks/c.js /_app/p.js",
		`<base href="/shop/"><script type=module>import * as a from"./a.js"
			import{b}from'../b.js';import "/c.js"
			import d from "d"; import(x); import(` + "`/${y}.js`" + `); import("//cdn.test/e.js"); important("/f.js")` +
			`</script>`: "/shop/a.js /b.js /c.js",
		`<script type="text/template">import "/a.js"</script><noscript><script>import "/b.js"</script></noscript>`: "",
	} {
		if got := strings.Join(Scripts([]byte(page)), " "); got != want {
			t.Errorf("%s\n%s, want %s", page, got, want)
		}
	}
}
