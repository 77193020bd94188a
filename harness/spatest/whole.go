package spatest

import (
	"context"
	"slices"

	"spabench/harness/internal/rawhttp"
)

func wholeChecks() []Check {
	return []Check{
		{
			Name: "assets-whole", Group: "assets", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#section-8",
			Doc: `every response is as long as it says: for the page, its files, routes, errors and the API, ` +
				`plain and compressed

A proxy that cannot write its temporary files, a disk that is full or a process that is
killed breaks long responses off, with the right status and type. The page stays blank, or
half of it is styled; and whatever a response has beyond its announced length is taken for the
beginning of the next response on its connection.`,
			Run: checkWhole,
		},
	}
}

func checkWhole(ctx context.Context, p *Pass) error {
	requests := []Request{
		{Target: "/", Header: Navigation},
		{Target: p.Routes()[0], Header: Navigation},
		{Target: p.assets() + "/index-DEADBEEF.js", Header: Script},
	}
	for _, f := range p.filesWhere(func(f File) bool { return f.Target != "/" }) {
		requests = append(requests,
			Request{Target: f.Target, Header: Subresource(f.Dest), maxBody: p.size(f) + rawhttp.DefaultMaxBody})
	}
	if p.site.noAPI == "" {
		requests = append(requests, Request{Target: p.Target.APIGet, Header: JSON},
			Request{Target: p.Target.apiPrefix() + unknownAPI, Header: JSON})
	}
	return inParallel(ctx, p, requests, func(ctx context.Context, request Request) error {
		for _, codings := range []string{"", browserCodings} {
			asked := request
			if codings != "" {
				asked.Header = append(slices.Clone(request.Header), Field{"Accept-Encoding", codings})
			}
			x, err := p.Do(ctx, asked)
			if err != nil {
				return err
			}
			if r := x.Response; (r.Broken == "" || r.unread) && r.Extra == 0 {
				continue // or longer than is read, which says nothing against it
			}
			p.Reportf(x, "as many bytes as the response announces", "",
				"a response does not have the length that it announces (%s)", inCoding(codings))
			return nil
		}
		return nil
	})
}
