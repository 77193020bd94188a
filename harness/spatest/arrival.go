package spatest

import (
	"context"
	"net/url"
	"slices"
	"strings"
)

func arrivalChecks() []Check {
	return []Check{
		{
			Name: "routing-redirect-query", Group: "routing", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.4",
			Doc: `a redirect of index.html, of a directory or of the app's path keeps the query

The code of a sign-in, a campaign, the state of a filter: what a link carries is lost in a redirect
that the server builds from the path alone. (For routes: routing-deep-link and routing-trailing-slash.)`,
			Run: checkRedirectQuery,
		},
		{
			Name: "routing-one-hop", Group: "routing", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.4",
			Doc: `a directory is reached by one redirect at most, with and without its slash and its index.html

Each redirect is another round trip before anything is shown, and two parts of a server that
disagree about the slash send browsers round in circles until they give up.`,
			Run: checkOneHop,
		},
	}
}

// arrivals are targets of files and directories that servers redirect, counted from the origin's root.
func (p *Pass) arrivals() []string {
	targets := []string{"/", "/index.html"}
	pages := p.filesWhere(func(f File) bool { return f.Ext() == ".html" })
	for _, f := range pages[:min(len(pages), 2)] {
		targets = append(targets, f.Target, strings.TrimSuffix(f.Target, ".html"))
	}
	if dir := p.indexedDirectory(); dir != "" {
		targets = append(targets, dir, dir+"/", dir+"/index.html")
	}
	if dir, _ := p.bareDirectory(); dir != "" {
		targets = append(targets, dir)
	}
	for i, target := range targets {
		targets[i] = p.client.base + target
	}
	if p.client.base != "" {
		targets = append(targets, p.client.base)
	}
	slices.Sort(targets)
	return slices.Compact(targets)
}

// carried is what a sign-in, or a link in an e-mail, puts behind a URL.
const carried = "code=spatest%2B1&state=a%2Fb&next=/x?y=1"

func checkRedirectQuery(ctx context.Context, p *Pass) error {
	redirects := 0
	for _, target := range p.arrivals() {
		at := target + "?" + carried
		for range maxHops {
			x, err := p.Do(ctx, Request{Target: at, Header: Navigation, fromRoot: true})
			if err != nil {
				return err
			}
			to := p.location(x)
			if to == nil {
				break
			}
			redirects++
			if lost := lostPairs(to); lost != "" {
				p.Reportf(x, "a Location with the query "+carried, "",
					"the redirect of %s loses the query: %s", target, lost)
				break
			}
			if !p.stays(to) {
				break
			}
			at = to.RequestURI()
		}
	}
	if redirects == 0 {
		p.Notef("neither index.html nor a directory is redirected")
	}
	return nil
}

// lostPairs are those that a URL does not carry as they were sent.
func lostPairs(to *url.URL) string {
	var lost []string
	kept := strings.Split(to.RawQuery, "&")
	for pair := range strings.SplitSeq(carried, "&") {
		if !slices.Contains(kept, pair) {
			lost = append(lost, pair)
		}
	}
	return strings.Join(lost, "&")
}

func checkOneHop(ctx context.Context, p *Pass) error {
	for _, target := range p.arrivals() {
		at, hops := target, []string{target}
		var last *Exchange
		for len(hops) <= maxHops+1 {
			x, err := p.Do(ctx, Request{Target: at, Header: Navigation, fromRoot: true})
			if err != nil {
				return err
			}
			to := p.location(x)
			if to == nil || !p.stays(to) {
				break
			}
			at, last = to.RequestURI(), x
			hops = append(hops, at)
			// index.html alone in circles: routing-index-canonical says so.
			if target == p.client.base+"/index.html" && at == target {
				return nil
			}
		}
		if len(hops) > 2 {
			p.Reportf(last, "one redirect at most", strings.Join(hops, " → "),
				"%s is redirected more than once", target)
		}
	}
	return nil
}
