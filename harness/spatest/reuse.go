package spatest

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

func reuseChecks() []Check {
	return []Check{
		{
			Name: "caching-index-immediate", Group: "caching", Level: Should,
			DependsOn: []string{"caching-index-revalidates"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9111.html#section-5.2.2.4",
			Doc: `the page is never used without revalidation: it has no lifetime, and no stale-while-revalidate

Hosts give the page a lifetime of one to ten minutes. For that time after a deploy, users get the
old page, whose chunks may be gone. An answer of 304 costs a few hundred bytes.`,
			Run: checkPageImmediate,
		},
		{
			Name: "caching-unhashed-explicit", Group: "caching", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9111.html#section-4.2.2",
			Doc: `a file that controls the app, and has no hash in its name, says how long caches may keep it

Configuration, manifest, version and unhashed scripts: without Cache-Control or Expires, a cache
guesses a lifetime, often a tenth of the file's age. Nobody notices before the second deploy. A
service worker's script needs none: browsers always ask for it.`,
			Run: checkUnhashedExplicit,
		},
		{
			Name: "caching-cookie-unshared", Group: "caching", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9111.html#section-7.3",
			Doc: `the page, an unhashed file or a response of the API that sets a cookie is not for shared caches ` +
				`to reuse

With s-maxage, public or a lifetime, a CDN keeps the response with its cookie, and gives one
visitor's session to all others. no-cache, private and no-store prevent it, and so does
no-cache="Set-Cookie".`,
			Run: checkCookieUnshared,
		},
		{
			Name: "caching-vary-fallback", Group: "caching", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-12.5.5",
			Doc: `where a request field decides what a URL gets, the response names that field in Vary

Fallbacks decide by Accept or Sec-Fetch-Dest between the page and a 404; others by User-Agent,
by language, or by Origin. A shared cache that is not told so gives the page to a script, or the
404 to the next visitor. What is private or not stored needs no Vary.`,
			Run: checkVaryFallback,
		},
	}
}

// withoutAsking is for how long a browser may use a response without asking: fresh, and
// then stale while it asks behind the user's back (RFC 5861, section 3).
func withoutAsking(header http.Header) time.Duration {
	directives := cacheControl(header)
	if _, noStore := directives["no-store"]; noStore {
		return 0
	}
	if fields, noCache := directives["no-cache"]; noCache && fields == "" {
		return 0
	}
	fresh := lifetime(header, false)
	if _, never := directives["must-revalidate"]; never {
		return fresh
	}
	seconds, err := strconv.ParseUint(directives["stale-while-revalidate"], 10, 64)
	if err != nil && !isTooLarge(err) {
		return fresh
	}
	return fresh + time.Duration(min(seconds, uint64(maxLifetime/time.Second)))*time.Second
}

// isSilent: the response leaves it to a cache for how long it may be used.
func isSilent(header http.Header) bool {
	_, limited := cacheControl(header)["max-age"]
	return !limited && !revalidates(header) && header.Get("Expires") == ""
}

func checkPageImmediate(ctx context.Context, p *Pass) error {
	return p.eachPage(ctx, func(x *Exchange) {
		if !revalidates(x.Response.Header) || withoutAsking(x.Response.Header) > 0 {
			p.Reportf(x, "Cache-Control: no-cache (or no-store, or max-age=0)", policy(x),
				"caches may reuse the page without asking for %s", withoutAsking(x.Response.Header))
		}
	})
}

// eachPage calls do for the page, at each of the URLs at which it comes.
func (p *Pass) eachPage(ctx context.Context, do func(x *Exchange)) error {
	for _, target := range []string{"/", "/index.html", p.Routes()[0]} {
		x, err := p.Get(ctx, target, Navigation)
		if unrecorded(err) {
			continue // what was recorded decides
		}
		if err != nil {
			return err
		}
		if p.IsPage(x) { // where it is not, other checks say so
			do(x)
		}
	}
	return nil
}

func checkUnhashedExplicit(ctx context.Context, p *Pass) error {
	files := slices.DeleteFunc(p.steering(), func(f File) bool {
		return slices.Contains(workerNames, path.Base(f.Target))
	})
	var found atomic.Int64
	err := p.each(ctx, files, func(ctx context.Context, f File) error {
		x, err := p.Get(ctx, f.Target, Subresource(f.Dest))
		if err != nil || x.Response.Status != http.StatusOK || p.Resembles(x) {
			return err
		}
		found.Add(1)
		if isSilent(x.Response.Header) {
			p.Reportf(x, "Cache-Control: no-cache", policy(x)+", no Expires",
				"%s has no hash in its name, and caches guess how long they may keep it", f.Target)
		}
		return nil
	})
	if err == nil && found.Load() == 0 {
		return skipf("no script, style, manifest or page without a hash in its name is known")
	}
	return err
}

func checkCookieUnshared(ctx context.Context, p *Pass) error {
	files := onePerExtension(p.filesWhere(func(f File) bool { return !f.Hashed && f.Target != "/" }))
	files = append(files, pageFile, p.routeFile())
	if p.site.noAPI == "" {
		files = append(files, File{Target: p.Target.APIGet})
	}
	return p.each(ctx, files, func(ctx context.Context, f File) error {
		x, err := p.Get(ctx, f.Target, Subresource(f.Dest))
		if err != nil || x.Response.Status != http.StatusOK {
			return err
		}
		cookie := x.Response.Header.Get("Set-Cookie")
		directives := cacheControl(x.Response.Header)
		_, public := directives["public"]
		kept := lifetime(x.Response.Header, true)
		spared := strings.Contains(strings.ToLower(directives["no-cache"]+" "+directives["private"]), "set-cookie")
		if cookie == "" || spared || p.keptFromOthers(directives) || !sharedMayStore(x.Response.Header) || !public && kept == 0 {
			return nil
		}
		name, _, _ := strings.Cut(cookie, "=")
		p.Reportf(x, "no Set-Cookie, or Cache-Control: private", "Set-Cookie: "+name+"=…; "+policy(x),
			"shared caches may give the cookie that %s sets to others", f.Target)
		return nil
	})
}

// keptFromOthers: shared caches store no response to a request with Authorization, unless it says so (RFC 9111,
// section 3.5).
func (p *Pass) keptFromOthers(directives map[string]string) bool {
	for _, name := range []string{"public", "s-maxage", "must-revalidate"} {
		if _, found := directives[name]; found {
			return false
		}
	}
	return p.Target.Header.Get("Authorization") != ""
}

// deciders are fields by which servers decide what to send, with a value that a
// navigation does not have.
var deciders = []Field{
	{"Accept", "application/json"},
	{"Sec-Fetch-Dest", "script"},
	{"Sec-Fetch-Mode", "cors"},
	{"User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
	{"Accept-Language", "de"},
	{"X-Requested-With", "XMLHttpRequest"},
}

func checkVaryFallback(ctx context.Context, p *Pass) error {
	route := p.Routes()[0]
	page, err := p.Get(ctx, route, Navigation)
	if err != nil {
		return err
	}
	report := func(x *Exchange, field, format string, args ...any) {
		if !varies(x.Response.Header, field) {
			p.Reportf(x, "Vary: "+field, shown(x, "Vary"), format, args...)
		}
	}
	for _, decider := range deciders {
		x, err := p.Get(ctx, route, with(Navigation, decider))
		if err != nil {
			return err
		}
		if decider.Name == "Accept" && p.IsPage(x) {
			// Fetch Metadata may decide before it: old browsers and tools send none.
			x, err = p.Get(ctx, route, []Field{decider})
			if err != nil {
				return err
			}
		}
		if x.Response.Status >= http.StatusInternalServerError ||
			x.Response.Status == page.Response.Status && p.IsPage(x) == p.IsPage(page) && p.sameLanguage(x, page) {
			continue
		}
		what := fmt.Sprintf("what %s gets depends on %s, and caches are not told", route, decider.Name)
		if sharedMayStore(page.Response.Header) {
			report(page, decider.Name, "%s", what)
		}
		if x.Response.Status == http.StatusOK && sharedMayStore(x.Response.Header) ||
			lifetime(x.Response.Header, true) > 0 {
			report(x, decider.Name, "%s", what)
		}
	}
	return p.varyByOrigin(ctx)
}

// sameLanguage: two pages say that they are in one language, or say nothing.
func (p *Pass) sameLanguage(a, b *Exchange) bool {
	language := func(x *Exchange) string {
		body, err := p.Content(x)
		if err != nil {
			return ""
		}
		tags := readTags(body)
		i := slices.IndexFunc(tags, func(t tag) bool { return t.name == "html" })
		if i < 0 {
			return ""
		}
		return strings.ToLower(tags[i].attr["lang"])
	}
	return language(a) == language(b)
}

// varyByOrigin asks for a file from another origin, as pages with crossorigin do.
func (p *Pass) varyByOrigin(ctx context.Context) error {
	const origin = "https://spatest.example"
	for _, f := range p.revisited() {
		x, err := p.Get(ctx, f.Target, with(Subresource(f.Dest), Field{"Origin", origin}))
		if err != nil {
			return err
		}
		if x.Response.Header.Get("Access-Control-Allow-Origin") == origin &&
			sharedMayStore(x.Response.Header) && !varies(x.Response.Header, "Origin") {
			p.Reportf(x, "Vary: Origin", shown(x, "Vary"),
				"%s is allowed to the origin that asks, and caches are not told", f.Target)
		}
	}
	return nil
}

// with is the header with one field set to another value.
func with(header []Field, field Field) []Field {
	others := slices.DeleteFunc(slices.Clone(header), func(f Field) bool {
		return strings.EqualFold(f.Name, field.Name)
	})
	return append(others, field)
}
