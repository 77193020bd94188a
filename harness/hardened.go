package harness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"spabench/harness/internal/inventory"
	"spabench/harness/internal/lab"
	"spabench/variants"
)

// hardened starts a variant once with nothing that it can do without, and asks it for the page, its API, and a write.
func (g rig) hardened(ctx context.Context, v variants.Variant, refs []string) *inventory.Hardened {
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

func (g rig) tryHardened(ctx context.Context, v variants.Variant, refs []string, h *inventory.Hardened) (err error) {
	if g, err = g.of(ctx, v); err != nil {
		return err
	}
	r, err := g.lab.Create(ctx, v, lab.Options{Refs: refs, Bridge: true, Hardened: true})
	if r != nil {
		defer func() {
			clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpWithin)
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
	_, notReady := coldStart(ctx, r, g.dist)
	h.Ready = notReady == nil
	// Of one that is not ready, this tells how far it came.
	page := askedRight(ctx, u.Host, "/", http.Header{"Accept": {"text/html"}}, g.dist.correctPage)
	api := askedRight(ctx, u.Host, apiTarget, browserHeader("empty", "gzip"), correctAPI)
	write := keeps(ctx, u.Host)
	h.Page, h.API, h.Write = page == nil, api == nil, write == nil
	if notReady != nil {
		return notReady // it says what was wrong at the end of the wait
	}
	return errors.Join(page, api, write)
}

// askedRight asks once, and says why the answer is not the right one.
func askedRight(ctx context.Context, addr, target string, header http.Header, correct func(status int, coding string, body []byte) error) error {
	res, err := askFor(ctx, addr, http.MethodGet, target, header, "")
	if err != nil {
		return fmt.Errorf("GET %s: %w", target, err)
	}
	return correct(res.status, res.coding, res.body)
}

// keeps adds a book and asks for it again.
func keeps(ctx context.Context, addr string) error {
	at, err := addBook(ctx, addr)
	if err != nil {
		return err
	}
	kept, err := askFor(ctx, addr, http.MethodGet, at, browserHeader("empty", "identity"), "")
	if err != nil {
		return fmt.Errorf("GET %s, which was added: %w", at, err)
	}
	if kept.status != http.StatusOK || !bytes.Contains(kept.body, []byte(newBookBack)) {
		return fmt.Errorf("GET %s, which was added: status %d, want 200 and the book: %.200s", at, kept.status, kept.body)
	}
	return nil
}

// addBook adds newBook by the API, and returns where it is.
func addBook(ctx context.Context, addr string) (at string, err error) {
	const target = "/api/books"
	header := browserHeader("empty", "identity")
	header.Set("Content-Type", "application/json")
	added, err := askFor(ctx, addr, http.MethodPost, target, header, newBook)
	if err != nil {
		return "", fmt.Errorf("POST %s: %w", target, err)
	}
	if added.status != http.StatusCreated {
		return "", fmt.Errorf("POST %s: status %d, want 201: %.200s", target, added.status, added.body)
	}
	return added.header.Get("Location"), nil
}
