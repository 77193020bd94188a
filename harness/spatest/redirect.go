package spatest

import (
	"context"
	_ "embed"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

func redirectChecks() []Check {
	return []Check{
		{
			Name: "security-open-redirect", Group: "security", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://cwe.mitre.org/data/definitions/601.html",
			Doc: `no path causes a redirect to a host named in that path

A link to the app that ends at a stranger's site is what phishing is made of, and
sign-in tokens follow it. Servers that add or take away a slash redirect to
"//evil.example/" when they are asked for it, and browsers read that as a host.
A redirect to a host that the server is configured with is legal. The paths are
those of published advisories (redirects.txt).`,
			Run: checkOpenRedirect,
		},
		{
			Name: "security-host-in-redirect", Group: "security", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://nginx.org/en/docs/http/ngx_http_core_module.html#absolute_redirect",
			Doc: `the redirect of a directory or a route is relative, or leads to the origin that the server is ` +
				`configured with

One that repeats the Host field can be put into a shared cache by whoever sends
another Host, and one that names the port the container listens on leads nowhere.
Refusing an unknown Host is legal.`,
			Run: checkHostInRedirect,
		},
	}
}

//go:embed redirects.txt
var redirectCorpus string

// evil is the host that an attacker has: a name that is reserved for examples.
const evil = "evil.example"

// maxHops are redirects on the same origin that are followed to see where they end.
const maxHops = 3

func checkOpenRedirect(ctx context.Context, p *Pass) error {
	dir := p.indexedDirectory()
	if dir == "" {
		dir = "/docs"
	}
	shapes := corpusLines(redirectCorpus, "{evil}", evil, "{dir}", p.client.base+dir, "{assets}",
		p.client.base+p.assets())
	return p.each(ctx, probes(shapes), func(ctx context.Context, f File) error {
		target := f.Target
		for range maxHops {
			x, err := p.Do(ctx, p.bounded(Request{Target: target, Header: Navigation, fromRoot: true}))
			if refusedByClosing(err) {
				return nil
			}
			if err != nil {
				return err
			}
			target = ""
			if x.Response.Status/100 != 3 {
				return nil
			}
			for _, location := range x.Response.Header.Values("Location") {
				to := resolveLocation(location, p.client.origin)
				if isEvil(to.host) {
					p.Reportf(
						x,
						"no redirect, or one that stays on "+x.Origin,
						"",
						"the path decides to which host a redirect leads: %s",
						f.Target,
					)
					return nil
				}
				if to.host == "" && strings.HasPrefix(location, "/") && !strings.ContainsAny(location, " \t\r\n") {
					target = location
				}
			}
			if target == "" {
				return nil
			}
		}
		return nil
	})
}

func isEvil(host string) bool { return host == evil || strings.HasSuffix(host, "."+evil) }

// indexedDirectory is a directory of the build that has an index, without its slash.
func (p *Pass) indexedDirectory() string {
	for _, f := range p.site.files {
		if f.Target != "/" && strings.HasSuffix(f.Target, "/") {
			return strings.TrimSuffix(f.Target, "/")
		}
	}
	return ""
}

func checkHostInRedirect(ctx context.Context, p *Pass) error {
	route, _, _ := strings.Cut(p.Routes()[0], "?")
	bare := strings.TrimRight(route, "/")
	targets := []string{"/index.html", bare + "/", p.assets()}
	if bare != "" {
		targets = append(targets, bare)
	}
	if dir := p.indexedDirectory(); dir != "" {
		targets = append(targets, dir, dir+"/index.html")
	}
	if dir, _ := p.bareDirectory(); dir != "" {
		targets = append(targets, dir)
	}
	const expected = "a Location without a host, or with the one that the server is configured with"
	redirects := 0
	slices.Sort(targets)
	for _, target := range slices.Compact(targets) {
		for _, header := range [][]Field{Navigation, append([]Field{{"Host", evil}}, Navigation...)} {
			x, err := p.probe(ctx, target, header)
			if refusedByClosing(err) {
				continue
			}
			if err != nil {
				return err
			}
			location := x.Response.Header.Get("Location")
			if x.Response.Status/100 != 3 || location == "" {
				continue
			}
			redirects++
			to := resolveLocation(location, p.client.origin)
			switch {
			case isEvil(to.host):
				p.Reportf(x, expected, "", "a redirect repeats the Host field of the request")
			case p.leavesTLS(to):
				p.Reportf(x, "a Location without a scheme, or with https", "", "a redirect leads from https to http")
			case p.isInternal(to):
				p.Reportf(x, expected, "", "a redirect names a host or port that users do not know")
			}
		}
	}
	if redirects == 0 {
		p.Notef("no directory and no route is redirected")
	}
	return nil
}

// leavesTLS: the way back, to the same host by http.
func (p *Pass) leavesTLS(to destination) bool {
	origin := p.client.origin
	return origin.Scheme == "https" && to.scheme == "http" && to.host == strings.ToLower(origin.Hostname()) &&
		(to.port == "" || to.port == "80")
}

// isInternal: not the origin that was asked, but a place that only its own
// network knows: another port, a loopback or private address, a name without a dot.
func (p *Pass) isInternal(to destination) bool {
	origin := p.client.origin
	if to.host == "" || sameOrigin(&url.URL{Scheme: to.scheme, Host: to.authority()}, origin) {
		return false
	}
	if to.host == strings.ToLower(origin.Hostname()) {
		return to.scheme != "https" || origin.Scheme == "https" || to.port != "" // the way to TLS is none
	}
	if address, err := netip.ParseAddr(strings.Trim(to.host, "[]")); err == nil {
		return address.IsLoopback() || address.IsPrivate() || address.IsUnspecified()
	}
	return to.port != "" || !strings.Contains(to.host, ".")
}

// destination is where a Location leads; its host is empty if that is the origin
// it came from, by a reference without scheme and host.
type destination struct{ scheme, host, port string }

func (d destination) authority() string {
	if d.port == "" {
		return d.host
	}
	return d.host + ":" + d.port
}

// resolveLocation reads a Location as browsers do (URL standard, section 4.4),
// which take for a host what RFC 3986 does not: it drops tabs and line ends, reads
// backslashes as slashes, skips any number of slashes before a host, and needs
// none behind the other one of http: and https:.
func resolveLocation(location string, from *url.URL) destination {
	s := strings.TrimFunc(location, func(r rune) bool { return r <= ' ' })
	s = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(s)
	scheme, authority := from.Scheme, false
	if name, rest, ok := cutScheme(s); ok {
		if name != "http" && name != "https" {
			return destination{scheme: name} // browsers follow no other
		}
		authority = name != from.Scheme
		scheme, s = name, rest
	}
	slash := func(r rune) bool { return r == '/' || r == '\\' }
	rest := strings.TrimLeftFunc(s, slash)
	if !authority && len(s)-len(rest) < 2 {
		return destination{scheme: scheme}
	}
	if end := strings.IndexAny(rest, `/\?#`); end >= 0 {
		rest = rest[:end]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	port := ""
	if colon := strings.LastIndexByte(rest, ':'); colon > strings.LastIndexByte(rest, ']') {
		rest, port = rest[:colon], rest[colon+1:]
	}
	if plain, err := url.PathUnescape(rest); err == nil {
		rest = plain
	}
	return destination{scheme, strings.TrimSuffix(strings.ToLower(rest), "."), port}
}

// cutScheme cuts a scheme, in lower case, from what follows its colon.
func cutScheme(s string) (scheme, rest string, ok bool) {
	scheme, rest, ok = strings.Cut(s, ":")
	scheme = strings.ToLower(scheme)
	letter := func(r rune) bool { return 'a' <= r && r <= 'z' }
	if !ok || scheme == "" || !letter(rune(scheme[0])) {
		return "", "", false
	}
	strange := strings.ContainsFunc(scheme, func(r rune) bool {
		return !letter(r) && (r < '0' || r > '9') && !strings.ContainsRune("+-.", r)
	})
	return scheme, rest, !strange
}
