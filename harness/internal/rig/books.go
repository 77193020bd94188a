package rig

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/rawhttp"
)

// APITarget is the request target of the API call that every variant answers: the app's first list of books.
const APITarget = "/api/books?limit=20"

// CorrectAPI returns an error that says why a response is not the first page of the list of books. Its shape is given
// by the contract; its bytes may differ between JSON encoders.
func CorrectAPI(res rawhttp.Response) error {
	body := res.Body
	if res.Coding == "gzip" {
		zr, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return fmt.Errorf("wrong API response: %w", err)
		}
		if body, err = io.ReadAll(io.LimitReader(zr, 1<<20)); err != nil {
			return fmt.Errorf("wrong API response: %w", err)
		}
	}
	var list struct {
		Items []struct {
			ID    int    `json:"id"`
			Title string `json:"title"`
		} `json:"items"`
		Total int `json:"total"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return fmt.Errorf("wrong API response: status %d, not JSON: %w", res.Status, err)
	}
	if res.Status != http.StatusOK || len(list.Items) != 20 || list.Total < 1000 || list.Items[0].Title == "" {
		return fmt.Errorf("wrong API response: status %d, %d books of %d; want 200, and 20 of at least 1000",
			res.Status, len(list.Items), list.Total)
	}
	return nil
}

const (
	// NewBook is the content of a request that adds a book.
	NewBook = `{"title":"Emma","author":"Jane Austen","year":1815,"language":"en"}`
	// NewBookAnswer is part of the response to it, the rest of which differs from call to call.
	NewBookAnswer = `"title":"Emma"`
)

// AddBook adds NewBook through the API and returns the location of the book.
func AddBook(ctx context.Context, addr string) (location string, err error) {
	const target = "/api/books"
	header := browser.APIHeader("identity")
	header.Set("Content-Type", "application/json")
	added, err := rawhttp.Ask(ctx, addr, http.MethodPost, target, header, NewBook)
	if err != nil {
		return "", fmt.Errorf("POST %s: %w", target, err)
	}
	if added.Status != http.StatusCreated {
		return "", fmt.Errorf("POST %s: status %d, want 201: %.200s", target, added.Status, added.Body)
	}
	return added.Header.Get("Location"), nil
}

// storesBooks adds a book and gets it.
func storesBooks(ctx context.Context, addr string) error {
	location, err := AddBook(ctx, addr)
	if err != nil {
		return err
	}
	got, err := rawhttp.Ask(ctx, addr, http.MethodGet, location, browser.APIHeader("identity"), "")
	if err != nil {
		return fmt.Errorf("GET %s, the book just added: %w", location, err)
	}
	if got.Status != http.StatusOK || !bytes.Contains(got.Body, []byte(NewBookAnswer)) {
		return fmt.Errorf("GET %s, the book just added: status %d, want 200 and the book: %.200s",
			location, got.Status, got.Body)
	}
	return nil
}
