package mutant

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"strings"
	"sync"
	"testing/fstest"
)

// Fixture is a small build of a single-page app that has a file of every kind
// that checks ask for: index.html, hashed assets with .gz sidecars, a directory
// with an index and one without, odd file names, an empty file. It has no .br
// sidecars: the standard library cannot write them. The bytes are the same at
// every call. It is a whole app: a browser that opens it can go from route to
// route, and gets a chunk on the way.
func Fixture() fs.FS { return fixture() }

// NextFixture is the next build of the same app: the page and the scripts have
// other content, and so the scripts other names.
func NextFixture() fs.FS { return nextFixture() }

var (
	fixture     = sync.OnceValue(func() fs.FS { return makeFixture("A", "") })
	nextFixture = sync.OnceValue(func() fs.FS { return makeFixture("B", "") })
)

// makeFixture makes the build of an app that is to be served under base.
func makeFixture(id, base string) fstest.MapFS {
	build := fstest.MapFS{}
	add := func(name, content string) string {
		build[name] = &fstest.MapFile{Data: []byte(content), Mode: 0o644}
		if small := compress(content); isText(name) && len(content) >= 1024 && len(small) < len(content) {
			build[name+".gz"] = &fstest.MapFile{Data: small, Mode: 0o644}
		}
		return base + "/" + name
	}
	hashed := func(name, ext, content string) string {
		sum := sha256.Sum256([]byte(content))
		return add("assets/"+name+"-"+hex.EncodeToString(sum[:4])+ext, content)
	}

	integrity := func(url string) string {
		sum := sha512.Sum384(build[strings.TrimPrefix(url, base+"/")].Data)
		return "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
	}

	module := hashed("math", ".mjs", "export const add = (a, b) => a + b;\n"+filler("// "))
	wasm := hashed("add", ".wasm", "\x00asm\x01\x00\x00\x00"+strings.Repeat("\x00\x02\x01a", 300)) // custom sections
	lazy := hashed("about", ".js", "export const title = 'About', text = 'Build "+id+"';\n"+filler("// "))
	script := hashed("index", ".js", fmt.Sprintf(app, module, lazy, wasm)+filler("// "))
	font := hashed("serif", ".woff2", "wOF2\x00\x01\x00\x00"+strings.Repeat("\x00", 64))
	style := hashed(
		"index",
		".css",
		fmt.Sprintf("@font-face { font-family: serif; src: url(%s); }\n/*\n%s*/\n", font, filler("")),
	)
	logo := hashed(
		"logo",
		".svg",
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><title>`+filler(
			"",
		)+`</title><path d="M0 0h8v8H0z"/></svg>`,
	)

	add("index.html", fmt.Sprintf(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="spabench-build" content="%s">
<title>Library</title>
<link rel="icon" href="%s/favicon.ico">
<link rel="manifest" href="%s/manifest.webmanifest">
<link rel="preload" href="%s" as="font" type="font/woff2" crossorigin>
<link rel="modulepreload" href="%s" integrity="%s">
<link rel="stylesheet" href="%s" integrity="%s">
<script src="%s/env.js"></script>
<script type="module" src="%s" integrity="%s"></script>
</head>
<body>
<div id="root"></div>
<img src="%s" alt="">
<!-- <script src="/assets/commented-0badcafe.js"></script>
%s-->
</body>
</html>
`, id, base, base, font, module, integrity(module), style, integrity(style), base, script, integrity(script), logo,
		filler("")))
	add("env.js", "window.env = { title: 'Library' };\n")
	add("docs/index.html", "<!doctype html>\n<meta charset=utf-8>\n<title>Docs</title>\n<h1>How to read</h1>\n")
	add("images/cover.avif", "\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf")
	add("images/cover.png", picture())
	add("sw.js", "self.addEventListener('install', () => self.skipWaiting());\n")
	add("manifest.webmanifest", `{"name":"Library","start_url":"/","display":"standalone"}`)
	add("version.json", `{"version":"1"}`)
	add("robots.txt", "User-agent: *\nAllow: /\n")
	add("favicon.ico", "\x00\x00\x01\x00\x01\x00\x01\x01\x00\x00\x01\x00\x18\x00\x30\x00\x00\x00\x16\x00\x00\x00")
	add(".well-known/security.txt", "Contact: mailto:security@example.com\nExpires: 2100-01-01T00:00:00Z\n")
	add(".well-known/apple-app-site-association", `{"applinks":{"details":[]}}`)
	add(".well-known/assetlinks.json", "[]")
	add(".env", "TOKEN="+Canary+"\n")
	add(".git/config", "[remote]\nurl = https://"+Canary+"@example.com/app.git\n")
	add("with space.txt", "a name with a space\n")
	add("fünke.txt", "a name beyond ASCII\n")
	add("a%20b.txt", "a name with a percent sign, decoded already\n")
	add("empty.txt", "")
	return build
}

// app is the entry script. Its arguments are the URLs of a module that it needs
// at once, of the chunk of one route, and of a file that it only names.
const app = `import { add } from %q;
const lazy = %q, wasm = %q;
const root = document.querySelector('#root');
root.dataset.wasm = wasm;

function element(name, properties, ...children) {
  const e = Object.assign(document.createElement(name), properties);
  e.append(...children);
  return e;
}

async function show() {
  const path = location.pathname;
  let page = { title: path === '/' ? 'Library' : 'Page ' + path, text: add(1, 1) + ' books' };
  if (path === '/about') {
    page = await import(lazy).catch(() => ({ title: 'Failed', text: 'This page did not load.' }));
  }
  if (path !== location.pathname) return; // somebody was faster than the chunk
  document.title = page.title;
  root.replaceChildren(
    element('nav', {},
      element('a', { href: '/' }, 'Library'), ' ',
      element('a', { href: '/users/42' }, 'Reader'), ' ',
      element('a', { href: '/about' }, 'About')),
    element('h1', {}, page.title),
    element('p', {}, page.text));
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link || link.origin !== location.origin || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  show();
});
addEventListener('popstate', show);
navigator.serviceWorker?.register('/sw.js').catch(() => {}); // without one the app is whole
show();
`

// filler is text long enough to be worth compressing, each line behind prefix.
func filler(prefix string) string {
	return strings.Repeat(prefix+"Call me Ishmael. Some years ago, never mind how long precisely.\n", 24)
}

func isText(name string) bool {
	return strings.HasSuffix(name, ".html") || strings.HasSuffix(name, "js") || strings.HasSuffix(name, ".css") ||
		strings.HasSuffix(name, ".svg") || strings.HasSuffix(name, ".wasm") || strings.HasSuffix(name, ".txt")
}

func compress(content string) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	w.Write([]byte(content)) // a bytes.Buffer takes everything
	w.Close()
	return b.Bytes()
}

func picture() string {
	var b strings.Builder
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		panic(err) // a strings.Builder takes everything
	}
	return b.String()
}
