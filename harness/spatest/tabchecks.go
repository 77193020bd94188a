package spatest

import (
	"context"
	"fmt"
	"net/http"
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

Right bytes and types are no proof: a policy that refuses the app's own scripts,
a guard against foreign referrers, or a page sent as a download leave a white
screen that no status code tells of. A page that is rendered beforehand may
stay as it is.`,
			Run: steady(checkBoot),
		},
		{
			Name: "browser-parts-load", Group: "browser", Level: Should, Needs: needs,
			DependsOn: []string{"browser-boot"},
			Spec:      "https://www.w3.org/TR/CSP3/#violation",
			Doc: `what a page asks for on its own origin loads, and no policy of the server refuses a part of the app

Icons, fonts or inline styles that are missing break the app for the eye, and a
policy that was written for another build is seen nowhere but on the console.
Answers to fetch are the API's business, and a policy that only reports is legal.`,
			Run: steady(checkPartsLoad),
		},
		{
			Name: "browser-console-clean", Group: "browser", Level: May, Needs: needs,
			DependsOn: []string{"browser-boot"},
			Spec:      "https://console.spec.whatwg.org/#reporting-warnings",
			Doc: `a page that boots leaves no error on the console

An observation: the error may be the app's own. It is often the first sign of a
header field that browsers do not understand, or of an exception that leaves a
part of the page dead.`,
			Run: steady(checkConsole),
		},
		{
			Name: "browser-history", Group: "browser", Level: Must, Needs: needs,
			DependsOn: []string{"browser-boot"},
			Spec:      "https://html.spec.whatwg.org/multipage/browsing-the-web.html#reload-a-navigable",
			Doc: `reload, back and forward show the route that the address bar names

A reload asks with other header fields than a first visit, and back asks the
cache first. Who lands on the start page, or on an error, after pressing reload
loses what they were about to do.`,
			Run: steady(checkHistory),
		},
		{
			Name: "browser-lazy-chunk", Group: "browser", Level: Must, Needs: needs,
			DependsOn: []string{"browser-boot"},
			Spec:      "https://html.spec.whatwg.org/multipage/webappapis.html#hostimportmoduledynamically",
			Doc: `a link that the app follows by itself gets its lazy chunks, as JavaScript

The chunks of other routes are named in no page: no check that reads HTML sees
them. If one does not load, the link does nothing.`,
			Run: steady(checkLazyChunk),
		},
		{
			Name: "browser-worker-active", Group: "browser", Level: Should, Needs: needs,
			DependsOn: []string{"browser-boot"},
			Spec:      "https://www.w3.org/TR/service-workers/#update-algorithm",
			Doc: `a service worker that the app registers is installed and becomes active

A worker script with another type than JavaScript's, or behind a redirect, is
refused, and so is one whose list of files has one that is missing: without a
word to the user, offline use and push are gone.`,
			Run: steady(checkWorkerActive),
		},
		{
			Name: "browser-old-tab", Group: "browser", Level: Must, Needs: []Feature{FeatureBrowser, FeatureNext},
			DependsOn: []string{"browser-lazy-chunk"},
			Spec:      "https://vite.dev/guide/build#load-error-handling",
			Doc: `a tab that was open during a deploy gets its old chunk or a 404, and works again after a reload

People keep tabs open for days. A page in place of the missing chunk is a script
with a wrong type to the browser, which apps do not expect; a 404 they can catch,
and reload. To keep the old chunks is better still.`,
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
		p.Notef("the page looks the same with and without scripts: only their loading was checked")
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
    if (e.disposition === 'enforce' && list.length < 20) list.push({ Directive: e.effectiveDirective, Blocked: e.blockedURI });
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
		if r.Blocked == "inline" || r.Blocked == "eval" || r.Blocked == "data" || r.Blocked == "blob" || strings.HasPrefix(r.Blocked, v.origin+"/") {
			p.Reportf(v.exchange(load, ""), "a Content-Security-Policy that allows what the app has", r.Directive+" refuses "+r.Blocked,
				"the policy of the server refuses a part of the app")
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
			p.Reportf(v.exchange(load, ""), "no error on the console", problem.Text, "the page leaves an error on the console at %s", route)
		}
	}
	return nil
}

func checkHistory(ctx context.Context, p *Pass) error {
	v, err := p.visit(ctx, p.origin())
	if err != nil {
		return err
	}
	defer v.tab.Close()
	home, there, err := v.twoRoutes(ctx)
	if err != nil || there.Target == "" {
		return err
	}
	for _, move := range []struct {
		name        string
		do          func(context.Context) error
		want, other view
	}{
		{"a reload", v.tab.Reload, there, home},
		{"going back", v.tab.Back, home, there},
		{"going forward", v.tab.Forward, there, home},
	} {
		loads := len(v.tab.Loads())
		seen, shown, err := v.seen(ctx, move.do(ctx), "%s at %s shows no page", move.name, move.want.Target)
		if err != nil || !shown {
			return err
		}
		if wrong, err := v.reportWrong(ctx, seen, v.tab.Loads()[loads:], move.name, move.want, move.other); err != nil || wrong {
			return err // the rest would follow from it
		}
	}
	return nil
}

// twoRoutes goes from the start page to another route, by a link if the app
// follows one by itself: then it is known to be a route of the app.
func (v *visit) twoRoutes(ctx context.Context) (home, there view, err error) {
	home, shown, err := v.open(ctx, "/")
	if err != nil || !shown {
		return view{}, view{}, err
	}
	if home, _, _, err = v.boots(ctx, home); err != nil {
		return view{}, view{}, err
	}
	links, err := v.links(ctx)
	if err != nil {
		return view{}, view{}, err
	}
	for _, link := range links {
		s, err := v.click(ctx, link)
		if err != nil {
			return view{}, view{}, err
		}
		if s.stays && s.moved {
			there, _, err := v.until(ctx, s.view, func(w view) bool { return w.likeness(home) < 1 })
			return home, there, err
		}
		if !s.stays {
			if home, shown, err = v.open(ctx, "/"); err != nil || !shown {
				return view{}, view{}, err
			}
		}
	}
	there, shown, err = v.open(ctx, v.p.Routes()[0])
	if err != nil || !shown {
		return view{}, view{}, err
	}
	there, _, _, err = v.boots(ctx, there)
	return home, there, err
}

// reportWrong reports if what is seen after a move is not the view that it leads
// to, as far as the server has to do with it: an app may send its user elsewhere.
func (v *visit) reportWrong(ctx context.Context, seen view, loads []Load, move string, want, other view) (bool, error) {
	expected := "the page that was at " + want.Target
	load, fresh := lastDocument(loads)
	x := v.exchange(load, "")
	if fresh && (load.Status != http.StatusOK || load.Type != "text/html" || !sameRoute(load.URL, v.origin+want.Target)) {
		v.p.Reportf(x, "200 and the page, at "+want.Target, fmt.Sprintf("%d, Content-Type: %s, at %s", load.Status, load.Type, strings.TrimPrefix(load.URL, v.origin)),
			"%s at %s gets another answer than a first visit", move, want.Target)
		return true, nil
	}
	seen, boots, prerendered, err := v.boots(ctx, seen)
	if err != nil {
		return false, err
	}
	if fresh && !boots && !prerendered {
		v.p.Reportf(x, expected, "an empty page; "+v.complaints(), "the app does not boot after %s at %s", move, want.Target)
		return true, nil
	}
	// The app has its own time to get there.
	seen, right, err := v.until(ctx, seen, func(w view) bool {
		return w.Target == want.Target && w.likeness(want) >= w.likeness(other)
	})
	switch {
	case err != nil || right:
		return false, err
	case seen.Target != want.Target:
		v.p.Notef("after %s at %s the app went to %s by itself", move, want.Target, seen.Target)
	case fresh:
		v.p.Reportf(x, expected, fmt.Sprintf("a page that is more like that at %s: %q", other.Target, excerpt([]byte(seen.Text))),
			"%s at %s shows another route", move, want.Target)
		return true, nil
	}
	return false, nil
}

// sameRoute: a server may add a slash, or take it away.
func sameRoute(a, b string) bool {
	path := func(s string) string {
		s, _, _ = strings.Cut(s, "#")
		s, query, _ := strings.Cut(s, "?")
		return strings.TrimSuffix(s, "/") + "?" + query
	}
	return path(a) == path(b)
}

// chunk is a script that the app loads when it follows a link.
type chunk struct {
	link string
	load Load
}

// chunks follows the links of the start page, each from there, until one makes
// the app load scripts; with every, all of them. It counts the links that the app
// follows by itself.
func (v *visit) chunks(ctx context.Context, every bool) (found []chunk, followed int, err error) {
	seen, shown, err := v.open(ctx, "/")
	if err != nil || !shown {
		return nil, 0, err
	}
	if _, _, _, err = v.boots(ctx, seen); err != nil {
		return nil, 0, err
	}
	links, err := v.links(ctx)
	for i, link := range links {
		if i > 0 {
			if seen, shown, err = v.open(ctx, "/"); err != nil || !shown {
				return found, followed, err
			}
			if _, _, _, err = v.boots(ctx, seen); err != nil {
				return found, followed, err
			}
		}
		s, err := v.click(ctx, link)
		if err != nil {
			return found, followed, err
		}
		if !s.stays {
			continue
		}
		followed++
		for _, load := range v.scripts(s.loads) {
			found = append(found, chunk{link, load})
		}
		if len(found) > 0 && !every {
			break
		}
	}
	return found, followed, err
}

func checkLazyChunk(ctx context.Context, p *Pass) error {
	v, err := p.visit(ctx, p.origin())
	if err != nil {
		return err
	}
	defer v.tab.Close()
	found, followed, err := v.chunks(ctx, true)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, c := range found {
		if !seen[c.load.URL] {
			v.reportUnusable([]Load{c.load}, v.app+"/", fmt.Sprintf("the link to %s needs, and does not get,", c.link), "script")
		}
		seen[c.load.URL] = true
	}
	if len(found) == 0 {
		return skipf("none of %d links that the app follows from its start page loads a script", followed)
	}
	return nil
}

// workerScript notes which service workers a page registers.
const workerScript = `(() => {
  const calls = [];
  Object.defineProperty(globalThis, '__spatestWorkers', { value: calls });
  const container = globalThis.ServiceWorkerContainer?.prototype;
  if (!container) return;
  const register = container.register;
  container.register = function (url, ...rest) {
    const call = { URL: new URL(String(url), location.href).href, Error: '', State: 'registering' };
    calls.push(call);
    const result = register.call(this, url, ...rest);
    result.then((registration) => {
      const look = () => {
        const worker = registration.active ?? registration.waiting ?? registration.installing;
        call.State = worker?.state ?? 'redundant';
        if (call.State !== 'activated') setTimeout(look, 50);
      };
      look();
    }, (error) => { call.Error = String(error); });
    return result;
  };
})()`

// workersScript waits until the workers are active or refused.
const workersScript = `(async () => {
  const calls = globalThis.__spatestWorkers ?? [];
  const decided = (c) => c.Error || c.State === 'activated' || c.State === 'redundant';
  for (let i = 0; i < (calls.length === 0 ? 10 : 150) && !(calls.length > 0 && calls.every(decided)); i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { Secure: isSecureContext, Calls: calls.slice(0, 10) };
})()`

func checkWorkerActive(ctx context.Context, p *Pass) error {
	v, err := p.visit(ctx, p.origin())
	if err != nil {
		return err
	}
	defer v.tab.Close()
	if err := v.tab.Prepare(ctx, workerScript); err != nil {
		return err
	}
	if _, shown, err := v.open(ctx, "/"); err != nil || !shown {
		return err
	}
	var workers struct {
		Secure bool
		Calls  []struct{ URL, Error, State string }
	}
	if err := v.tab.Evaluate(ctx, workersScript, &workers); err != nil {
		return err
	}
	switch {
	case !workers.Secure:
		return skipf("browsers have no service workers over http, but on the machine itself")
	case len(workers.Calls) == 0:
		return skipf("the start page registers no service worker")
	}
	for _, call := range workers.Calls {
		if call.State == "activated" && call.Error == "" {
			continue
		}
		got := "its state is " + call.State
		if call.Error != "" {
			got = call.Error
		}
		target := strings.TrimPrefix(call.URL, v.origin)
		x, err := p.Do(ctx, Request{Target: target, fromRoot: true, Header: append(Subresource("serviceworker"),
			Field{"Service-Worker", "script"}, Field{"Referer", v.app + "/"})})
		if err != nil {
			return err
		}
		p.Reportf(x, "a service worker that becomes active", got, "the service worker %s that the app registers does not work", target)
	}
	return nil
}

func checkOldTab(ctx context.Context, p *Pass) error {
	server, err := p.Target.Host.Start(ctx, Current)
	if err != nil {
		return err
	}
	defer server.Close(context.WithoutCancel(ctx))
	site, err := forward(server.URL())
	if err != nil {
		return err
	}
	defer site.close()

	scout, err := p.visit(ctx, site.origin)
	if err != nil {
		return err
	}
	defer scout.tab.Close()
	found, _, err := scout.chunks(ctx, false)
	scout.tab.Close() // twice does no harm
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return skipf("a server of the host, unlike the target, has no link that loads a chunk")
	}
	lazy := found[0]

	old, err := p.visit(ctx, site.origin)
	if err != nil {
		return err
	}
	defer old.tab.Close()
	if _, shown, err := old.open(ctx, "/"); err != nil || !shown {
		return err
	}
	if err := server.Deploy(ctx, Next); err != nil {
		return err
	}
	if err := site.to(server.URL()); err != nil {
		return err
	}
	s, err := old.click(ctx, lazy.link)
	if err != nil {
		return err
	}
	// An app may reload at once: then there are the scripts of the new page, too.
	asked := old.scripts(s.loads)
	if len(asked) == 0 {
		return skipf("the old tab does not ask for %s again", strings.TrimPrefix(lazy.load.URL, site.origin))
	}
	for _, load := range asked {
		if gone := load.Status == http.StatusNotFound || load.Status == http.StatusGone; !gone && load.unusable() != "" {
			p.Reportf(old.exchange(load, old.app+"/"), "404, or the old chunk as JavaScript", load.unusable(),
				"after a deploy an old tab asks for its chunk, and gets something else")
		}
	}
	return old.reportBrokenReload(ctx, lazy.link)
}

// reportBrokenReload reloads the page after a deploy, and reports if the app does
// not boot or cannot follow the link then.
func (v *visit) reportBrokenReload(ctx context.Context, link string) error {
	loads := len(v.tab.Loads())
	seen, shown, err := v.seen(ctx, v.tab.Reload(ctx), "after a deploy, a reload of an old tab shows no page")
	if err != nil || !shown {
		return err
	}
	const message = "after a deploy and a reload, an old tab does not get"
	_, boots, prerendered, err := v.boots(ctx, seen)
	if err != nil {
		return err
	}
	refused := v.reportUnusable(v.tab.Loads()[loads:], v.origin+seen.Target, message, "script", "style")
	if refused {
		return nil
	}
	if !boots && !prerendered {
		load, _ := lastDocument(v.tab.Loads())
		v.p.Reportf(v.exchange(load, ""), "an app that works again", "an empty page; "+v.complaints(), "after a deploy and a reload, the app does not boot")
		return nil
	}
	// The link leads from the start page, and the tab may be elsewhere.
	loads = len(v.tab.Loads())
	if _, shown, err = v.open(ctx, "/"); err != nil || !shown {
		return err
	}
	if _, err := v.click(ctx, link); err != nil {
		return err
	}
	v.reportUnusable(v.tab.Loads()[loads:], v.app+"/", message, "script", "style")
	return nil
}
