package claims

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

func splitLaterClaim() claim.Claim {
	return claim.Claim{
		ID: "split-later",
		Words: "You can always split them later: the same front end and back end in three containers, " +
			"without a change of code.",
		Test: "Use the images of one-container servers, unchanged, as the back end of three containers, behind nginx " +
			"with the same build of the app; send both forms the same requests, and compare the responses",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			var seen record.SplitObserved
			for _, name := range []string{"embedded-go", "disk-go", "fastapi"} {
				alone, _ := variants.Find(name)
				server, err := observeSplit(ctx, b, alone)
				if err != nil {
					return record.Judgement{}, fmt.Errorf("split %s: %w", name, err)
				}
				seen.Servers = append(seen.Servers, server)
			}
			return record.Judgement{Verdict: judgeSplit(seen), Observed: record.Observed{Split: &seen}}, nil
		},
	}
}

// splitInto returns nginx-three-container with the image of a one-container variant as its backend.
func splitInto(alone variants.Variant) variants.Variant {
	three, _ := variants.Find("nginx-three-container")
	three.Name = "split-" + alone.Name
	three.Containers = slices.Clone(three.Containers)
	image := alone.Containers[0]
	three.Containers[0] = variants.Container{Name: rig.APIContainer, Dockerfile: image.Dockerfile, Data: image.Data}
	return three
}

// splitTargets returns what both forms are asked for.
func splitTargets(d rig.Dist) []string {
	return []string{
		"/", "/books/17", "/" + d.Script, "/robots.txt",
		rig.APITarget, "/api/books/17", "/api/absent", "/assets/absent.js",
	}
}

// observeSplit compares the responses of a one-container variant with those of three containers that have its image as
// their backend.
func observeSplit(ctx context.Context, b *claim.Bench, alone variants.Variant) (record.SplitServer, error) {
	server := record.SplitServer{Variant: alone.Name}
	if err := b.MakeApps(ctx); err != nil {
		return server, err
	}
	targets := splitTargets(b.Dist)
	var plain, coded [2][]rawhttp.Response
	for i, v := range []variants.Variant{alone, splitInto(alone)} {
		err := b.Running(ctx, v, lab.Options{Bridge: true}, func(r *lab.Running) (err error) {
			if plain[i], err = askAll(ctx, r, targets, claim.AsCurl); err == nil {
				coded[i], err = askAll(ctx, r, targets, "br, gzip")
			}
			return err
		})
		if err != nil {
			return server, fmt.Errorf("%s: %w", v.Name, err)
		}
	}
	for i, target := range targets {
		c := compareResponses(target, plain[0][i], plain[1][i])
		c.Coding = [2]string{coded[0][i].Coding, coded[1][i].Coding}
		server.Responses = append(server.Responses, c)
	}
	return server, nil
}

// askAll requests each target as a browser that accepts these content codings.
func askAll(ctx context.Context, r *lab.Running, targets []string, codings string) ([]rawhttp.Response, error) {
	var all []rawhttp.Response
	for _, target := range targets {
		header := browser.Header("document", codings)
		if strings.HasPrefix(target, "/api/") {
			header = browser.APIHeader(codings)
		}
		addr := strings.TrimPrefix(r.URL, "http://")
		res, err := rawhttp.Ask(ctx, addr, http.MethodGet, target, header, "")
		if err != nil {
			return all, fmt.Errorf("GET %s: %w", target, err)
		}
		all = append(all, res)
	}
	return all, nil
}

// ignoredFields are header fields that differ between any two responses, that name the server, or that are about the
// connection.
var ignoredFields = []string{"Date", "Connection", "Server", "Keep-Alive", "Transfer-Encoding"}

// compareResponses compares two responses to the same request.
func compareResponses(target string, a, b rawhttp.Response) record.ComparedResponse {
	c := record.ComparedResponse{Target: target, Status: [2]int{a.Status, b.Status},
		Same: a.Status == b.Status && bytes.Equal(a.Body, b.Body)}
	names := http.Header{}
	maps.Copy(names, a.Header)
	maps.Copy(names, b.Header)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !slices.Contains(ignoredFields, name) && !slices.Equal(a.Header.Values(name), b.Header.Values(name)) {
			c.Fields = append(c.Fields, name)
		}
	}
	return c
}

// judgeSplit asks whether what exists is served alike by both forms, and whether the errors and the content codings are
// alike, too.
func judgeSplit(seen record.SplitObserved) record.Verdict {
	works, alike := true, true
	for _, r := range seen.Responses() {
		works = works && (r.Same || !r.Found())
		alike = alike && r.Same && r.SameCoding()
	}
	return claim.VerdictOf(works, works && alike)
}
