package spatest

import (
	"context"
	_ "embed"
	"errors"
	"os"
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
			Doc: `an error or a redirect reveals no server path and no stack trace, ` +
				`and repeats no part of the request unescaped in HTML

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
			return p.hangs(ctx, x, err, expected, "a request for a Windows name hangs")
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
