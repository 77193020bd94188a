package cause

import (
	"slices"
	"strings"

	"spabench/harness/spatest"
)

// Cause is one thing that is wrong with a server, and that several checks notice.
type Cause struct {
	Name  string // stable, kebab-case; a remedy can be written for it
	Title string // what is wrong and whom it hurts, in one sentence

	// Checks are those that notice it, the most telling first.
	Checks []string

	// Shows reports whether a finding is of this cause; nil: each finding of these checks is. A check belongs to the
	// first cause that lists it and that one of its findings shows.
	Shows func(spatest.Finding) bool
}

// Causes lists all of them. What decides is what the server sent, never how a finding is worded.
func Causes() []Cause {
	return slices.Concat(fallbackCauses(), cachingCauses(), protocolCauses(), securityCauses(), lifeCauses())
}

// fallbackCauses are about who gets the page, and who does not.
func fallbackCauses() []Cause {
	return []Cause{
		{
			Name: "missing-gets-page",
			Title: "What does not exist is answered 200 with the page: a missing script, image or data file is HTML " +
				"to whoever asked for it, and success to caches and monitors.",
			Checks: []string{
				"assets-missing-404", "assets-missing-root-file-404", "assets-crawler-files", "browser-fetch-metadata",
				"browser-old-tab", "deploy-skew-old-chunk", "browser-service-worker", "assets-well-known-404",
				"assets-file-as-dir", "clients-streams-not-page", "browser-accept-json-route",
				"security-dotfiles-not-page",
				"lifecycle-file-deleted", "lifecycle-io-error-not-shell",
			},
			Shows: gotPage,
		},
		{
			Name: "api-gets-page",
			Title: "Paths of the API are answered with the page: clients that expect JSON or an error get HTML " +
				"and success.",
			Checks: []string{
				"api-reached", "api-unknown-404", "api-unsafe-never-shell", "api-error-passthrough", "api-preflight",
				"api-dead-upstream", "api-root", "api-path-normalisation",
			},
			Shows: gotPage,
		},
		{
			Name:  "routes-refused",
			Title: "Routes of the app are refused: a reload, a bookmark or a shared link ends in an error page.",
			Checks: []string{
				"routing-deep-link", "routing-dot-in-route", "routing-trailing-slash", "routing-encoded-segment",
				"clients-machines", "clients-browser-fields",
			},
			Shows: refused,
		},
		{
			Name:  "files-get-page",
			Title: "Files of the build are answered with the page: the fallback comes before them.",
			Checks: []string{
				"routing-real-file-wins", "assets-bytes-exact", "assets-js-mime", "assets-well-known",
				"browser-shell-closure", "browser-worker-active", "assets-type-map", "assets-name-encoding",
			},
			Shows: gotPage,
		},
		{
			Name: "directory-redirect",
			Title: "Names of folders are redirected to their slash: a route of that name leaves the app, and the " +
				"redirect may lead to another host or port.",
			Checks: []string{
				"routing-directory-collision", "security-host-in-redirect", "routing-trailing-slash",
				"routing-redirect-query", "routing-one-hop", "routing-index-canonical",
			},
			Shows: ledToFolder,
		},
		{
			Name: "media-types",
			Title: "Files are sent with a wrong media type: browsers refuse scripts, and download what they should " +
				"show.",
			Checks: []string{"assets-js-mime", "assets-type-map", "assets-well-known-type", "assets-query"},
		},
	}
}

func cachingCauses() []Cause {
	return []Cause{
		{
			Name: "no-cache-policy",
			Title: "Nothing says how long it may be cached: browsers guess, keep an old page after a deploy, and ask " +
				"again for assets that never change.",
			Checks: []string{"caching-index-revalidates", "caching-unhashed-explicit", "caching-hashed-immutable"},
			Shows:  noCachePolicy,
		},
		{
			Name: "one-cache-policy",
			Title: "The cache policy does not fit what it is sent with: the page must be revalidated, and only names " +
				"with a hash may be kept.",
			Checks: []string{
				"caching-index-revalidates", "caching-unhashed-not-immutable", "caching-config-revalidates",
				"caching-errors-not-stored", "api-not-asset-cached", "caching-hashed-immutable",
				"caching-index-immediate", "caching-fallback-equals-index",
			},
			Shows: cachePolicy,
		},
		{
			Name:   "vary",
			Title:  "Responses that depend on Accept-Encoding do not say so: a shared cache sends the wrong coding.",
			Checks: []string{"compression-vary", "compression-vary-identity"},
		},
		{
			Name: "stale-validators",
			Title: "A validator outlives what it stands for: browsers are told that their old page is still the " +
				"current one.",
			Checks: []string{
				"conditional-no-false-304", "deploy-skew-cross-build-validator", "deploy-skew-rollback",
				"conditional-mtime-sane",
			},
		},
		{
			Name: "nonce-confirmed",
			Title: "A page with a nonce is confirmed by a 304: the stored page and its new policy do not fit " +
				"together.",
			Checks: []string{"conditional-304-policy", "security-nonce"},
		},
	}
}

func protocolCauses() []Cause {
	return []Cause{
		{
			Name: "conditional-requests",
			Title: "If-None-Match and If-Modified-Since are misread: caches are sent again what they have, or keep " +
				"what has changed.",
			Checks: []string{
				"conditional-304", "conditional-inm-forms", "conditional-precedence", "compression-revalidates",
			},
		},
		{
			Name:  "range-requests",
			Title: "Range requests are misread: downloads that resume, and videos, break or get the wrong bytes.",
			Checks: []string{
				"range-correct", "range-if-range", "compression-range-safe", "conditional-malformed",
				"range-long-suffix", "range-bounded",
			},
			Shows: askedForRange,
		},
		{
			Name:   "unsafe-methods",
			Title:  "Methods other than GET and HEAD are answered as GET: a client's mistake looks like success.",
			Checks: []string{"methods-unsafe-rejected", "methods-options-trace"},
			Shows:  succeeded,
		},
		{
			Name: "lenient-parser",
			Title: "Malformed requests are accepted: where a proxy reads them differently, an attacker can hide a " +
				"request in them.",
			Checks: []string{
				"methods-te-cl", "methods-framing-ambiguous", "methods-framing-in-step", "methods-host-required",
				"methods-absolute-form", "methods-framing-refused",
			},
		},
	}
}

func securityCauses() []Cause {
	return []Cause{
		{
			Name:  "hidden-files-served",
			Title: "Files that nobody should get are served: keys, repositories, what the project is built from.",
			Checks: []string{
				"security-dotfiles", "security-guard-bypass", "security-project-files", "security-source-maps",
			},
			Shows: succeeded,
		},
		{
			Name:  "paths-break-server",
			Title: "Malformed or long paths are answered as errors of the server, which wakes whoever watches them.",
			Checks: []string{
				"routing-hostile-path-no-5xx", "security-control-bytes", "security-windows-paths", "security-oversize",
				"security-error-no-leak",
			},
			Shows: serverError,
		},
		{
			Name:   "security-headers",
			Title:  "Security headers are absent, or are not on every response.",
			Checks: []string{"security-baseline-headers", "security-headers-consistent", "security-worker-policy"},
		},
	}
}

func lifeCauses() []Cause {
	return []Cause{{
		Name:   "folder-read-once",
		Title:  "The folder is read at start and never again: a build that is copied into it is not served.",
		Checks: []string{"lifecycle-file-deleted", "lifecycle-new-file-visible", "lifecycle-io-error-not-shell"},
		Shows:  func(f spatest.Finding) bool { return !gotHTML(f) },
	}}
}

func response(f spatest.Finding) spatest.Response {
	if f.Exchange == nil || f.Exchange.Response == nil {
		return spatest.Response{}
	}
	return *f.Exchange.Response
}

func statusIn(f spatest.Finding, from, below int) bool {
	status := response(f).Status
	return status >= from && status < below
}

func succeeded(f spatest.Finding) bool   { return statusIn(f, 200, 300) }
func redirected(f spatest.Finding) bool  { return statusIn(f, 300, 400) }
func refused(f spatest.Finding) bool     { return statusIn(f, 400, 500) }
func serverError(f spatest.Finding) bool { return statusIn(f, 500, 600) }

// ledToFolder: the response is a redirect, or the refusal that it led to.
func ledToFolder(f spatest.Finding) bool {
	return redirected(f) || refused(f) && strings.HasSuffix(target(f), "/")
}

// gotPage: the response is a success and HTML. The suite asks for what is never HTML, so it is the page, unless it is
// called HTML and is something else.
func gotPage(f spatest.Finding) bool {
	r := response(f)
	start := strings.TrimLeft(r.Excerpt, "\ufeff \t\r\n")
	return gotHTML(f) && (r.Size == 0 || r.Header.Get("Content-Encoding") != "" || strings.HasPrefix(start, "<"))
}

func gotHTML(f spatest.Finding) bool {
	return succeeded(f) && strings.HasPrefix(response(f).Header.Get("Content-Type"), "text/html")
}

func noCachePolicy(f spatest.Finding) bool {
	r := response(f)
	return r.Status > 0 && r.Header.Get("Cache-Control") == "" && r.Header.Get("Expires") == ""
}

func cachePolicy(f spatest.Finding) bool { return response(f).Status > 0 && !noCachePolicy(f) }

func askedForRange(f spatest.Finding) bool {
	return f.Exchange != nil && slices.ContainsFunc(f.Exchange.Request.Header, func(field spatest.Field) bool {
		return strings.EqualFold(field.Name, "Range")
	})
}
