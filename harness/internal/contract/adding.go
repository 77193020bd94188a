package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// maxContent is the largest content that POST /api/books takes, in bytes.
const maxContent = 1 << 20

func post(body string, status int) call {
	return call{
		method: "POST",
		target: "/api/books",
		fields: map[string]string{"Content-Type": "application/json"},
		body:   body,
		status: status,
	}
}

// adding is what POST /api/books must keep for content that it takes.
func adding() []rule {
	const emma = `{"title":"Emma","author":"Jane Austen","year":1815,"language":"en"}`
	withCharset := post(emma, 201)
	withCharset.fields = map[string]string{"Content-Type": "Application/JSON; charset=utf-8"}
	chunked := post(emma, 201)
	chunked.length = -1
	quoted := func(n int) string {
		return `{"title":"` + strings.Repeat("é", n) + `","author":"Jane Austen","year":1815}`
	}
	return []rule{
		{"known author is reused", post(emma, 201),
			added(book{Title: "Emma", Year: 1815, Language: "en"}, "Jane Austen")},
		{"content type has parameters", withCharset,
			added(book{Title: "Emma", Year: 1815, Language: "en"}, "Jane Austen")},
		{"chunked content", chunked, added(book{Title: "Emma", Year: 1815, Language: "en"}, "Jane Austen")},
		{
			"unknown author is created",
			post(`{"title":"Poil de carotte","author":"Jules Renard","year":1894,"language":"fr"}`, 201),
			added(book{Title: "Poil de carotte", Year: 1894, Language: "fr"}, "Jules Renard"),
		},
		{"language has a default", post(`{"title":"Œuvres","author":"Stéphane Mallarmé","year":2100}`, 201),
			added(book{Title: "Œuvres", Year: 2100, Language: "en"}, "Stéphane Mallarmé")},
		{"earliest year", post(`{"title":"Ἰλιάς","author":"Ὅμηρος","year":-3000,"language":"el"}`, 201),
			added(book{Title: "Ἰλιάς", Year: -3000, Language: "el"}, "Ὅμηρος")},
		{
			"wildcards are stored and found as they are",
			post(`{"title":"100% of _\\","author":"Jane Austen","year":1815}`, 201),
			added(book{Title: `100% of _\`, Year: 1815, Language: "en"}, "Jane Austen"),
		},
		{
			"markup is stored as it is",
			post(`{"title":"<b>'Emma' & \"Persuasion\"</b>","author":"Jane Austen","year":1815}`, 201),
			added(book{Title: `<b>'Emma' & "Persuasion"</b>`, Year: 1815, Language: "en"}, "Jane Austen"),
		},
		{"lengths count code points", post(quoted(200), 201), nil},
		{"largest content", post(emma+strings.Repeat(" ", maxContent-len(emma)), 201), nil},
	}
}

// added asserts that the answer is the book expected, that its Location leads to it, and that a search for its title
// finds it, by the author that other books of that name have.
func added(expected book, author string) func(context.Context, *session, answer) error {
	return func(ctx context.Context, s *session, a answer) error {
		got, err := decode[book](a)
		if err != nil {
			return err
		}
		expected.ID, expected.Author.ID, expected.Author.Name = got.ID, got.Author.ID, author
		if got != expected {
			return fmt.Errorf("added %+v, expected %+v", got, expected)
		}
		location := a.fields.Get("Location")
		if location != fmt.Sprintf("/api/books/%d", got.ID) {
			return fmt.Errorf("book %d has Location %q", got.ID, location)
		}
		again, err := s.exchange(ctx, call{target: location, status: 200})
		if err != nil {
			return fmt.Errorf("follow Location: %w", err)
		}
		if same, err := sameJSON(a.body, again.body); err != nil || !same {
			return fmt.Errorf("answered %s, stored %s", a.body, again.body)
		}
		query := fmt.Sprintf("/api/books?limit=100&author=%d&q=%s", got.Author.ID, url.QueryEscape(got.Title))
		search, err := s.exchange(ctx, call{target: query, status: 200})
		if err != nil {
			return fmt.Errorf("search the book: %w", err)
		}
		found, err := decode[bookList](search)
		if err != nil {
			return err
		}
		for _, b := range found.Items {
			if b == got {
				return s.oneAuthor(ctx, author, got.Author.ID)
			}
		}
		return fmt.Errorf("a search for %q does not find book %d", got.Title, got.ID)
	}
}

// oneAuthor asserts that every book by an author of this name has this id.
func (s *session) oneAuthor(ctx context.Context, name string, id int) error {
	a, err := s.exchange(ctx, call{target: "/api/books?limit=100&q=" + url.QueryEscape(name), status: 200})
	if err != nil {
		return fmt.Errorf("search the author: %w", err)
	}
	l, err := decode[bookList](a)
	if err != nil {
		return err
	}
	for _, b := range l.Items {
		if b.Author.Name == name && b.Author.ID != id {
			return fmt.Errorf("%s is both author %d and %d", name, b.Author.ID, id)
		}
	}
	return nil
}

func sameJSON(a, b []byte) (bool, error) {
	var x, y bytes.Buffer
	if err := json.Compact(&x, a); err != nil {
		return false, err
	}
	if err := json.Compact(&y, b); err != nil {
		return false, err
	}
	return bytes.Equal(x.Bytes(), y.Bytes()), nil
}
