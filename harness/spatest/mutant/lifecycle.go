package mutant

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"spabench/harness/spatest"
)

// withoutBuild: a navigation to the root of a server that has no page.
func withoutBuild(then func(w http.ResponseWriter, r *http.Request, next http.Handler)) wrap {
	return on(all(at("/"), navigation), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if statusOf(next, r) == http.StatusInternalServerError {
			then(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// answer sends a text.
func answer(status int, kind, text string) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		w.Write([]byte(text))
	}
}

// end ends the server, as an exception does that nobody catches.
func end(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
	r.Context().Value(http.ServerContextKey).(*http.Server).Close()
	panic(http.ErrAbortHandler)
}

// pageFor answers as asPage does.
func pageFor(w http.ResponseWriter, r *http.Request, next http.Handler) {
	asPage(always)(next).ServeHTTP(w, r)
}

// gone and unreadable are what the reference says of such assets.
func gone(status int) bool       { return status == http.StatusNotFound }
func unreadable(status int) bool { return status == http.StatusInternalServerError }

func isPageFile(name string) bool { return name == "index.html" || name == "index.html.gz" }

func lifecycleMutants() []Mutant {
	const missing, stop = "lifecycle-missing-build-fails-loud", "lifecycle-graceful-stop"
	const replace, deleted = "lifecycle-replace-coherent", "lifecycle-file-deleted"
	const added, unread = "lifecycle-new-file-visible", "lifecycle-io-error-not-shell"
	return []Mutant{
		{Name: "welcome-page", Check: missing, Doc: "shows a page of its own if there is no build", Wrap: withoutBuild(
			answer(http.StatusOK, "text/html; charset=utf-8",
				"<!doctype html><title>Welcome</title><h1>It works!</h1>\n"))},
		{Name: "blank-page", Check: missing, Doc: "answers with an empty 200 if there is no build",
			Wrap: withoutBuild(answer(http.StatusOK, "text/html", ""))},
		{Name: "to-setup", Check: missing, Doc: "redirects to a setup page if there is no build",
			Wrap: both(
				on(at("/setup"), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					if statusOf(next, r) == http.StatusInternalServerError {
						answer(http.StatusOK, "text/html", "install me")(w, r, next)
						return
					}
					next.ServeHTTP(w, r)
				}),
				withoutBuild(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
					w.Header().Set("Location", "/setup")
					w.WriteHeader(http.StatusFound)
				}))},

		{Name: "stop-hangs-up", Check: stop, Doc: "closes all connections on its stop signal",
			Life: Life{Stop: func(_ context.Context, server running) spatest.Exit {
				server.Close()
				return spatest.Exit{}
			}}},
		{Name: "stop-fails", Check: stop, Doc: "exits with code 1 on its stop signal",
			Life: Life{Stop: func(ctx context.Context, server running) spatest.Exit {
				finish(ctx, server)
				return spatest.Exit{Code: 1}
			}}},
		{Name: "stop-ignored", Check: stop, Doc: "ignores its stop signal",
			Life: Life{Stop: func(ctx context.Context, server running) spatest.Exit {
				finish(ctx, server) // as if the grace time had gone
				return spatest.Exit{Code: 137, Killed: true}
			}}},
		{Name: "stop-waits-for-idle", Check: stop,
			Doc: "waits on its stop signal until browsers have closed their connections",
			Life: Life{
				Stop: func(ctx context.Context, server running) spatest.Exit {
					for range 120 { // the grace time, in brief
						if server.conns.Load() == 0 {
							return finish(ctx, server)
						}
						time.Sleep(10 * time.Millisecond)
					}
					server.Close()
					return spatest.Exit{Code: 137, Killed: true}
				}}},

		{Name: "page-length-remembered", Check: replace, Doc: "sends each page with the length of the first",
			Wrap: remembers("Content-Length")},
		{Name: "page-tag-remembered", Check: replace, Doc: "sends each page with the ETag of the first",
			Wrap: remembers("ETag")},
		{Name: "page-in-pieces", Check: replace, Doc: "reads the page in two pieces, and opens it for each", Life: Life{
			Files: perFile(isPageFile, func() func([]byte, error) ([]byte, error) {
				var before, now []byte
				return func(data []byte, err error) ([]byte, error) {
					if err != nil {
						return data, err
					}
					if string(now) != string(data) {
						before, now = now, data
					}
					if before == nil {
						return data, nil
					}
					half := min(len(before), len(data)) / 2
					return slices.Concat(before[:half], data[half:]), nil
				}
			})}},

		{Name: "deleted-500", Check: deleted,
			Doc:  "lists its files when it starts, and fails for those that have since been deleted",
			Life: Life{Files: list(listedStays)}},
		{Name: "deleted-page", Check: deleted, Doc: "answers with the page for an asset that was deleted",
			Wrap: whenGone(gone, pageFor)},
		{Name: "deleted-empty", Check: deleted, Doc: "answers with an empty 200 for an asset that was deleted",
			Wrap: whenGone(gone, answer(http.StatusOK, "text/javascript", ""))},
		{Name: "deleted-breaks", Check: deleted, Doc: "fails every request after an asset is deleted",
			Wrap: func(next http.Handler) http.Handler {
				var broken atomic.Bool
				watched := whenGone(gone, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					broken.Store(true)
					next.ServeHTTP(w, r)
				})(next)
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if broken.Load() && r.URL.Path == "/" {
						fail(w, http.StatusInternalServerError)
						return
					}
					watched.ServeHTTP(w, r)
				})
			}},

		{Name: "deleted-ends", Check: deleted, Doc: "ends when it is asked for an asset that was deleted",
			Wrap: whenGone(gone, end)},

		{Name: "list-from-start", Check: added, Doc: "serves the files that it found when it started",
			Life: Life{Files: list(listedAlone)}},
		{Name: "miss-remembered", Check: added, Doc: "remembers for a minute that there was no file",
			Life: Life{Files: perFile(anyName, missFor(time.Minute))}},

		{Name: "unreadable-page", Check: unread, Doc: "answers with the page for an asset that it cannot read",
			Wrap: whenGone(unreadable, pageFor)},
		{Name: "unreadable-empty", Check: unread, Doc: "answers with an empty 200 for an asset that it cannot read",
			Wrap: whenGone(unreadable, answer(http.StatusOK, "text/javascript", ""))},
		{Name: "unreadable-ends", Check: unread, Doc: "ends when it is asked for an asset that it cannot read",
			Wrap: whenGone(unreadable, end)},
		{Name: "unreadable-broken", Check: unread, Doc: "sends a header for an asset, and then cannot read it",
			Wrap: whenGone(unreadable, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				raw(
					always,
					"HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nContent-Length: 4096\r\n\r\n",
				)(
					next,
				).ServeHTTP(w, r)
			})},
	}
}

// remembers sends "/" with the header field of the first answer in the coding.
func remembers(name string) wrap {
	return func(next http.Handler) http.Handler {
		var first sync.Map
		return on(all(at("/"), method("GET")), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			edit(always, func(status int, h http.Header) int {
				if status == http.StatusOK {
					value, _ := first.LoadOrStore(h.Get("Content-Encoding"), h.Get(name))
					h.Set(name, value.(string))
				}
				return status
			})(next).ServeHTTP(w, r)
		})(next)
	}
}

func lifecycleOddities() []Mutant {
	return []Mutant{
		{Name: "no-start-without-build", Check: "lifecycle-missing-build-fails-loud",
			Doc: "does not start without a build",
			Life: Life{Start: func(b spatest.Build) error {
				if b == spatest.None {
					return errors.New("no index.html")
				}
				return nil
			}}},
		{Name: "unavailable-without-build", Check: "lifecycle-missing-build-fails-loud",
			Doc: "answers 503 until there is a build",
			Wrap: withoutBuild(
				answer(http.StatusServiceUnavailable, "text/html", "<title>Back soon</title>"))},
		{Name: "stop-143", Check: "lifecycle-graceful-stop", Doc: "reports the stop signal in its exit code",
			Life: Life{Stop: func(ctx context.Context, server running) spatest.Exit {
				finish(ctx, server)
				return spatest.Exit{Code: 143}
			}}},
		{Name: "stop-later", Check: "lifecycle-graceful-stop",
			Doc: "keeps serving for a while after its stop signal, until load balancers have noticed",
			Life: Life{Stop: func(ctx context.Context, server running) spatest.Exit {
				time.Sleep(300 * time.Millisecond)
				return finish(ctx, server)
			}}},
		{Name: "closes-connections", Check: "lifecycle-graceful-stop", Doc: "closes the connection after each answer",
			Wrap: set(always, "Connection", "close")},
		{Name: "page-in-memory", Check: "lifecycle-replace-coherent", Doc: "keeps the page that it has read",
			Life: Life{Files: perFile(isPageFile, firstRead)}},
		{Name: "all-in-memory", Check: "lifecycle-file-deleted", Doc: "keeps every file that it has read",
			Life: Life{Files: perFile(anyName, firstRead)}},
		{Name: "deleted-410", Check: "lifecycle-file-deleted", Doc: "answers 410 for an asset that was deleted",
			Wrap: whenGone(gone, answer(http.StatusGone, "text/plain", "gone\n"))},
		{Name: "miss-remembered-briefly", Check: "lifecycle-new-file-visible",
			Doc:  "remembers for a moment that there was no file",
			Life: Life{Files: perFile(anyName, missFor(300*time.Millisecond))}},
		{Name: "unreadable-403", Check: "lifecycle-io-error-not-shell", Doc: "forbids what it cannot read",
			Wrap: whenGone(unreadable, answer(http.StatusForbidden, "text/plain", "no\n"))},
		{Name: "unreadable-404", Check: "lifecycle-io-error-not-shell", Doc: "does not find what it cannot read",
			Wrap: whenGone(unreadable, answer(http.StatusNotFound, "text/plain", "no\n"))},
	}
}
