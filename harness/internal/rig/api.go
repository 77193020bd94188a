package rig

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
)

// askedRight asks once, and says why the answer is not the right one.
func askedRight(ctx context.Context, addr, target string, header http.Header, correct func(status int, coding string, body []byte) error) error {
	res, err := Ask(ctx, addr, http.MethodGet, target, header, "")
	if err != nil {
		return fmt.Errorf("GET %s: %w", target, err)
	}
	return correct(res.Status, res.Coding, res.Body)
}

// keeps adds a book and asks for it again.
func keeps(ctx context.Context, addr string) error {
	at, err := AddBook(ctx, addr)
	if err != nil {
		return err
	}
	kept, err := Ask(ctx, addr, http.MethodGet, at, BrowserHeader("empty", "identity"), "")
	if err != nil {
		return fmt.Errorf("GET %s, which was added: %w", at, err)
	}
	if kept.Status != http.StatusOK || !bytes.Contains(kept.Body, []byte(NewBookAnswer)) {
		return fmt.Errorf("GET %s, which was added: status %d, want 200 and the book: %.200s", at, kept.Status, kept.Body)
	}
	return nil
}

// AddBook adds newBook by the API, and returns where it is.
func AddBook(ctx context.Context, addr string) (at string, err error) {
	const target = "/api/books"
	header := BrowserHeader("empty", "identity")
	header.Set("Content-Type", "application/json")
	added, err := Ask(ctx, addr, http.MethodPost, target, header, NewBook)
	if err != nil {
		return "", fmt.Errorf("POST %s: %w", target, err)
	}
	if added.Status != http.StatusCreated {
		return "", fmt.Errorf("POST %s: status %d, want 201: %.200s", target, added.Status, added.Body)
	}
	return added.Header.Get("Location"), nil
}

const APITarget = "/api/books?limit=20"

const NewBook = `{"title":"Emma","author":"Jane Austen","year":1815,"language":"en"}`

const NewBookAnswer = `"title":"Emma"`
