package spatest

import (
	"context"
	"slices"
	"strings"
)

// tabChecks are the checks of group browser that need a real one. They open tabs
// and look at what the app does there; each tab has a profile of its own.
func tabChecks() []Check {
	needs := []Feature{FeatureBrowser}
	return []Check{
		{
			Name: "browser-boot", Group: "browser", Level: Must, Needs: needs,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-single-module-script",
			Doc: `a deep link opened in a browser boots the app: its scripts and styles load, and it shows something

Correct bytes and types are no proof: a policy that refuses the app's own scripts,
hotlink protection, or a page that is sent as a download leaves a white screen that
no status code reveals. A prerendered page may stay as it is.`,
			Run: steady(checkBoot),
		},
		{
			Name: "browser-parts-load", Group: "browser", Level: Should, Needs: needs,
			DependsOn: []string{"browser-boot"},
			Spec:      "https://www.w3.org/TR/CSP3/#violation",
			Doc: `everything a page requests from its own origin loads, and no policy of the server blocks a part ` +
				`of the app

Missing icons, fonts or inline styles break how the app looks, and a policy
written for another build shows up only on the console. Responses to fetch are the
API's business, and a report-only policy is legal.`,
			Run: steady(checkPartsLoad),
		},
		{
			Name: "browser-console-clean", Group: "browser", Level: May, Needs: needs,
			DependsOn: []string{"browser-boot"},
			Spec:      "https://console.spec.whatwg.org/#reporting-warnings",
			Doc: `a page that boots leaves no error on the console

This is an observation: the error may be the app's own. It is often the first sign
of a header field that browsers do not understand, or of an exception that breaks
a part of the page.`,
			Run: steady(checkConsole),
		},
		{
			Name: "browser-history", Group: "browser", Level: Must, Needs: needs,
			DependsOn: []string{"browser-boot"},
			Spec:      "https://html.spec.whatwg.org/multipage/browsing-the-web.html#reload-a-navigable",
			Doc: `reload, back and forward show the route that the address bar names

A reload sends other header fields than a first visit, and going back asks the
cache first. Users who land on the start page, or on an error, after a reload lose
their place.`,
			Run: steady(checkHistory),
		},
		{
			Name: "browser-lazy-chunk", Group: "browser", Level: Must, Needs: needs,
			DependsOn: []string{"browser-boot"},
			Spec:      "https://html.spec.whatwg.org/multipage/webappapis.html#hostimportmoduledynamically",
			Doc: `following a link inside the app loads its lazy chunks, as JavaScript

No page names the chunks of other routes: a check that reads HTML does not see
them. If one does not load, the link does nothing.`,
			Run: steady(checkLazyChunk),
		},
		{
			Name: "browser-worker-active", Group: "browser", Level: Should, Needs: needs,
			DependsOn: []string{"browser-boot"},
			Spec:      "https://www.w3.org/TR/service-workers/#update-algorithm",
			Doc: `a service worker that the app registers is installed and becomes active

Browsers refuse a worker script that is not of a JavaScript type or is behind a
redirect, and one that lists a missing file: offline use and push are gone without
a word to the user.`,
			Run: steady(checkWorkerActive),
		},
		{
			Name: "browser-old-tab", Group: "browser", Level: Must, Needs: []Feature{FeatureBrowser, FeatureNext},
			DependsOn: []string{"browser-lazy-chunk"},
			Spec:      "https://vite.dev/guide/build#load-error-handling",
			Doc: `a tab that was open during a deploy gets its old chunk or a 404, and works again after a reload

People keep tabs open for days. To the browser, the page in place of a missing
chunk is a script of the wrong type, which apps do not expect. They can catch a
404, and reload. Keeping the old chunks is better still.`,
			Run: steady(checkOldTab),
		},
	}
}

func checkBoot(ctx context.Context, p *Pass) error {
	v, err := p.visit(ctx, p.origin())
	if err != nil {
		return err
	}
	defer v.tab.Close()
	route := p.Routes()[0]
	seen, shown, err := v.open(ctx, route)
	if err != nil || !shown {
		return err
	}
	_, boots, prerendered, err := v.boots(ctx, seen)
	if err != nil {
		return err
	}
	if prerendered {
		p.Notef("the page looks the same with and without scripts: only that they load was checked")
	}
	refused := v.reportUnusable(v.tab.Loads(), v.app+route, "the page cannot use", "script", "style")
	if !boots && !prerendered && !refused {
		load, _ := lastDocument(v.tab.Loads())
		p.Reportf(v.exchange(load, ""), "an app that shows more than its empty page", "an empty page; "+v.complaints(),
			"the app does not boot at %s", route)
	}
	return nil
}

// reportUnusable reports the loads of these destinations, of all if none is named,
// that a page could not use, and whether there were any.
func (v *visit) reportUnusable(loads []Load, page, message string, dests ...string) (any bool) {
	for _, l := range loads {
		why := l.unusable()
		if why == "" || !v.own(l) || len(dests) > 0 && !slices.Contains(dests, l.Dest) {
			continue
		}
		any = true
		want, x := "200", v.exchange(l, page)
		switch {
		case l.Failed == BlockedByPolicy:
			load, _ := lastDocument(v.tab.Loads())
			want, x = "a Content-Security-Policy that allows it", v.exchange(load, "")
		case l.Dest == "script":
			want = "200, Content-Type: text/javascript"
		case l.Dest == "style":
			want = "200, Content-Type: text/css"
		}
		v.p.Reportf(x, want, why, "%s %s", message, strings.TrimPrefix(l.URL, v.origin))
	}
	return any
}

// policyScript collects what the policies of a page refuse.
const policyScript = `(() => {
  const list = [];
  Object.defineProperty(globalThis, '__spatestRefused', { value: list });
  addEventListener('securitypolicyviolation', (e) => {
    if (e.disposition === 'enforce' && list.length < 20) {
      list.push({ Directive: e.effectiveDirective, Blocked: e.blockedURI });
    }
  }, true);
})()`

func checkPartsLoad(ctx context.Context, p *Pass) error {
	v, err := p.visit(ctx, p.origin())
	if err != nil {
		return err
	}
	defer v.tab.Close()
	if err := v.tab.Prepare(ctx, policyScript); err != nil {
		return err
	}
	route := p.Routes()[0]
	if _, shown, err := v.open(ctx, route); err != nil || !shown {
		return err
	}
	loads := slices.DeleteFunc(v.tab.Loads(), func(l Load) bool {
		// Browsers ask for that one without being told to. A script that is not
		// used is not here: the page has booted.
		return l.Dest == "fetch" || l.URL == v.origin+"/favicon.ico" || l.Failed == BlockedByPolicy
	})
	v.reportUnusable(loads, v.app+route, "the page does not get")

	var refused []struct{ Directive, Blocked string }
	if err := v.tab.Evaluate(ctx, "globalThis.__spatestRefused ?? []", &refused); err != nil {
		return err
	}
	load, _ := lastDocument(v.tab.Loads())
	for _, r := range refused {
		// What is loaded from elsewhere may be refused on purpose.
		if r.Blocked == "inline" || r.Blocked == "eval" || r.Blocked == "data" || r.Blocked == "blob" ||
			strings.HasPrefix(r.Blocked, v.origin+"/") {
			p.Reportf(
				v.exchange(load, ""),
				"a Content-Security-Policy that allows what the app has",
				r.Directive+" refuses "+r.Blocked,
				"the policy of the server refuses a part of the app",
			)
		}
	}
	return nil
}

func checkConsole(ctx context.Context, p *Pass) error {
	v, err := p.visit(ctx, p.origin())
	if err != nil {
		return err
	}
	defer v.tab.Close()
	route := p.Routes()[0]
	if _, shown, err := v.open(ctx, route); err != nil || !shown {
		return err
	}
	// What other checks speak of is not said twice: files that do not load, and
	// policies. What fetch gets is up to the app: 401 before a sign-in.
	load, _ := lastDocument(v.tab.Loads())
	for _, problem := range v.tab.Problems() {
		told := problem.Source == FromNetwork || strings.Contains(problem.Text, "violates the following")
		if !told {
			p.Reportf(
				v.exchange(load, ""),
				"no error on the console",
				problem.Text,
				"the page leaves an error on the console at %s",
				route,
			)
		}
	}
	return nil
}
