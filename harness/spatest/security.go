package spatest

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"net"
	"os"
	"regexp"
	"slices"
	"spabench/harness/internal/rawhttp"
	"strings"
)

func securityChecks() []Check {
	return slices.Concat([]Check{
		{
			Name: "security-traversal", Group: "security", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://owasp.org/www-community/attacks/Path_Traversal",
			Doc: `no spelling of "..", of an absolute path or of a sibling's name leaves the folder that is served

Above it lie configuration, keys and other tenants' files. The spellings are those
that worked in published advisories (traversal.txt).`,
			Run: checkTraversal,
		},
	}, guardChecks(), redirectChecks(), hiddenChecks(), projectFileChecks(), hostileChecks(), headerChecks(),
		nonceChecks())
}

//go:embed traversal.txt
var traversalCorpus string

// bait are files that stand on every system of a kind, with what gives them away.
var bait = []struct {
	file  string
	proof *regexp.Regexp
}{
	{"etc/passwd", regexp.MustCompile(`(?m)^root:[^:\n]*:0:0:`)},
	{"proc/version", regexp.MustCompile(`^Linux version [0-9]`)},
	{"windows/win.ini", regexp.MustCompile(`(?im)^\[(fonts|extensions)\]`)},
}

// traversals expands the corpus to request targets.
func traversals(corpus, assetDir string) []string {
	if assetDir == "" {
		assetDir = "/static"
	}
	var targets []string
	for _, line := range corpusLines(corpus, "{assets}", assetDir) {
		if !strings.Contains(line, "{file}") {
			targets = append(targets, line)
			continue
		}
		for _, b := range bait {
			targets = append(targets, strings.ReplaceAll(line, "{file}", b.file))
		}
	}
	return targets
}

// corpusLines reads a data file: what is not empty and no comment, with
// placeholders replaced as by strings.NewReplacer.
func corpusLines(corpus string, oldnew ...string) []string {
	var lines []string
	placeholders := strings.NewReplacer(oldnew...)
	for line := range strings.Lines(corpus) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, placeholders.Replace(line))
		}
	}
	return lines
}

// probes makes files of request targets, for each.
func probes(targets []string) []File {
	var files []File
	for _, target := range targets {
		files = append(files, File{Target: target})
	}
	return files
}

// probe asks for one of many targets: what a hostile server sends must stay small.
func (p *Pass) probe(ctx context.Context, target string, header []Field) (*Exchange, error) {
	return p.Do(ctx, p.bounded(Request{Target: target, Header: header}))
}

// bounded lets a response be no longer than is needed to tell it from the page.
func (p *Pass) bounded(request Request) Request {
	request.maxBody = max(256<<10, 2*int64(len(p.site.shell)))
	return request
}

// assets is the directory of assets, or the one that most servers would have.
func (p *Pass) assets() string {
	if p.site.assetDir == "" {
		return "/static"
	}
	return p.site.assetDir
}

func checkTraversal(ctx context.Context, p *Pass) error {
	return p.each(ctx, probes(traversals(traversalCorpus, p.site.assetDir)), func(ctx context.Context, f File) error {
		x, err := p.probe(ctx, f.Target, Subresource("empty"))
		if refusedByClosing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if what := p.leak(x); what != "" {
			p.Reportf(x, "no file from outside the build", "", "the response holds %s", what)
		}
		return nil
	})
}

// refusedByClosing: a server may end the connection on a request it calls an attack.
func refusedByClosing(err error) bool {
	var op *net.OpError
	return errors.Is(err, rawhttp.ErrClosed) ||
		errors.As(err, &op) && op.Op != "dial" && !errors.Is(err, os.ErrDeadlineExceeded)
}

// leak names what a response holds and must not: a canary, or a file of the
// operating system that the build does not quote.
func (p *Pass) leak(x *Exchange) string {
	body, err := p.Content(x)
	if err != nil {
		body = x.Response.Body
	}
	for _, canary := range p.Target.Canaries {
		if bytes.Contains(body, []byte(canary)) {
			return "a canary"
		}
	}
	for _, b := range bait {
		if b.proof.Match(body) && !bytes.Equal(body, p.site.shell) {
			return "/" + b.file
		}
	}
	return ""
}
