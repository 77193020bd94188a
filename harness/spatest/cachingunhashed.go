package spatest

import (
	"context"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// oneDay is how long a service worker's script may come from a cache.
const oneDay = 24 * time.Hour

// steering are the files that control the app and whose names do not change with their content.
func (p *Pass) steering() []File {
	files := p.filesWhere(func(f File) bool {
		ext := path.Ext(f.Name)
		if ext == "" {
			ext = f.Ext()
		}
		return f.Target != "/" && !f.Hashed && !mayBeVersioned(f.Target) &&
			slices.Contains([]string{".js", ".mjs", ".css", ".wasm", ".json", ".webmanifest", ".html"},
				strings.ToLower(ext))
	})
	if p.Target.Dist == nil {
		// What apps have and their pages do not refer to.
		for _, name := range []string{"sw.js", "service-worker.js", "manifest.webmanifest", "manifest.json",
			"version.json", "config.json", "config.js", "env.js", "env-config.js"} {
			guess := File{Target: "/" + name, Dest: destOf(name)}
			if !slices.ContainsFunc(files, func(f File) bool { return f.Target == guess.Target }) {
				files = append(files, guess)
			}
		}
	}
	return files
}

func checkUnhashed(ctx context.Context, p *Pass) error {
	var found atomic.Int64
	err := p.each(ctx, p.steering(), func(ctx context.Context, f File) error {
		x, err := p.Get(ctx, f.Target, Subresource(f.Dest))
		if err != nil || x.Response.Status != http.StatusOK || p.Resembles(x) {
			return err
		}
		found.Add(1)
		if withoutAsking(x.Response.Header) > oneDay {
			p.Reportf(
				x,
				"Cache-Control: no-cache, or a max-age of at most 86400",
				policy(x),
				"%s has no hash in its name, and is kept for more than a day",
				f.Target,
			)
		}
		return nil
	})
	if err == nil && found.Load() == 0 {
		return skipf("no script, style, manifest or page without a hash in its name is known")
	}
	return err
}

var versionNumber = regexp.MustCompile(`^v?[0-9]+(\.[0-9]+)+$`)

// mayBeVersioned reports whether a part of the target may change with its
// content. Where [hashed] must be sure that it does, this is sure that it does
// not: hashes come without a separator, as folders, and of letters alone.
func mayBeVersioned(target string) bool {
	name, _, query := strings.Cut(target, "?")
	segments := strings.Split(name, "/")
	last := notInStem.ReplaceAllString(segments[len(segments)-1], "")
	segments[len(segments)-1] = last[strings.LastIndexAny(last, "-._~")+1:]
	if hash := hashAtEnd.FindStringSubmatch(last); hash != nil {
		segments = append(segments, hash[1]) // which may have a separator in it
	}
	if !strings.ContainsAny(last, ".~") && strings.ToLower(last) != last && strings.ToUpper(last) != last {
		segments = append(segments, last) // nothing but a hash in base64url, as SvelteKit names chunks
	}
	return query || slices.ContainsFunc(segments, func(s string) bool {
		return versionNumber.MatchString(s) || len(s) >= 6 && strings.ToLower(s) != s ||
			len(s) >= 6 && strings.ContainsAny(s, "0123456789")
	})
}
