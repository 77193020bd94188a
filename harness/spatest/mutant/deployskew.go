package mutant

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// oldAsset and newAsset: an asset that one of the two builds has alone.
func oldAsset(r *http.Request) bool {
	return under("/assets/")(r) && exists(r) && !existsNext(r)
}

func newAsset(r *http.Request) bool {
	return under("/assets/")(r) && existsNext(r) && !exists(r)
}

func existsNext(r *http.Request) bool {
	_, found := reference{NextFixture()}.find(r)
	return found
}

func deploySkewMutants() []Mutant {
	const chunk, retained, deep = "deploy-skew-old-chunk", "deploy-skew-retained", "deploy-skew-root-vs-deep"
	const rollback, mixed = "deploy-skew-rollback", "deploy-skew-mixed-replicas"
	const cross = "deploy-skew-cross-build-validator"
	index := func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/assets/index-") }
	about := func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/assets/about-") }
	cached404 := edit(oldAsset, func(_ int, h http.Header) int {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		return http.StatusNotFound
	})
	return []Mutant{
		{Name: "old-chunk-page", Check: chunk, Doc: "answers with the page for assets that a deploy removed",
			Life: Life{Deployed: asPage(oldAsset)}},
		{Name: "old-chunk-cached-404", Check: chunk,
			Doc:  "lets caches keep for a year the 404 for assets that a deploy removed",
			Life: Life{Deployed: cached404}},
		{Name: "old-chunk-new-bytes", Check: chunk, Doc: "answers a request for yesterday's entry script with today's",
			Life: Life{Deployed: on(all(oldAsset, index),
				answer(http.StatusOK, "text/javascript", "console.log('the new build')"))}},
		{Name: "old-chunk-500", Check: chunk, Doc: "fails for assets that a deploy removed",
			Life: Life{Deployed: on(oldAsset, answer(http.StatusInternalServerError, "text/plain", "no such file"))}},

		{Name: "deploy-drops-assets", Check: retained, Doc: "drops, during a deploy, the assets that it claims to keep",
			Life: Life{Drops: true}},
		{Name: "deploy-drops-in-folder", Check: retained,
			Doc:  "empties its folder during a deploy, though it claims to keep assets",
			Life: Life{Drops: true, InFolder: true}},
		{Name: "deploy-drops-lazy-chunks", Check: retained,
			Doc:  "keeps, after a deploy, what the old page names, but not what is loaded later",
			Life: Life{Deployed: status(all(oldAsset, about), http.StatusNotFound)}},

		{Name: "routes-from-start", Check: deep, Doc: "keeps for routes the page that it read when it started",
			Life: Life{InFolder: true}, Wrap: keepsPage(all(navigation, isRoute, not(dotfile)), every)},
		{Name: "index-from-start", Check: deep, Doc: "keeps /index.html in memory, but not /",
			Life: Life{InFolder: true}, Wrap: keepsPage(at("/index.html"), every)},
		{Name: "compressed-from-start", Check: deep, Doc: "keeps the compressed page in memory",
			Life: Life{InFolder: true}, Wrap: keepsPage(all(at("/"), acceptsGzip), every)},
		{Name: "worker-from-start", Check: deep, Doc: "has two processes, one of which keeps its page in memory",
			Life: Life{InFolder: true}, Wrap: keepsPage(at("/"), everyOther)},

		{Name: "tag-of-size", Check: cross,
			Doc: "makes tags from the size and from a time that is the same in all images",
			Wrap: tagged(func(page *httptest.ResponseRecorder) string {
				return fmt.Sprintf("65e08880-%x", page.Body.Len())
			})},
		{Name: "tag-of-url", Check: cross, Also: []string{"lifecycle-replace-coherent"},
			Doc: "makes tags from the URL",
			Wrap: tagged(func(page *httptest.ResponseRecorder) string {
				return "v1" + page.Header().Get("Content-Encoding")
			})},
		{Name: "any-tag", Check: cross, Doc: "answers 304 after a deploy to any tag",
			Life: Life{Deployed: on(all(navigation, conditional), notModified)}},

		{Name: "rollback-by-date", Check: rollback, Doc: "has only dates, and compares them as earlier or later",
			Wrap: byDate(func(modified, since time.Time) bool { return !modified.After(since) })},
		{Name: "rollback-remembers-tags", Check: rollback,
			Doc: "answers 304 to the tags of a build that it was rolled back from",
			Wrap: on(all(isPage, conditional),
				func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					if id := buildOf(next, r); id == "A" &&
						statusOf(Reference(NextFixture()), r) == http.StatusNotModified &&
						r.Header.Get("If-None-Match") != "*" {
						notModified(w, r, next)
						return
					}
					next.ServeHTTP(w, r)
				})},

		{Name: "replica-page", Check: mixed, Doc: "answers with the page for assets that only the next build has",
			Wrap: onMissing(newAsset, pageFor)},
		{Name: "replica-to-root", Check: mixed, Doc: "redirects to / from assets that only the next build has",
			Wrap: onMissing(newAsset, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
				http.Redirect(w, r, "/", http.StatusFound)
			})},
		{Name: "replica-empty", Check: mixed, Doc: "answers with an empty 200 for assets that only the next build has",
			Wrap: onMissing(newAsset, answer(http.StatusOK, "text/javascript", ""))},
		{Name: "replica-cached-404", Check: mixed,
			Doc: "lets caches keep for a year the 404 for assets that only the next build has",
			Wrap: onMissing(newAsset, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				set(always, "Cache-Control", "max-age=31536000")(next).ServeHTTP(w, r)
			})},
	}
}

func deploySkewOddities() []Mutant {
	return []Mutant{
		{Name: "old-chunk-410", Check: "deploy-skew-old-chunk",
			Doc: "answers 410 for assets that a deploy removed",
			Life: Life{
				Undeclared: true, Deployed: on(oldAsset, answer(http.StatusGone, "text/plain", "gone\n"))}},
		{Name: "old-chunk-elsewhere", Check: "deploy-skew-old-chunk",
			Doc: "redirects to an archive from assets that a deploy removed",
			Life: Life{
				Deployed: redirect(all(oldAsset, func(r *http.Request) bool { return r.URL.RawQuery == "" }),
					http.StatusFound,
					func(r *http.Request) string { return r.URL.Path + "?from=archive" })}},
		{Name: "retains-nothing", Check: "deploy-skew-retained",
			Doc:  "drops assets during a deploy, and does not claim to keep them",
			Life: Life{Drops: true, Undeclared: true}},
		{Name: "deploys-into-folder", Check: "deploy-skew-root-vs-deep",
			Doc:  "receives the files of a new build in its folder while it runs",
			Life: Life{InFolder: true}},
		{Name: "deploys-to-port", Check: "deploy-skew-root-vs-deep", Doc: "has another port after each deploy",
			Life: Life{Moves: true}},
		{Name: "dates-of-builds", Check: "deploy-skew-cross-build-validator",
			Doc:  "has only dates, and compares them for equality",
			Wrap: byDate(time.Time.Equal)},
		{Name: "tags-of-deploys", Check: "deploy-skew-rollback",
			Doc: "changes the tags of its pages with each deploy, even if the content is the same",
			Wrap: func(next http.Handler) http.Handler {
				start := time.Now().UnixNano()
				return tagged(
					func(page *httptest.ResponseRecorder) string {
						return fmt.Sprintf("%x-%x", start, page.Body.Len())
					},
				)(
					next,
				)
			}},
		{Name: "replica-503", Check: "deploy-skew-mixed-replicas",
			Doc: "sends Retry-After for assets that only the next build has",
			Wrap: onMissing(newAsset, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				w.Header().Set("Retry-After", "5")
				answer(http.StatusServiceUnavailable, "text/plain", "soon\n")(w, r, next)
			})},
		{Name: "replica-elsewhere", Check: "deploy-skew-mixed-replicas",
			Doc: "redirects to another store from assets that only the next build has",
			Wrap: onMissing(newAsset, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
				http.Redirect(w, r, "https://assets.example.com"+r.URL.Path, http.StatusFound)
			})},
	}
}

// isPage: where the page is, for who navigates.
func isPage(r *http.Request) bool {
	return at("/", "/index.html")(r) || navigation(r) && isRoute(r)
}

func notModified(w http.ResponseWriter, r *http.Request, next http.Handler) {
	edit(always, func(_ int, h http.Header) int {
		for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding"} {
			h.Del(name)
		}
		return http.StatusNotModified
	})(next).ServeHTTP(w, r)
}

// hasTag is the weak comparison of If-None-Match (RFC 9110, section 13.1.2).
func hasTag(values []string, tag string) bool {
	for candidate := range strings.SplitSeq(strings.Join(values, ","), ",") {
		candidate = strings.TrimSpace(candidate)
		if candidate == "*" || strings.TrimPrefix(candidate, "W/") == tag {
			return true
		}
	}
	return false
}

// onMissing answers by then for what matches and is not there.
func onMissing(m match, then func(w http.ResponseWriter, r *http.Request, next http.Handler)) wrap {
	return on(m, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if statusOf(next, r) == http.StatusNotFound {
			then(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// keepsPage keeps the first answer to matching requests, in each coding, and
// answers with it as often as when says.
func keepsPage(m match, when func(n int64) bool) wrap {
	return func(next http.Handler) http.Handler {
		var kept sync.Map
		var n atomic.Int64
		return on(all(m, method("GET", "HEAD")), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			whole := r.Clone(r.Context())
			whole.Method = http.MethodGet
			whole.Header = http.Header{}
			for _, name := range []string{"Accept", "Accept-Encoding", "Sec-Fetch-Dest", "Sec-Fetch-Mode"} {
				whole.Header[name] = r.Header[name]
			}
			first, ok := kept.Load(acceptsGzip(r))
			if !ok {
				if p := record(next, whole); p.Code == http.StatusOK {
					kept.Store(acceptsGzip(r), p)
				}
			}
			if !ok || !when(n.Add(1)) || len(r.Header["Range"]) > 0 {
				next.ServeHTTP(w, r)
				return
			}
			memory := first.(*httptest.ResponseRecorder)
			if hasTag(r.Header.Values("If-None-Match"), memory.Header().Get("ETag")) {
				notModified(w, r, sends(memory))
				return
			}
			replay(w, memory)
		})(next)
	}
}

func sends(recorded *httptest.ResponseRecorder) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { replay(w, recorded) })
}

func every(int64) bool        { return true }
func everyOther(n int64) bool { return n%2 == 0 }

// tagged gives the page tags of another make.
func tagged(tag func(page *httptest.ResponseRecorder) string) wrap {
	return on(all(isPage, method("GET", "HEAD")), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		plain := r.Clone(r.Context())
		plain.Method = http.MethodGet
		for _, name := range []string{"If-None-Match", "Range", "If-Range"} {
			plain.Header.Del(name)
		}
		page := record(next, plain)
		if page.Code != http.StatusOK {
			next.ServeHTTP(w, r)
			return
		}
		value := `"` + tag(page) + `"`
		page.Header().Set("ETag", value)
		if hasTag(r.Header.Values("If-None-Match"), value) {
			notModified(w, r, sends(page))
			return
		}
		replay(w, page)
	})
}

// byDate gives the page a date in place of a tag: that of its build.
func byDate(fresh func(modified, since time.Time) bool) wrap {
	dates := map[string]time.Time{
		"A": time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC),
		"B": time.Date(2024, time.February, 1, 0, 0, 0, 0, time.UTC),
	}
	return on(isPage, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		id := buildOf(next, r)
		handler := edit(always, func(status int, h http.Header) int {
			if h.Get("ETag") != "" {
				h.Del("ETag")
				h.Set("Last-Modified", dates[id].Format(http.TimeFormat))
			}
			return status
		})(next)
		since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
		if err == nil && !conditional(r) && fresh(dates[id], since) {
			notModified(w, r, handler)
			return
		}
		handler.ServeHTTP(w, r)
	})
}
