package spatest

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// policyFields decide what a page may do. Of those that browsers take from a 304.
var policyFields = []string{
	"Content-Security-Policy", "Cross-Origin-Embedder-Policy", "Cross-Origin-Opener-Policy",
	"Cross-Origin-Resource-Policy", "Permissions-Policy", "Referrer-Policy",
}

func checkNotModifiedPolicy(ctx context.Context, p *Pass) error {
	decided := 0
	_, err := p.visits(ctx, func(f File, header []Field, x *Exchange) error {
		condition := conditionOf(x.Response.Header)
		if condition.Value == "" {
			return nil
		}
		confirmed, err := p.Get(ctx, f.Target, slices.Concat(header, []Field{condition}))
		if err != nil || confirmed.Response.Status != http.StatusNotModified {
			return err
		}
		decided++
		for _, name := range policyFields {
			value := func(x *Exchange) string { return strings.Join(x.Response.Header.Values(name), ", ") }
			want, got := value(x), value(confirmed)
			if got == "" || got == want {
				continue
			}
			if want == "" {
				want = "none"
			}
			p.Reportf(confirmed, "no "+name+", or that of the stored response: "+want, name+": "+got,
				"the 304 for %s brings another policy than the response has that it confirms", f.Target)
		}
		return nil
	})
	if err == nil && decided == 0 {
		return skipf("neither the page nor a file gets a 304")
	}
	return err
}

// singleFields have one value: a second one is not the rest of a list.
var singleFields = []string{
	"ETag", "Last-Modified", "Content-Type", "Content-Range", "Content-Location", "Location", "Date", "Expires",
	"Age", "Retry-After", "Access-Control-Allow-Origin",
}

func checkSingleFields(ctx context.Context, p *Pass) error {
	seen := map[string]bool{} // what was reported: one finding for a field says it all
	report := func(x *Exchange) {
		for _, name := range singleFields {
			if values := x.Response.Header.Values(name); len(values) > 1 && !seen[name] {
				seen[name] = true
				p.Reportf(x, "one "+name, name+": "+strings.Join(values, "; "+name+": "),
					"a response has %d fields %s", len(values), name)
			}
		}
	}
	_, err := p.visits(ctx, func(f File, header []Field, x *Exchange) error {
		report(x)
		condition := conditionOf(x.Response.Header)
		if condition.Value == "" {
			return nil
		}
		again, err := p.Get(ctx, f.Target, slices.Concat(header, []Field{condition}))
		if err == nil {
			report(again)
		}
		return err
	})
	if err != nil {
		return err
	}
	others := []Request{
		{Target: p.site.assetDir + "/index-DEADBEEF.js", Header: Script},
		{Method: http.MethodHead, Target: "/", Header: Navigation},
	}
	if p.site.noAPI == "" {
		others = append(others, Request{Target: p.Target.APIGet, Header: JSON},
			Request{Target: p.Target.apiPrefix() + unknownAPI, Header: JSON})
	}
	for _, request := range others {
		x, err := p.Do(ctx, request)
		if err != nil {
			return err
		}
		report(x)
	}
	return nil
}
