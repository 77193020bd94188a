package contract

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

type book struct {
	ID     int
	Title  string
	Author struct {
		ID   int
		Name string
	}
	Year     int
	Language string
}

type bookList struct {
	Items                []book
	Total, Limit, Offset int
}

// reading is what the operations that only read must keep.
func reading() []rule {
	books := func(query string) call { return call{target: "/api/books?" + query, status: http.StatusOK} }
	search := func(q string) call { return books("limit=100&q=" + url.QueryEscape(q)) }
	rules := []rule{
		{"health", call{target: "/api/health", status: 200}, nil},
		{"list has defaults", call{target: "/api/books", status: 200}, list(func(l bookList) error {
			if len(l.Items) != 20 || l.Limit != 20 || l.Offset != 0 || l.Total < 1000 {
				return fmt.Errorf("got %d books, limit %d, offset %d, total %d; expected 20, 20, 0, at least 1000",
					len(l.Items), l.Limit, l.Offset, l.Total)
			}
			return nil
		})},
		{"smallest page", books("limit=1"), pageOf(1, 1, 0)},
		{"largest page", books("limit=100&offset=7"), pageOf(100, 100, 7)},
		{"page past the end", books("offset=9000000"), pageOf(0, 20, 9_000_000)},
		{"pages follow each other", books("limit=2"), followed},
		{"search ignores the case of ASCII", search("PRIDE and prej"), found("Pride and Prejudice")},
		{"search in author names", search("austen"), found("Austen")},
		{"search in the middle of a word", search("ickens"), found("Dickens")},
		{"search beyond ASCII", search("bRONTë"), found("Brontë")},
		{"search in Cyrillic", search("Война"), found("Война и мир")},
		{"search in Japanese", search("猫"), found("猫")},
		{"search that finds nothing", search("no such title"), totals(0)},
		{"empty search finds every book", books("q="), list(func(l bookList) error {
			if l.Total < 1000 {
				return fmt.Errorf("found %d books, expected all", l.Total)
			}
			return nil
		})},
		{"percent sign is no wildcard", search("%"), containing("%")},
		{"underscore is no wildcard", search("_"), containing("_")},
		{"backslash is no escape", search(`\`), containing(`\`)},
		{"quote is no end of a string", search("' OR '1'='1"), containing("' OR '1'='1")},
		{"longest search", search(strings.Repeat("é", 200)), containing("ééé")},
		{"books of an author", books("author=1&limit=100"), list(func(l bookList) error {
			if l.Total == 0 {
				return fmt.Errorf("found none")
			}
			for _, b := range l.Items {
				if b.Author.ID != 1 {
					return fmt.Errorf("listed %q by author %d", b.Title, b.Author.ID)
				}
			}
			return nil
		})},
		{"search within an author", books("author=1&q=Middlemarch"), totals(0)},
		{"books of nobody", books("author=9000000"), totals(0)},
		{"one book", call{target: "/api/books/1", status: 200}, func(_ context.Context, _ *session, a answer) error {
			b, err := decode[book](a)
			if err == nil && b.ID != 1 {
				err = fmt.Errorf("got book %d", b.ID)
			}
			return err
		}},
		{"long search", call{target: "/api/books?q=" + strings.Repeat("a", 201), status: 400}, nil},
	}
	for _, query := range []string{
		"limit=0", "limit=101", "limit=-1", "limit=x", "limit=1.5", "limit=99999999999999999999",
		"offset=-1", "offset=x", "offset=99999999999999999999", "author=x",
	} {
		rules = append(rules, rule{"parameter out of range", call{target: "/api/books?" + query, status: 400}, nil})
	}
	for _, id := range []string{"0", "-1", "9000000", "x", "1.5", "1x", "99999999999999999999", "caf%C3%A9"} {
		rules = append(rules, rule{"unknown book", call{target: "/api/books/" + id, status: 404}, nil})
	}
	return rules
}

// list checks a page of books; that they are in the order of their id goes for each.
func list(check func(bookList) error) func(context.Context, *session, answer) error {
	return func(_ context.Context, _ *session, a answer) error {
		l, err := decode[bookList](a)
		if err != nil {
			return err
		}
		for i := 1; i < len(l.Items); i++ {
			if l.Items[i-1].ID >= l.Items[i].ID {
				return fmt.Errorf("book %d is listed before %d", l.Items[i-1].ID, l.Items[i].ID)
			}
		}
		return check(l)
	}
}

func pageOf(books, limit, offset int) func(context.Context, *session, answer) error {
	return list(func(l bookList) error {
		if len(l.Items) != books || l.Limit != limit || l.Offset != offset || l.Total < 1000 {
			return fmt.Errorf("got %d books, limit %d, offset %d, total %d; expected %d, %d, %d, at least 1000",
				len(l.Items), l.Limit, l.Offset, l.Total, books, limit, offset)
		}
		return nil
	})
}

func totals(n int) func(context.Context, *session, answer) error {
	return list(func(l bookList) error {
		if l.Total != n || len(l.Items) != n {
			return fmt.Errorf("found %d books and listed %d, expected %d", l.Total, len(l.Items), n)
		}
		return nil
	})
}

// found asserts that some book was found, and what containing does.
func found(text string) func(context.Context, *session, answer) error {
	return func(ctx context.Context, s *session, a answer) error {
		if err := totals(0)(ctx, s, a); err == nil {
			return fmt.Errorf("found no book that contains %q", text)
		}
		return containing(text)(ctx, s, a)
	}
}

// containing asserts that every book found has the text in its title or its author's name. Earlier calls may have
// added some such book.
func containing(text string) func(context.Context, *session, answer) error {
	return list(func(l bookList) error {
		if len(l.Items) != min(l.Total, l.Limit) {
			return fmt.Errorf("found %d books and listed %d", l.Total, len(l.Items))
		}
		for _, b := range l.Items {
			if !strings.Contains(b.Title, text) && !strings.Contains(b.Author.Name, text) {
				return fmt.Errorf("found %q by %q, which do not contain %q", b.Title, b.Author.Name, text)
			}
		}
		return nil
	})
}

// followed asserts that the second book of this page is the first of the page with offset 1.
func followed(ctx context.Context, s *session, a answer) error {
	here, err := decode[bookList](a)
	if err != nil {
		return err
	}
	b, err := s.exchange(ctx, call{target: "/api/books?limit=1&offset=1", status: 200})
	if err != nil {
		return err
	}
	next, err := decode[bookList](b)
	if err != nil {
		return err
	}
	if len(here.Items) != 2 || len(next.Items) != 1 || here.Items[1] != next.Items[0] {
		return fmt.Errorf("pages %v and %v do not overlap as they should", here.Items, next.Items)
	}
	return nil
}
