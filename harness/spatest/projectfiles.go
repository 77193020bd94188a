package spatest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

func projectFileChecks() []Check {
	return []Check{
		{
			Name: "security-project-files", Group: "security", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://expressjs.com/en/starter/static-files.html",
			Doc: `the files of the project around the build are not served: its manifests, its server's source, ` +
				`its Dockerfile, its dependencies, its data

express.static(__dirname) and "root /srv/app" serve the whole project. What begins with a dot is
left out by most libraries; exact versions, source code, keys and databases are not. What
counts is content of the kind that the name promises, so a route or a page at such a path is legal, and so is
what the build has there (projectfiles.txt).`,
			Run: checkProjectFiles,
		},
		{
			Name: "security-source-maps", Group: "security", Level: May,
			DependsOn: []string{"routing-root"},
			Spec:      "https://tc39.es/ecma426/#sec-linking-generated-code",
			Doc: `scripts and style sheets have no source map beside them

A map usually holds the whole source of the app. Some teams publish it on purpose, others do not
know that they do; an error tracker needs it at its own end only.`,
			Run: checkSourceMaps,
		},
	}
}

//go:embed projectfiles.txt
var projectCorpus string

// projectFile is what a project has, and the content by which it is known.
type projectFile struct {
	target string
	mark   *regexp.Regexp
}

// readProjectFiles reads the corpus: a target and the rest of its line, which is a regular expression.
func readProjectFiles(lines []string) ([]projectFile, error) {
	var files []projectFile
	for _, line := range lines {
		target, expression, _ := strings.Cut(line, " ")
		mark, err := regexp.Compile(strings.TrimSpace(expression))
		if err != nil || !strings.HasPrefix(target, "/") || strings.TrimSpace(expression) == "" {
			return nil, fmt.Errorf("read %q: want a path and a regular expression: %w", line, err)
		}
		files = append(files, projectFile{target, mark})
	}
	return files, nil
}

func checkProjectFiles(ctx context.Context, p *Pass) error {
	known, err := readProjectFiles(corpusLines(projectCorpus))
	if err != nil {
		return err
	}
	// What the build has, or the page refers to, is meant to be served.
	known = slices.DeleteFunc(known, func(f projectFile) bool {
		return slices.ContainsFunc(p.site.files, func(built File) bool { return built.Target == f.target })
	})
	return inParallel(ctx, p, known, func(ctx context.Context, f projectFile) error {
		x, err := p.probe(ctx, f.target, Subresource("empty"))
		if refusedByClosing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		body, err := p.Content(x)
		if err != nil || x.Response.Status/100 != 2 || p.Resembles(x) || p.isBuildPage(body) {
			return nil
		}
		const expected = "404 (any 4xx), or the page"
		switch what := p.leak(x); {
		case what != "":
			p.Reportf(x, expected, "", "a file of the project is served: it holds %s", what)
		case f.mark.Match(body) && mediaType(x) != "text/html":
			p.Reportf(x, expected, "", "a file of the project is served")
		}
		return nil
	})
}

func checkSourceMaps(ctx context.Context, p *Pass) error {
	files := p.filesWhere(func(f File) bool { return f.Dest == "script" || f.Dest == "style" })
	if len(files) == 0 {
		return skipf("no script and no style sheet is known: the page refers to none")
	}
	return p.each(ctx, files[:min(len(files), maxScripts)], func(ctx context.Context, f File) error {
		target, _, _ := strings.Cut(f.Target, "?")
		x, err := p.Get(ctx, target+".map", Subresource("empty"))
		if err != nil {
			return err
		}
		body, err := p.Content(x)
		if err != nil || !isOK(x) {
			return nil
		}
		var found struct {
			Version  int
			Mappings *string
			Sources  []string `json:"sourcesContent"`
		}
		if json.Unmarshal(body, &found) != nil || found.Version == 0 || found.Mappings == nil {
			return nil
		}
		p.Reportf(x, "404, unless the source of the app is meant to be public",
			fmt.Sprintf("a source map with %d sources", len(found.Sources)), "%s has a source map", f.Target)
		return nil
	})
}
