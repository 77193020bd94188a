package spatest

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"os"
	"regexp"
	"slices"
	"strings"
)

func hostileChecks() []Check {
	return []Check{
		{
			Name: "security-windows-paths", Group: "security", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file",
			Doc: `no path with backslashes, drives, device names or streams leaves the folder, hangs or causes a 5xx

On Windows such names open the console, a printer or another drive; elsewhere
they meet code that was written for Windows. Any 4xx, a redirect and the page are
legal. The names are in windows.txt.`,
			Run: checkWindows,
		},
		{
			Name: "security-control-bytes", Group: "security", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-5.5",
			Doc: `NUL, CR and LF in a path truncate no file name, reach no header field and cause no 5xx

A line break that gets into Location adds header fields of the attacker's choice,
cookies among them. A name that is truncated at a NUL is checked as one file and
opened as another.`,
			Run: checkControlBytes,
		},
		{
			Name: "security-error-no-leak", Group: "security", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://cwe.mitre.org/data/definitions/209.html",
			Doc: `an error or a redirect reveals no server path and no stack trace, and repeats no part of the request ` +
				`unescaped in HTML

Paths and stacks tell an attacker what runs and where. Input repeated unescaped in
HTML is a script in the app's own origin (CVE-2024-43799, CVE-2024-43800). An
escaped echo, or one in plain text or JSON, is legal.`,
			Run: checkErrors,
		},
		{
			Name: "security-oversize", Group: "security", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc6585.html#section-5",
			Doc: `a request target of 16 KB and a header of 64 KB are answered in time and without a 5xx

Too many cookies are an everyday case. 414, 431, any other 4xx, a normal response,
and closing the connection are legal.`,
			Run: checkOversize,
		},
	}
}

//go:embed windows.txt
var windowsCorpus string

func checkWindows(ctx context.Context, p *Pass) error {
	script := "/index.html"
	if scripts := p.filesWhere(func(f File) bool { return f.Dest == "script" }); len(scripts) > 0 {
		script, _, _ = strings.Cut(scripts[0].Target, "?")
	}
	targets := corpusLines(windowsCorpus, "{assets}", p.assets(), "{script}", script)
	return p.each(ctx, probes(targets), func(ctx context.Context, f File) error {
		const expected = "a 4xx, a redirect or the page"
		x, err := p.probe(ctx, f.Target, Subresource("empty"))
		if refusedByClosing(err) {
			return nil
		}
		if err != nil {
			return p.hangs(ctx, x, err, expected, "a name of Windows hangs")
		}
		if what := p.leak(x); what != "" {
			p.Reportf(x, "no file from outside the build", "", "the response holds %s", what)
		} else if x.Response.Status >= 500 {
			p.Reportf(x, expected, "", "a Windows name causes a server error")
		}
		return nil
	})
}

// hangs reports an exchange that ran into the time bound, if the page is answered
// at once; else nobody can tell, and the error stands.
func (p *Pass) hangs(ctx context.Context, x *Exchange, err error, expected, message string) error {
	if !errors.Is(err, os.ErrDeadlineExceeded) || x == nil || ctx.Err() != nil {
		return err
	}
	if _, alive := p.Get(ctx, "/", Navigation); alive != nil {
		return err
	}
	p.Reportf(x, expected, "no response within "+p.Target.Timeout.String(), "%s", message)
	return nil
}

// injected is a header field that only the request could have put into a response.
const injected = "X-Spatest-Injected"

func checkControlBytes(ctx context.Context, p *Pass) error {
	if err := p.checkNUL(ctx); err != nil {
		return err
	}
	dir := p.indexedDirectory()
	if dir == "" {
		dir = "/docs"
	}
	route, _, _ := strings.Cut(p.Routes()[0], "?")
	var targets []string
	for _, end := range []string{"%0d%0a", "%0a", "%0D", "%E5%98%8D%E5%98%8A"} { // the last are CR and LF once they are cut to bytes
		field := end + injected + ":%201"
		targets = append(targets,
			"/spatest"+field, dir+field, dir+"?a="+field, dir+field+"/..", "/"+field+"/%2e%2e",
			strings.TrimRight(route, "/")+"/?a="+field, p.assets()+"/spatest"+field+".js",
		)
	}
	targets = append(targets, "/spatest%00bar", "/spatest%00", "/%00", p.assets()+"/spatest%00.js", dir+"%00")
	return p.each(ctx, probes(targets), func(ctx context.Context, f File) error {
		x, err := p.probe(ctx, f.Target, Navigation)
		if refusedByClosing(err) {
			return nil
		}
		var malformed textproto.ProtocolError
		if errors.As(err, &malformed) && x != nil {
			p.Reportf(x, "a header that can be read", malformed.Error(), "a control character in the path breaks the header")
			return nil
		}
		if err != nil {
			return err
		}
		switch name := controlled(x.Response.Header); {
		case name != "":
			p.Reportf(
				x,
				"no header field injected by the path",
				name+": "+x.Response.Header.Get(name),
				"a line end in the path gets into the header",
			)
		case x.Response.Status >= 500:
			p.Reportf(x, "the page, or a 4xx", "", "a control character in the path causes a server error")
		}
		return nil
	})
}

// controlled is a header field that the request wrote, or one with control
// characters in its value; empty if there is none.
func controlled(h http.Header) string {
	for name, values := range h {
		if name == injected || strings.ContainsAny(strings.Join(values, ""), "\x00\r\n") {
			return name
		}
	}
	return ""
}

// checkNUL: a file's name with a NUL behind it is not the file's name.
func (p *Pass) checkNUL(ctx context.Context) error {
	files := p.filesWhere(
		func(f File) bool { return f.Target != "/" && !strings.HasSuffix(f.Target, "/") && f.Ext() != ".html" },
	)
	for _, f := range files[:min(2, len(files))] {
		target, _, _ := strings.Cut(f.Target, "?")
		plain, err := p.probe(ctx, target, Subresource(f.Dest))
		if err != nil || plain.Response.Status != http.StatusOK || plain.Response.Size == 0 || p.Resembles(plain) {
			continue
		}
		for _, end := range []string{"%00", "%00.html"} {
			x, err := p.probe(ctx, target+end, Subresource(f.Dest))
			if refusedByClosing(err) {
				continue
			}
			if err != nil {
				return err
			}
			if x.Response.Status >= 500 {
				p.Reportf(x, "a 4xx", "", "a NUL in the path causes a server error")
			} else if x.Response.Status == http.StatusOK && bytes.Equal(x.Response.Body, plain.Response.Body) {
				p.Reportf(x, "404 (any 4xx)", "", "a file name is cut at a NUL")
			}
		}
	}
	return nil
}

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
			`(?i)\b(open|stat|lstat|scandir|read|realpath|CreateFile|file)\s*:?\s*(&#39;|&#x27;|&quot;|\\?["'])?(/[\w.@-]+){2,}[^\n]{0,300}(no such file|not found|not exist|denied|is a directory|too long)`,
		),
	},
	{
		"the path of a file",
		regexp.MustCompile(
			`(?i)(ENOENT|EACCES|EISDIR|ENAMETOOLONG|ENOTDIR|no such file or directory|not a directory)\b[^\n]{0,100}(&#39;|&#x27;|&quot;|["'\s])(/[\w.@-]+){2,}`,
		),
	},
	{
		"the path of a folder",
		regexp.MustCompile(
			`/usr/share/nginx/|/usr/local/apache2/|/var/www/|/usr/src/app\b|/home/[\w.-]+/|\b[A-Z]:\\(\\)?(Users|inetpub|Program Files|Windows)\b`,
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
		"/" + echo, "/" + encoded, dir + "?" + echo, dir + "?" + encoded, dir + "/" + encoded + "/..", "/.well-known/" + encoded,
		"/%", "/%ff", p.assets() + "/%ff.js", p.assets() + "/" + strings.Repeat("a", 300) + ".js", p.assets() + "/%00", p.assets(), p.assets() + "/",
	} {
		requests = append(requests,
			Request{Target: target, Header: Navigation},
			Request{Target: target, Header: Subresource("empty")})
	}
	requests = append(requests, Request{Method: http.MethodPost, Target: "/" + encoded, Body: "{", Header: Navigation})
	if p.site.api == "" {
		for _, header := range [][]Field{JSON, Navigation} {
			requests = append(requests,
				Request{Target: p.Target.apiPrefix() + "/" + encoded, Header: header},
				Request{Target: p.Target.apiPrefix() + "/%ff", Header: header})
			if p.Target.APIWrite != "" {
				requests = append(requests, Request{
					Method: http.MethodPost, Target: p.Target.APIWrite, Body: `{"` + strings.ReplaceAll(echo, `"`, `\"`),
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

const (
	longTarget = 16 << 10 // bytes
	longHeader = 64 << 10 // bytes
)

func checkOversize(ctx context.Context, p *Pass) error {
	const padding = "X-Spatest-Padding"
	many := slices.Clone(Navigation)
	for i := range 256 {
		many = append(many, Field{fmt.Sprintf("%s-%d", padding, i), strings.Repeat("a", longHeader/256-len(padding)-8)})
	}
	for _, big := range []struct {
		what    string
		request Request
	}{
		{"a request target of 16 KB", Request{Target: "/spatest/" + strings.Repeat("a", longTarget), Header: Navigation}},
		{"a query of 16 KB", Request{Target: "/?q=" + strings.Repeat("a", longTarget), Header: Navigation}},
		{"an asset's name of 16 KB", Request{Target: p.assets() + "/" + strings.Repeat("a", longTarget) + ".js", Header: Script}},
		{"a header field of 64 KB", Request{Target: "/", Header: append([]Field{{padding, strings.Repeat("a", longHeader)}}, Navigation...)}},
		{"256 header fields of 64 KB together", Request{Target: "/", Header: many}},
	} {
		const expected = "414, 431 or another 4xx, or the answer to any request"
		x, err := p.Do(ctx, p.bounded(big.request))
		if x != nil {
			shorten(&x.Request, padding)
		}
		if refusedByClosing(err) {
			continue
		}
		if err != nil {
			if err := p.hangs(ctx, x, err, expected, big.what+" hangs"); err != nil {
				return err
			}
		} else if x.Response.Status >= 500 {
			p.Reportf(x, expected, "", "%s causes a server error", big.what)
		}
	}
	return nil
}

// shorten makes a report of a request with long fields readable: the first is
// shown as a shell variable, to be set to as many bytes, the others are left out.
func shorten(request *Request, padding string) {
	kept := false
	request.Header = slices.DeleteFunc(slices.Clone(request.Header), func(f Field) bool {
		drop := strings.HasPrefix(f.Name, padding) && kept
		kept = kept || strings.HasPrefix(f.Name, padding)
		return drop
	})
	for i, f := range request.Header {
		if strings.HasPrefix(f.Name, padding) {
			request.Header[i].Value = secretOf(f.Name)
		}
	}
}
