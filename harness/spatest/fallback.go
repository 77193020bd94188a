package spatest

import (
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
)

// fallbackNames are what generators call the page of routes, where they render that of "/" beforehand.
var fallbackNames = []string{
	"200.html", "app.html", "fallback.html", "spa.html", "shell.html", "_shell.html", "_fallback.html",
	"__spa-fallback.html", "index.csr.html",
}

// fallbackPage is the page that routes get, if it starts the same app as that of "/": one
// of the build, or, where that is not known, one that has less in it.
func (p *Pass) fallbackPage(x *Exchange) []byte {
	body, ok := p.shown(x)
	if !ok || !p.startsSameApp(body) {
		return nil
	}
	if p.Target.Dist == nil {
		_, text := outline(body)
		if _, home := outline(p.site.shell); len(text) > len(home) {
			return nil
		}
		return body
	}
	for _, name := range fallbackNames {
		page, err := fs.ReadFile(p.Target.Dist, name)
		if err == nil && (p.isPageLike(body, page) || bytes.Equal(body, page)) {
			return page
		}
	}
	return nil
}

// startsSameApp: the page loads a script that the page of "/" loads.
func (p *Pass) startsSameApp(page []byte) bool {
	scripts := func(page []byte) []string {
		var list []string
		for _, ref := range references(p.url("/"), readTags(page)) {
			if ref.dest == "script" {
				list = append(list, ref.url.RequestURI())
			}
		}
		return list
	}
	known := scripts(p.site.shell)
	return slices.ContainsFunc(scripts(page), func(s string) bool { return slices.Contains(known, s) })
}

func fallbackChecks() []Check {
	return []Check{
		{
			Name: "routing-fallback-page", Group: "routing", Level: Should,
			DependsOn: []string{"routing-deep-link"}, Needs: []Feature{FeatureFallback},
			Spec: "https://svelte.dev/docs/kit/single-page-apps#Usage",
			Doc: `where the build has a page of its own for routes (200.html and the like), routes get that, ` +
				`and not the home page

index.html is then rendered beforehand, with the content of "/" in it. At any other route it shows
the home page for a moment, and frameworks that take over what is there fail or mix the two.`,
			Run: checkFallbackPage,
		},
		{
			Name: "routing-nested-app", Group: "routing", Level: Should,
			DependsOn: []string{"routing-deep-link"}, Needs: []Feature{FeatureNested},
			Spec: "https://angular.dev/guide/i18n/deploy",
			Doc: `a folder of the build that holds an app of its own, such as one per language, has its own page ` +
				`at its routes

A fallback that knows one page sends the app at the root to whoever reloads /de/orders/42: the
wrong language, or another app altogether. An app of its own is one whose page has its folder as
base URL.`,
			Run: checkNestedApp,
		},
	}
}

// ownFallback is the name of the build's page for routes, where it has less in it than the home page.
func (p *Pass) ownFallback() string {
	if p.Target.Dist == nil {
		return ""
	}
	_, home := outline(p.site.shell)
	i := slices.IndexFunc(fallbackNames, func(name string) bool {
		page, err := fs.ReadFile(p.Target.Dist, name)
		if err != nil || !p.startsSameApp(page) {
			return false
		}
		_, text := outline(page)
		return len(text) < len(home)
	})
	if i < 0 {
		return ""
	}
	return fallbackNames[i]
}

func checkFallbackPage(ctx context.Context, p *Pass) error {
	for _, route := range p.Routes() {
		x, err := p.Get(ctx, route, Navigation)
		if err != nil {
			return err
		}
		if p.isHome(x) {
			p.Reportf(x, "200 and "+p.ownFallback(), "the page of /",
				"a route gets the home page, which is rendered beforehand")
		}
	}
	return nil
}

// maxNested apps are looked at.
const maxNested = 8

// nestedApps are the pages of apps in folders of the build.
func (p *Pass) nestedApps() []File {
	if p.Target.Dist == nil {
		return nil
	}
	apps := p.filesWhere(func(f File) bool {
		page, err := fs.ReadFile(p.Target.Dist, f.Name)
		nested := f.Name != "index.html" && path.Base(f.Name) == "index.html"
		return nested && err == nil && p.isNestedApp(f.Target, page)
	})
	return apps[:min(len(apps), maxNested)]
}

func checkNestedApp(ctx context.Context, p *Pass) error {
	route, _, _ := strings.Cut(p.Routes()[0], "?")
	for _, f := range p.nestedApps() {
		page, err := fs.ReadFile(p.Target.Dist, f.Name)
		if err != nil {
			return err
		}
		x, err := p.Get(ctx, strings.TrimSuffix(f.Target, "/")+route, Navigation)
		if err != nil {
			return err
		}
		body, err := p.Content(x)
		if err != nil {
			return err
		}
		if x.Response.Status != http.StatusOK || !bytes.Equal(body, page) && !isRewritten(page, body) {
			p.Reportf(x, "200 and "+f.Name, "", "a route of the app in %s does not get that app's page", f.Target)
		}
	}
	return nil
}

// isNestedApp: the page runs a script, and its base URL is its folder.
func (p *Pass) isNestedApp(folder string, page []byte) bool {
	tags := readTags(page)
	i := slices.IndexFunc(tags, func(t tag) bool { return t.name == "base" })
	return i >= 0 && signature(tags) != "" && strings.TrimPrefix(tags[i].attr["href"], p.client.base) == folder
}
