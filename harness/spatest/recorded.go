package spatest

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// recordedChecks are the checks that a recording can decide, because a page load makes the requests that they make. The
// function decides the check by the recording; nil: the check's own does. Requests that were not recorded are skipped,
// since a missing one says nothing about the server.
func recordedChecks() map[string]func(ctx context.Context, p *Pass) error {
	return map[string]func(ctx context.Context, p *Pass) error{
		"routing-root":                   checkRecordedRoot,
		"routing-deep-link":              checkRecordedRoutes,
		"api-reached":                    checkRecordedCalls,
		"assets-js-mime":                 nil,
		"assets-type-map":                nil,
		"caching-index-revalidates":      nil,
		"caching-index-immediate":        nil,
		"caching-hashed-immutable":       nil,
		"caching-unhashed-not-immutable": nil,
		"caching-unhashed-explicit":      nil,
		"compression-negotiated":         nil,
		"conditional-mtime-sane":         nil,
		"security-baseline-headers":      nil,
		"browser-parts-load":             checkRecordedParts,
	}
}

// byRecording is the check as a recording decides it, which needs no more than the page; false where it cannot.
func (c Check) byRecording() (Check, bool) {
	all := recordedChecks()
	run, ok := all[c.Name]
	if run != nil {
		c.Run = run
	}
	c.Needs = nil
	c.DependsOn = slices.DeleteFunc(slices.Clone(c.DependsOn), func(name string) bool {
		_, decided := all[name]
		return !decided || name == "routing-deep-link"
	})
	return c, ok
}

// checkRecordedRoot says which page stands for that of "/".
func checkRecordedRoot(ctx context.Context, p *Pass) error {
	if path := strings.TrimPrefix(p.Target.Recording.Page, p.Target.URL); path != "/" {
		p.Notef("the recording has no answer at /: the page at %s stands for it", path)
	}
	own, _ := find("routing-root")
	return own.Run(ctx, p)
}

// checkRecordedRoutes looks at the navigations to other paths than that of the page.
func checkRecordedRoutes(_ context.Context, p *Pass) error {
	found := 0
	for _, one := range p.Target.Recording.Requests {
		x := one.copied()
		if one.Dest != "document" || !one.answers() || !p.Target.Recording.Own(one) ||
			withoutQuery(one.URL()) == p.Target.Recording.Page || x.Request.Method != http.MethodGet ||
			x.Response.Status/100 == 3 || mediaType(x) != "text/html" {
			continue // a redirect leads to another navigation, which is recorded, too
		}
		found++
		if !p.IsPage(x) && x.Response.Status != http.StatusOK {
			p.Reportf(x, thePage, "", "a client route does not get the page")
		}
	}
	if found == 0 {
		return skipf("the recording has no navigation to another route than that of the page")
	}
	return nil
}

// checkRecordedCalls looks at what the app's own calls got.
func checkRecordedCalls(_ context.Context, p *Pass) error {
	found := 0
	for _, one := range p.Target.Recording.Requests {
		x := one.copied()
		if one.Dest != "empty" || !one.answers() || !p.Target.Recording.Own(one) {
			continue
		}
		found++
		if p.Resembles(x) {
			p.Reportf(x, "an answer of the API", "", "a call of the app gets the page")
		}
	}
	if found == 0 {
		return skipf("the recording has no call of the page's own origin")
	}
	return nil
}

// checkRecordedParts looks at whether what the page requested from its own origin came. Types are the assets' business.
func checkRecordedParts(_ context.Context, p *Pass) error {
	for _, one := range p.Target.Recording.Requests {
		if !p.Target.Recording.Own(one) || one.Dest == "document" || one.Dest == "empty" {
			continue
		}
		load := Load{URL: one.URL(), Failed: one.Failed}
		if r := one.Exchange.Response; r != nil {
			load.Status = r.Status
		}
		if why := load.unusable(); why != "" {
			p.Reportf(one.copied(), "a part that the page can use", why, "a part of the page does not load: %s",
				one.Exchange.Request.Target)
		}
	}
	return nil
}

// target is that of a recording: nothing else is known of it.
func (r *Recording) target(t Target) Target {
	return Target{URL: r.origin(), API: "-", Recording: r, Only: t.Only, Waive: t.Waive, Spelling: t.Spelling}
}
