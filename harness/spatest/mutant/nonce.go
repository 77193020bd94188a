package mutant

import (
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
)

// withNonce gives the page's script a nonce.
func withNonce(page string) string {
	return strings.Replace(page, "<script ", `<script nonce="c3BhdGVzdA" `, 1)
}

// policed sends a policy with every response but a 304.
func policed(policy func() string) wrap {
	return edit(always, func(status int, h http.Header) int {
		if status != http.StatusNotModified {
			h.Set("Content-Security-Policy", policy())
		}
		return status
	})
}

// fresh is a policy with a nonce that never comes twice.
func fresh(before, after string) func() string {
	var n atomic.Int64
	return func() string { return before + " 'nonce-bm" + strconv.FormatInt(n.Add(1), 10) + "'" + after }
}

func nonceMutants() []Mutant {
	return []Mutant{
		{Name: "nonce-twice", Check: "security-nonce", Doc: "has a nonce in its configuration, the same for all",
			Page: withNonce,
			Wrap: policed(func() string { return "script-src 'self' 'nonce-c3BhdGVzdA'" })},
		{Name: "nonce-of-another-page", Check: "security-nonce",
			Doc:  "sends a new nonce in each policy, and a page that was made with another",
			Page: withNonce, Wrap: policed(fresh("script-src 'self'", ""))},
		{Name: "nonce-for-nobody", Check: "security-nonce",
			Doc:  "trusts only scripts with a nonce, and sends a page without",
			Wrap: policed(fresh("script-src", " 'strict-dynamic'"))},
		{Name: "nonce-in-page", Check: "security-nonce", Doc: "has a policy with a nonce in the page itself",
			Page: func(page string) string {
				return strings.Replace(withNonce(page), "<title>",
					`<meta http-equiv="Content-Security-Policy" `+
						`content="script-src 'self' 'nonce-c3BhdGVzdA'"><title>`, 1)
			}},

		{Name: "worker-without-policy", Check: "security-worker-policy", Doc: "has a policy for all but its worker",
			Wrap: both(set(at("/sw.js"), "Content-Security-Policy", ""),
				set(always, "Content-Security-Policy", "default-src 'self'"))},
		{Name: "worker-not-isolated", Check: "security-worker-policy", Doc: "isolates its page, and not its worker",
			Wrap: set(not(at("/sw.js")), "Cross-Origin-Embedder-Policy", "require-corp")},
	}
}

func nonceOddities() []Mutant {
	return []Mutant{
		{Name: "policy-by-hash", Check: "security-nonce", Doc: "trusts scripts by their hashes",
			Wrap: policed(func() string { return "script-src 'self' 'sha256-deadbeef' 'strict-dynamic'" })},
		{Name: "nonce-for-styles", Check: "security-nonce",
			Doc: "has a new nonce in each policy, and scripts that are allowed without", Wrap: policed(fresh(
				"script-src 'self'; style-src 'self'", ""))},
		{Name: "worker-stricter", Check: "security-worker-policy", Doc: "has a stricter policy for its worker",
			Wrap: both(set(at("/sw.js"), "Content-Security-Policy", "default-src 'none'"),
				set(not(at("/sw.js")), "Content-Security-Policy", "default-src 'self'"))},
		{Name: "nonce-reported", Check: "security-nonce", Doc: "tries out a policy with a nonce, without enforcing it",
			Wrap: set(always, "Content-Security-Policy-Report-Only", "script-src 'nonce-c3BhdGVzdA'")},
	}
}

// underOneTag gives each page a nonce of its own, and all of them one tag.
func underOneTag(next http.Handler) http.Handler {
	var n atomic.Int64
	each := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nonce := "bm" + strconv.FormatInt(n.Add(1), 10)
		policy := set(always, "Content-Security-Policy", "script-src 'nonce-"+nonce+"' 'strict-dynamic'")
		policy(serveAs(always, func(_ *http.Request, page string) string {
			return strings.ReplaceAll(page, "<script ", `<script nonce="`+nonce+`" `)
		})(next)).ServeHTTP(w, r)
	})
	const tag = `"page"`
	tagged := retag(always, func(string) string { return "W/" + tag },
		func(asked, _ string) bool { return asked == tag })(each)
	return on(pages, func(w http.ResponseWriter, r *http.Request, _ http.Handler) { tagged.ServeHTTP(w, r) })(next)
}
