package spatest

import "context"

func crawlerChecks() []Check {
	return []Check{
		{
			Name: "assets-crawler-files", Group: "assets", Level: May,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9309.html#section-2.3",
			Doc: `the files that crawlers ask for by name (robots.txt, sitemap.xml, ads.txt) are there or refused, ` +
				`never the page

Crawlers cannot read the page as rules, and follow none; search consoles and audits report an
error. A 404 is what they take for no rules.`,
			Run: checkCrawlerFiles,
		},
	}
}

// asCrawler is how a crawler asks for a file that has rules for it.
var asCrawler = []Field{{"User-Agent", "crawler/1.0"}, {"Accept", "*/*"}}

func checkCrawlerFiles(ctx context.Context, p *Pass) error {
	files := []File{{Target: "/robots.txt"}, {Target: "/sitemap.xml"}, {Target: "/ads.txt"}}
	return p.each(ctx, files, func(ctx context.Context, f File) error {
		x, err := p.Get(ctx, f.Target, asCrawler)
		if err == nil && isOK(x) && p.Resembles(x) {
			p.Reportf(x, "404, or a file", "the page", "a crawler that asks for %s gets the page", f.Target)
		}
		return err
	})
}
