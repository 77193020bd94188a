package rig

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"spabench/harness/internal/inventory"
	"spabench/harness/internal/lab"
	"spabench/variants"
)

// Hardened starts a variant once with nothing that it can do without, and asks it for the page, its API, and a write.
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

func (g Rig) tryHardened(ctx context.Context, v variants.Variant, refs []string, h *inventory.Hardened) (err error) {
	if g, err = g.For(ctx, v); err != nil {
		return err
	}
	r, err := g.Lab.Create(ctx, v, lab.Options{Refs: refs, Bridge: true, Hardened: true})
	if r != nil {
		defer func() {
			clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), CleanUpWithin)
			defer cancel()
			if err != nil {
				h.Log = r.Logs(clean)
			}
			err = errors.Join(err, r.Remove(clean))
		}()
	}
	if err != nil {
		return err
	}
	u, err := url.Parse(r.URL)
	if err != nil {
		return err
	}
	_, notReady := ColdStart(ctx, r, g.Dist)
	h.Ready = notReady == nil
	// Of one that is not ready, this tells how far it came.
	page := askedRight(ctx, u.Host, "/", http.Header{"Accept": {"text/html"}}, g.Dist.correctPage)
	api := askedRight(ctx, u.Host, APITarget, BrowserHeader("empty", "gzip"), CorrectAPI)
	write := keeps(ctx, u.Host)
	h.Page, h.API, h.Write = page == nil, api == nil, write == nil
	if notReady != nil {
		return notReady // it says what was wrong at the end of the wait
	}
	return errors.Join(page, api, write)
}
