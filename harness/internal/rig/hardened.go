package rig

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/inventory"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rawhttp"
	"spabench/variants"
)

// Hardened starts a variant once, without everything that the engine can take away from it, and requests its page, its
// API, and a write.
func (g Rig) Hardened(ctx context.Context, v variants.Variant, refs []string) *inventory.Hardened {
	h := &inventory.Hardened{With: lab.Hardening, Writable: []inventory.Place{}}
	for _, c := range v.Containers {
		if c.Scratch != "" {
			h.Writable = append(h.Writable, inventory.Place{Container: c.Name, Path: c.Scratch, On: "tmpfs"})
		}
		if c.Data != "" {
			h.Writable = append(h.Writable, inventory.Place{Container: c.Name, Path: c.Data, On: "volume"})
		}
	}
	if err := g.tryHardened(ctx, v, refs, h); err != nil {
		h.Err = err.Error()
	}
	return h
}

func (g Rig) tryHardened(
	ctx context.Context, v variants.Variant, refs []string, h *inventory.Hardened,
) (err error) {
	if g, err = g.For(ctx, v); err != nil {
		return err
	}
	r, err := g.Lab.Create(ctx, v, lab.Options{Refs: refs, Bridge: true, Hardened: true})
	if r != nil {
		defer RemoveLogged(ctx, &err, r, &h.Log)
	}
	if err != nil {
		return err
	}
	u, err := url.Parse(r.URL)
	if err != nil {
		return err
	}
	_, notReady := g.ColdStart(ctx, r)
	h.Ready = notReady == nil
	// These are tried on a variant that did not become ready, too: they tell how far it came.
	pageErr := respondsCorrectly(ctx, u.Host, "/", http.Header{"Accept": {"text/html"}}, g.Dist.correctPage)
	apiErr := respondsCorrectly(ctx, u.Host, APITarget, browser.APIHeader("gzip"), CorrectAPI)
	writeErr := storesBooks(ctx, u.Host)
	h.Page, h.API, h.Write = pageErr == nil, apiErr == nil, writeErr == nil
	if notReady != nil {
		return notReady // it says what was wrong when the wait was over
	}
	return errors.Join(pageErr, apiErr, writeErr)
}

// respondsCorrectly makes one request and returns what is wrong with the response.
func respondsCorrectly(
	ctx context.Context, addr, target string, header http.Header, correct func(rawhttp.Response) error,
) error {
	res, err := rawhttp.Ask(ctx, addr, http.MethodGet, target, header, "")
	if err != nil {
		return fmt.Errorf("GET %s: %w", target, err)
	}
	return correct(res)
}
