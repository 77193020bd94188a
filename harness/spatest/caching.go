package spatest

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
)

func cachingChecks() []Check {
	return []Check{
		{
			Name: "caching-index-revalidates", Group: "caching", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9111.html#section-4.2.2",
			Doc: `the page says at every URL that caches must ask before they use it again

Silence is not enough: a cache may then guess a lifetime (RFC 9111, section
4.2.2). Users stay on the old build, whose chunks are gone after a deploy.`,
			Run: checkPageRevalidates,
		},
		{
			Name: "caching-hashed-immutable", Group: "caching", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc8246.html#section-2",
			Doc: `assets whose names carry a hash are kept for a year (max-age of 31536000 or more) and immutable

Their content never changes. Anything less makes every visit ask again for what
the browser has.`,
			Run: checkHashedImmutable,
		},
	}
}

func checkPageRevalidates(ctx context.Context, p *Pass) error {
	for _, target := range []string{"/", "/index.html", p.Routes()[0]} {
		x, err := p.Get(ctx, target, Navigation)
		if err != nil {
			return err
		}
		// Where it is not the page, other checks say so.
		if p.IsPage(x) && !revalidates(x.Response.Header) {
			p.Reportf(x, "Cache-Control: no-cache (or no-store, or max-age=0)", policy(x), "the page may be used again without asking")
		}
	}
	return nil
}

func policy(x *Exchange) string {
	value := strings.Join(x.Response.Header.Values("Cache-Control"), ", ")
	if value == "" {
		return "no Cache-Control"
	}
	return "Cache-Control: " + value
}

// revalidates reports whether a browser must ask before it uses the response
// again: an explicit lifetime of nothing (RFC 9111, section 4.2.1), or no-cache.
func revalidates(header http.Header) bool {
	directives := cacheControl(header)
	// no-cache with field names restricts these fields alone (section 5.2.2.4).
	if value, ok := directives["no-cache"]; ok && value == "" {
		return true
	}
	if _, ok := directives["no-store"]; ok {
		return true
	}
	if age, ok := directives["max-age"]; ok {
		return age == "0"
	}
	expires := header.Values("Expires")
	if len(expires) == 0 {
		return false
	}
	at, err := http.ParseTime(expires[0])
	if err != nil {
		return true // "0" and the like are in the past (section 5.3)
	}
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		date = time.Now()
	}
	return !at.After(date)
}

func checkHashedImmutable(ctx context.Context, p *Pass) error {
	assets := onePerExtension(p.filesWhere(func(f File) bool { return f.Hashed }))
	if len(assets) == 0 {
		return skipf("no asset with a hash in its name is known")
	}
	return p.each(ctx, assets, func(ctx context.Context, f File) error {
		x, err := p.Get(ctx, f.Target, Subresource(f.Dest))
		if err != nil || x.Response.Status != http.StatusOK {
			return err
		}
		directives := cacheControl(x.Response.Header)
		age, err := strconv.ParseInt(directives["max-age"], 10, 64)
		_, immutable := directives["immutable"]
		_, noStore := directives["no-store"]
		_, noCache := directives["no-cache"]
		if err != nil || age < 31536000 || !immutable || noStore || noCache {
			p.Reportf(x, "Cache-Control: max-age=31536000, immutable", policy(x), "a hashed asset is not kept for a year")
		}
		return nil
	})
}

// cacheControl reads the directives, names in lower case, values unquoted. Of a
// repeated directive the first counts (RFC 9111, section 4.2.1).
func cacheControl(header http.Header) map[string]string {
	directives := map[string]string{}
	rest := strings.Join(header.Values("Cache-Control"), ",")
	for rest != "" {
		var name, value string
		end := strings.IndexAny(rest, ",=")
		if end < 0 {
			name, rest = rest, ""
		} else if name = rest[:end]; rest[end] == ',' {
			rest = rest[end+1:]
		} else if rest = strings.TrimLeft(rest[end+1:], " \t"); strings.HasPrefix(rest, `"`) {
			value, rest, _ = strings.Cut(rest[1:], `"`)
			_, rest, _ = strings.Cut(rest, ",")
		} else {
			value, rest, _ = strings.Cut(rest, ",")
		}
		name = strings.ToLower(strings.TrimSpace(name))
		if _, ok := directives[name]; !ok && name != "" {
			directives[name] = strings.TrimSpace(value)
		}
	}
	return directives
}
