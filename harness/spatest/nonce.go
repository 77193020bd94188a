package spatest

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

func nonceChecks() []Check {
	return []Check{
		{
			Name: "security-nonce", Group: "security", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.w3.org/TR/CSP3/#security-nonces",
			Doc: `a nonce in the page's policy is a new one in each response, and the one that the page's scripts have

A nonce that comes twice is a password that everybody knows: whoever can put a script into the page
gives it that nonce. And where the policy has another one than the page (a copy compressed in
advance, a page from a cache), no script runs. This holds for routes and for compressed responses.`,
			Run: checkNonce,
		},
		{
			Name: "security-worker-policy", Group: "security", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://html.spec.whatwg.org/multipage/workers.html#run-a-worker",
			Doc: `the script of a worker has a Content-Security-Policy if the page has one, and ` +
				`Cross-Origin-Embedder-Policy if the page has it

A worker has the policy of its own response, not that of the page: without one, what is injected into
it may load from anywhere. On a page that is isolated from other origins, a worker without
Cross-Origin-Embedder-Policy does not start.`,
			Run: checkWorkerPolicy,
		},
	}
}

// nonceSource is a nonce in a policy (CSP3, section 2.3.1).
var nonceSource = regexp.MustCompile(`'nonce-([A-Za-z0-9+/_=-]+)'`)

// hashSource allows a script by its content.
var hashSource = regexp.MustCompile(`'sha(256|384|512)-`)

// policiesOf are those that a browser enforces for a page: of the header, and of meta elements.
func policiesOf(x *Exchange, tags []tag) []string {
	policies := slices.Clone(x.Response.Header.Values("Content-Security-Policy"))
	for _, t := range tags {
		if t.name == "meta" && strings.EqualFold(t.attr["http-equiv"], "content-security-policy") {
			policies = append(policies, t.attr["content"])
		}
	}
	return policies
}

func checkNonce(ctx context.Context, p *Pass) error {
	seen := map[string]bool{}
	pages := []File{pageFile, p.routeFile()}
	for _, f := range pages {
		for _, codings := range visitCodings {
			header := Subresource(f.Dest)
			if codings != "" {
				header = append(header, Field{"Accept-Encoding", codings})
			}
			x, err := p.Get(ctx, f.Target, header)
			if err != nil {
				return err
			}
			if x.Response.Status != http.StatusOK || mediaType(x) != "text/html" {
				continue // other checks say so
			}
			body, err := p.Content(x)
			if err != nil {
				p.Notef("a compressed page was not looked into: %v", err)
				continue
			}
			p.reportNonces(x, readTags(body), seen)
		}
	}
	if len(seen) == 0 {
		p.Notef("the page's policy has no nonce")
	}
	return nil
}

// reportNonces reports what is wrong with the nonces of a page; seen are those of the responses before it.
func (p *Pass) reportNonces(x *Exchange, tags []tag, seen map[string]bool) {
	policy := strings.Join(policiesOf(x, tags), "; ")
	nonces := map[string]bool{}
	for _, found := range nonceSource.FindAllStringSubmatch(policy, -1) {
		nonces[found[1]] = true
	}
	if len(nonces) == 0 {
		return
	}
	scripts, given, allowed := 0, 0, 0
	for _, t := range tags {
		if t.name != "script" {
			continue
		}
		scripts++
		if nonce := t.attr["nonce"]; nonce != "" {
			given++
			if nonces[nonce] {
				allowed++
			}
		}
	}
	const expected = "the page's scripts with the nonce of the page's policy"
	got := "Content-Security-Policy: " + policy
	trusts := strings.Contains(policy, "'strict-dynamic'") && !hashSource.MatchString(policy)
	switch {
	case allowed < given:
		p.Reportf(x, expected, got, "a script of the page has another nonce than its policy")
	case given == 0 && scripts > 0 && trusts:
		p.Reportf(x, expected, got, "no script of the page has the nonce of its policy")
	}
	for nonce := range nonces {
		if seen[nonce] {
			p.Reportf(x, "a nonce that no response had before", got, "the same nonce comes in several responses")
		}
	}
	for nonce := range nonces {
		seen[nonce] = true
	}
}
