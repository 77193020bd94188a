package rig_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"spabench/harness/spatest"
)

// view is what a page shows.
type view struct{ Path, Title, H1, Text string }

// viewScript evaluates to the view of a page.
const viewScript = `({ Path: location.pathname + location.search, Title: document.title,
  H1: document.querySelector('h1')?.textContent ?? '', Text: document.body.innerText.replace(/\s+/g, ' ') })`

// showsTheApp holds that a front end is the same app as the others: in Chromium, its routes, its search, its form and
// its paging show the same.
func showsTheApp(t *testing.T, browser spatest.Browser, url string) {
	tab, err := browser.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tab.Close() }()
	shown := getBook42(t, url)
	const name = " · Marginalia"
	for _, want := range []view{
		{"/", "Marginalia", "A small library of old books", "Browse all books"},
		{"/books", "Books" + name, "Books", "Page 1 of "},
		{"/books?q=zzzzzz", "“zzzzzz”" + name, "Books", "No title or author matches."},
		{"/books?page=2", "Books" + name, "Books", "Page 2 of "},
		{"/books?page=9999", "Books" + name, "Books", "There are no books this far on."},
		{"/books/42", shown.Title + name, shown.Title, shown.Author.Name},
		{"/books/new", "Add a book" + name, "Add a book", "Year of publication"},
		{fmt.Sprintf("/authors/%d", shown.Author.ID), shown.Author.Name + name, shown.Author.Name, "in the catalogue"},
		{"/about", "About" + name, "About", "3:2 as WebAssembly reckons"},
		{"/no/such/page", "Page not found" + name, "Page not found", "There is no page at /no/such/page"},
		{"/books/99999999", "Not in the catalogue" + name, "Not in the catalogue", "All books"},
		{"/authors/jane", "Not in the catalogue" + name, "Not in the catalogue", "All books"},
	} {
		if err := tab.Navigate(t.Context(), url+want.Path); err != nil {
			t.Fatal(err)
		}
		shows(t, tab, want)
	}

	do := func(script string) {
		t.Helper()
		if err := tab.Evaluate(t.Context(), "{"+script+"}", nil); err != nil {
			t.Fatal(err)
		}
	}
	open := func(path string, want view) {
		t.Helper()
		if err := tab.Navigate(t.Context(), url+path); err != nil {
			t.Fatal(err)
		}
		shows(t, tab, want)
		do("globalThis.sameDocument = true")
	}
	const set = `const set = (name, value) => {
	  const e = document.querySelector('form [name=' + name + ']');
	  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(e), 'value').set.call(e, value);
	  e.dispatchEvent(new Event('input', { bubbles: true }));
	};`
	const send = `document.querySelector('form button').click();`

	open("/books", view{"/books", "Books" + name, "Books", "Page 1 of "})
	do(`document.querySelector('a[rel=next]').click()`)
	shows(t, tab, view{"/books?page=2", "Books" + name, "Books", "Page 2 of "})
	do(set + `set('q', 'emma & co'); ` + send)
	shows(t, tab, view{"/books?q=emma+%26+co", "“emma & co”" + name, "Books", "No title or author matches."})
	if err := tab.Back(t.Context()); err != nil {
		t.Fatal(err)
	}
	shows(t, tab, view{"/books?page=2", "Books" + name, "Books", "Page 2 of "})

	do(`document.querySelector('header a[href="/books/new"]').click()`)
	shows(t, tab, view{"/books/new", "Add a book" + name, "Add a book", "Title"})
	do(send)
	shows(t, tab, view{"/books/new", "Add a book" + name, "Add a book", "The book was not added."})
	eventually(t, tab, `document.activeElement.name === 'title' &&
	  document.activeElement.getAttribute('aria-invalid') === 'true' &&
	  document.getElementById(document.activeElement.getAttribute('aria-describedby')).textContent !== ''`)
	do(set + `set('title', 'Fronts'); set('author', 'Nobody <b>'); set('year', '1888'); ` + send)
	const facts = "by Nobody <b> Published 1888 (MDCCCLXXXVIII) Language English"
	shows(t, tab, view{"/books/", "Fronts" + name, "Fronts", facts})
	eventually(t, tab, "globalThis.sameDocument === true")
}

// shows waits until the page shows what is wanted. If the wanted path ends with a slash, it may go on.
func shows(t *testing.T, tab spatest.Tab, want view) {
	t.Helper()
	var got view
	for end := time.Now().Add(5 * time.Second); ; {
		if err := tab.Evaluate(t.Context(), viewScript, &got); err != nil {
			t.Fatal(err)
		}
		path := strings.ReplaceAll(got.Path, "%20", "+") // two spellings of a space in a query
		below := want.Path != "/" && strings.HasSuffix(want.Path, "/") && strings.HasPrefix(path, want.Path)
		if (below || path == want.Path) && got.Title == want.Title && got.H1 == want.H1 &&
			strings.Contains(got.Text, want.Text) {
			return
		}
		if time.Now().After(end) {
			t.Errorf("shows %+v\nwant %+v", got, want)
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// eventually waits until a condition in JavaScript is true.
func eventually(t *testing.T, tab spatest.Tab, condition string) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); ; {
		var yes bool
		if err := tab.Evaluate(t.Context(), condition, &yes); err != nil {
			t.Fatal(err)
		}
		if yes {
			return
		}
		if time.Now().After(end) {
			t.Errorf("did not become true within 5 s: %s", condition)
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// book is what the test needs of a book.
type book struct {
	Title  string
	Author struct {
		ID   int
		Name string
	}
}

// getBook42 gets a book from the API.
func getBook42(t *testing.T, url string) (b book) {
	t.Helper()
	res, err := http.Get(url + "/api/books/42")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if err := json.NewDecoder(res.Body).Decode(&b); err != nil || b.Title == "" || b.Author.ID == 0 {
		t.Fatalf("book 42 is %+v, %v", b, err)
	}
	return b
}
