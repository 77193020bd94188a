package spatest

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

func cachingConfigChecks() []Check {
	return []Check{
		{
			Name: "caching-config-revalidates", Group: "caching", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9111.html#section-4.2.2",
			Doc: `a configuration that a start of the server writes, such as env.js or config.json, ` +
				`may not be kept for more than ten minutes without being revalidated

It changes without a build, and with it where the app finds its API: for as long as caches
keep it, a new page runs with an old configuration, and calls an API that has moved. A rule
for all scripts is how it usually happens.`,
			Run: checkConfigRevalidates,
		},
	}
}

// briefly is for how long a host may keep what changes, by its own choice.
const briefly = 10 * time.Minute

// forCrawlers are files that no app reads.
var forCrawlers = regexp.MustCompile(`^(robots|llms|humans)\.txt$|(^|/)sitemap[^/]*\.(xml|txt)$`)

// usualConfigs are asked for where the build is not known.
var usualConfigs = []string{
	"/env.js", "/env-config.js", "/config.js", "/runtime-config.js", "/app-config.js", "/config.json", "/env.json",
	"/settings.json", "/appsettings.json", "/assets/env.js", "/assets/config.json", "/assets/config/config.json",
}

func checkConfigRevalidates(ctx context.Context, p *Pass) error {
	// What a start writes for crawlers alone is none.
	files := p.filesWhere(func(f File) bool {
		return isConfig(f) || !forCrawlers.MatchString(f.Name) && slices.Contains(p.Target.Configured, "/"+f.Name)
	})
	if p.Target.Dist == nil {
		for _, target := range usualConfigs {
			if !slices.ContainsFunc(files, func(f File) bool { return strings.HasPrefix(f.Target+"?", target+"?") }) {
				files = append(files, File{Target: target, Dest: destOf(target)})
			}
		}
	}
	var found atomic.Int64
	err := p.each(ctx, files, func(ctx context.Context, f File) error {
		x, err := p.Get(ctx, f.Target, Subresource(f.Dest))
		if err != nil || x.Response.Status != http.StatusOK || mediaType(x) == "text/html" || p.Resembles(x) {
			return err
		}
		found.Add(1)
		if lifetime(x.Response.Header, false) > briefly {
			p.Reportf(x, "Cache-Control: no-cache (or no-store, or max-age=0)", policy(x),
				"caches may reuse %s, which a start of the server may change, without revalidating it", f.Target)
		}
		return nil
	})
	if err == nil && found.Load() == 0 {
		return skipf("no configuration of its own is known, such as env.js or config.json (Configured)")
	}
	return err
}
