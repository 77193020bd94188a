package spatest

import (
	"bytes"
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// leakMarks are what errors show of a server's inside, by the kind.
var leakMarks = []struct {
	what string
	mark *regexp.Regexp
}{
	{"a Python stack trace", regexp.MustCompile(`Traceback \(most recent call last\)|File "[^"]+", line \d+`)},
	{"a Go stack trace", regexp.MustCompile(`goroutine \d+ \[|\S+\.go:\d+ \+0x[0-9a-f]+`)},
	{
		"a JavaScript stack trace",
		regexp.MustCompile(`\bat (async )?[^\n]{0,200}[/\\(][^\s()]+\.[cm]?[jt]s:\d+:\d+|\(node:internal/`),
	},
	{"a Java stack trace", regexp.MustCompile(`\bat [\w.$]+\([\w]+\.(java|kt|scala):\d+\)`)},
	{"a .NET stack trace", regexp.MustCompile(`\bat [\w.]+\([^)]*\) in [^\n]+:line \d+`)},
	{
		"a PHP error with its file",
		regexp.MustCompile(`(in|at) (<b>)?(/|[A-Z]:\\)[^\n<]+\.php(</b>)?( on line (<b>)?|:)\d+`),
	},
	{"a Ruby stack trace", regexp.MustCompile("\\S+\\.rb:\\d+:in [`'&]")},
	{"a Rust panic", regexp.MustCompile(`panicked at [^\n]+\.rs:\d+`)},
	{
		"the path of a file",
		regexp.MustCompile(
			`(?i)\b(open|stat|lstat|scandir|read|realpath|CreateFile|file)\s*:?\s*` +
				`(&#39;|&#x27;|&quot;|\\?["'])?(/[\w.@-]+){2,}[^\n]{0,300}` +
				`(no such file|not found|not exist|denied|is a directory|too long)`,
		),
	},
	{
		"the path of a file",
		regexp.MustCompile(
			`(?i)(ENOENT|EACCES|EISDIR|ENAMETOOLONG|ENOTDIR|no such file or directory|not a directory)\b` +
				`[^\n]{0,100}(&#39;|&#x27;|&quot;|["'\s])(/[\w.@-]+){2,}`,
		),
	},
	{
		"the path of a folder",
		regexp.MustCompile(
			`/usr/share/nginx/|/usr/local/apache2/|/var/www/|/usr/src/app\b|/home/[\w.-]+/|` +
				`\b[A-Z]:\\(\\)?(Users|inetpub|Program Files|Windows)\b`,
		),
	},
}

// leaked names what a text shows of the inside of its server, unless the request
// itself said so.
func leaked(body []byte, target string) string {
	for _, m := range leakMarks {
		for _, found := range m.mark.FindAll(body, 10) {
			if !strings.Contains(target, string(found)) {
				return m.what
			}
		}
	}
	return ""
}

const echo = `"><script>spatest()</script>`

func checkErrors(ctx context.Context, p *Pass) error {
	dir := p.indexedDirectory()
	if dir == "" {
		dir = p.assets()
	}
	encoded := "%22%3E%3Cscript%3Espatest()%3C/script%3E"
	var requests []Request
	for _, target := range []string{
		p.assets() + "/" + echo + ".js", p.assets() + "/" + encoded + ".js", p.assets() + "/missing.js?" + echo,
		"/" + echo, "/" + encoded, dir + "?" + echo, dir + "?" + encoded, dir + "/" + encoded + "/..",
		"/.well-known/" + encoded,
		"/%", "/%ff", p.assets() + "/%ff.js", p.assets() + "/" + strings.Repeat("a", 300) + ".js", p.assets() + "/%00",
		p.assets(), p.assets() + "/",
	} {
		requests = append(requests,
			Request{Target: target, Header: Navigation},
			Request{Target: target, Header: Subresource("empty")})
	}
	requests = append(requests, Request{Method: http.MethodPost, Target: "/" + encoded, Body: "{", Header: Navigation})
	if p.site.noAPI == "" {
		for _, header := range [][]Field{JSON, Navigation} {
			requests = append(requests,
				Request{Target: p.Target.apiPrefix() + "/" + encoded, Header: header},
				Request{Target: p.Target.apiPrefix() + "/%ff", Header: header})
			if p.Target.APIWrite != "" {
				requests = append(requests, Request{
					Method: http.MethodPost, Target: p.Target.APIWrite,
					Body:   `{"` + strings.ReplaceAll(echo, `"`, `\"`),
					Header: append([]Field{{"Content-Type", "application/json"}}, header...),
				})
			}
			if p.Target.APIFail != "" {
				requests = append(
					requests,
					Request{Target: strings.ReplaceAll(p.Target.APIFail, "{status}", "500"), Header: header},
				)
			}
		}
	}
	return inParallel(ctx, p, requests, func(ctx context.Context, request Request) error {
		x, err := p.Do(ctx, p.bounded(request))
		if refusedByClosing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		p.inspectError(x)
		return nil
	})
}

func (p *Pass) inspectError(x *Exchange) {
	body, err := p.Content(x)
	if err != nil || p.Resembles(x) || p.isBuildPage(body) {
		return
	}
	if what := leaked(body, x.Request.Target); what != "" && x.Response.Status >= 300 {
		p.Reportf(x, "an error that says what went wrong, but not where", "", "an error shows %s", what)
	}
	// Without a type browsers guess, and find HTML.
	kinds := []string{"text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml", ""}
	if slices.Contains(kinds, mediaType(x)) && bytes.Contains(body, []byte("<script>spatest()</script>")) {
		p.Reportf(x, "the request escaped, or not repeated", "", "a part of the request is repeated unescaped in HTML")
	}
}
