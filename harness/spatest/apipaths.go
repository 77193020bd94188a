package spatest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// knownEndpoint gets the endpoint that Target.APIGet names. Where that does not
// succeed, nothing can be compared with it.
func (p *Pass) knownEndpoint(ctx context.Context) (*Exchange, error) {
	x, err := p.Get(ctx, p.Target.APIGet, JSON)
	if err != nil {
		return nil, err
	}
	if x.Response.Status/100 != 2 || p.Resembles(x) {
		return nil, skipf(
			"GET %s gets %s: name an endpoint that answers GET (APIGet)",
			p.Target.APIGet,
			x.Response.summary(),
		)
	}
	return x, nil
}

func checkAPITrailingSlash(ctx context.Context, p *Pass) error {
	known, err := p.knownEndpoint(ctx)
	if err != nil {
		return err
	}
	const expected = "the endpoint's response, a 4xx from the API, or one redirect to the endpoint on this origin"
	x, err := p.Get(ctx, toggleSlash(p.Target.APIGet), JSON)
	if err != nil {
		return err
	}
	redirected := p.location(x) != nil
	if redirected && !p.isAPIRedirect(x) {
		p.Reportf(x, expected, "", "the endpoint with a slash added or removed is redirected away from the API")
		return nil
	}
	end, err := p.follow(ctx, x, JSON)
	if err != nil {
		return err
	}
	isEndpoint := end.Response.Status/100 == 2 && mediaType(end) == mediaType(known)
	if isRefused := end.Response.Status/100 == 4 && !redirected; p.Resembles(end) || !isEndpoint && !isRefused {
		p.Reportf(end, expected, "", "the endpoint with a slash added or removed is answered by something else")
	}
	if p.Target.APIWrite == "" {
		return nil
	}
	x, err = p.Do(ctx, p.write(toggleSlash(p.Target.APIWrite), 0))
	if err != nil {
		return err
	}
	const expectedOfPost = "a response from the API, or 307 or 308 to the endpoint on this origin"
	back, _, _ := strings.Cut(p.inApp(p.location(x)), "?")
	switch status := x.Response.Status; {
	case p.Resembles(x) || status >= 500 || status/100 == 3 && !p.isAPIRedirect(x):
		p.Reportf(x, expectedOfPost, "",
			"a POST to the endpoint with a slash added or removed is answered by something else")
	case status < http.StatusTemporaryRedirect && strings.HasPrefix(p.Target.APIWrite+"?", back+"?"):
		p.Reportf(x, expectedOfPost, "", "a redirect to the endpoint turns a POST into a GET")
	}
	return nil
}

// toggleSlash adds a slash to the path of a target, or takes it away.
func toggleSlash(target string) string {
	path, query, hasQuery := strings.Cut(target, "?")
	if without, ok := strings.CutSuffix(path, "/"); ok && without != "" {
		path = without
	} else {
		path += "/"
	}
	if hasQuery {
		path += "?" + query
	}
	return path
}

func checkAPINormalisation(ctx context.Context, p *Pass) error {
	known, err := p.knownEndpoint(ctx)
	if err != nil {
		return err
	}
	for _, spelling := range spellings(p.Target.APIGet) {
		x, err := p.Get(ctx, spelling, JSON)
		if refusedByClosing(err) {
			continue
		}
		if err != nil {
			return err
		}
		end, err := p.follow(ctx, x, JSON)
		if err != nil {
			return err
		}
		found := end.Response.Status/100 == 2 && mediaType(end) != mediaType(known)
		if p.Resembles(end) || found || end.Response.Status >= 500 {
			p.Reportf(
				end,
				"the endpoint's response, a redirect to it, or 4xx",
				"",
				"another spelling of an API path is answered by something else",
			)
		}
	}
	return nil
}

// spellings are other ways to write the path of an endpoint: equivalent by RFC
// 3986, section 6.2.2, or by what clients do that join paths.
func spellings(target string) []string {
	list := []string{"/" + target, "/." + target, "/x/.." + target}
	if len(target) > 1 && isLetter(target[1]) {
		list = append(list, fmt.Sprintf("/%%%02x%s", target[1], target[2:]))
	}
	path, _, _ := strings.Cut(target, "?")
	if slash := strings.IndexByte(path[1:], '/'); slash >= 0 {
		list = append(list, target[:slash+1]+"/"+target[slash+1:])
	}
	return list
}
