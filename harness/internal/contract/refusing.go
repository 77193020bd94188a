package contract

import (
	"context"
	"fmt"
	"slices"
	"spabench/harness/internal/browser"
	"strings"
)

// refusing is how content, methods and paths are refused.
func refusing() []rule {
	valid := `{"title":"Emma","author":"Jane Austen","year":1815}`
	var rules []rule

	for _, content := range []string{"", "{", "Emma", valid + "x", `{"title":"Emma",}`} {
		rules = append(rules, rule{"content that is not JSON", post(content, 400), nil})
	}
	for _, media := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/xml",
		"application/jsonp"} {
		c := post(valid, 415)
		c.fields = map[string]string{"Content-Type": media}
		rules = append(rules, rule{"content that is not declared as JSON", c, nil})
	}
	for _, invalid := range []struct{ pointer, content string }{
		{"/title", `{"author":"Jane Austen","year":1815}`},
		{"/title", `{"title":"","author":"Jane Austen","year":1815}`},
		{"/title", `{"title":"` + strings.Repeat("é", 201) + `","author":"Jane Austen","year":1815}`},
		{"/title", `{"title":1,"author":"Jane Austen","year":1815}`},
		{"/title", `{"title":null,"author":"Jane Austen","year":1815}`},
		{"/author", `{"title":"Emma","year":1815}`},
		{"/author", `{"title":"Emma","author":"","year":1815}`},
		{"/author", `{"title":"Emma","author":{"name":"Jane Austen"},"year":1815}`},
		{"/author", `{"title":"Emma","author":"` + strings.Repeat("a", 201) + `","year":1815}`},
		{"/year", `{"title":"Emma","author":"Jane Austen"}`},
		{"/year", `{"title":"Emma","author":"Jane Austen","year":"1815"}`},
		{"/year", `{"title":"Emma","author":"Jane Austen","year":1815.5}`},
		{"/year", `{"title":"Emma","author":"Jane Austen","year":2101}`},
		{"/year", `{"title":"Emma","author":"Jane Austen","year":-3001}`},
		{"/year", `{"title":"Emma","author":"Jane Austen","year":99999999999999999999}`},
		{"/language", `{"title":"Emma","author":"Jane Austen","year":1815,"language":"eng"}`},
		{"/language", `{"title":"Emma","author":"Jane Austen","year":1815,"language":""}`},
		{"/language", `{"title":"Emma","author":"Jane Austen","year":1815,"language":"e1"}`},
		{"/isbn", `{"title":"Emma","author":"Jane Austen","year":1815,"isbn":"none"}`},
		{"/id", `{"id":1,"title":"Emma","author":"Jane Austen","year":1815}`},
		{"/a~1b~0", `{"title":"Emma","author":"Jane Austen","year":1815,"a/b~":1}`},
		{"", `[]`},
		{"", `"Emma"`},
		{"", `null`},
	} {
		rules = append(rules, rule{"invalid book", post(invalid.content, 422), pointsAt(invalid.pointer)})
	}
	rules = append(rules, rule{"every fault is named", post(`{"title":"","author":"Jane Austen","year":2101}`, 422),
		func(ctx context.Context, s *session, a answer) error {
			return errorsOf(a, "/title", "/year")
		}})

	// Expect: 100-continue (RFC 9110, section 10.1.1) lets the server refuse before the content is sent. Without it, a
	// server that closes the connection early can make the client miss the answer.
	large := post(valid+strings.Repeat(" ", maxContent+1-len(valid)), 413)
	large.fields = map[string]string{"Content-Type": "application/json", "Expect": "100-continue"}
	chunked := large
	chunked.length = -1
	rules = append(rules, rule{"large content", large, nil}, rule{"large content, chunked", chunked, nil})

	navigation := map[string]string{}
	for _, f := range browser.Fields("document") {
		navigation[f.Name] = f.Value
	}
	for _, path := range []string{"/api", "/api/", "/api/nope", "/api/healthz", "/api/books/1/pages", "/api/health/x"} {
		rules = append(rules,
			rule{"unknown path", call{target: path, status: 404}, nil},
			rule{"unknown path in a browser", call{target: path, fields: navigation, status: 404}, nil},
			rule{"unknown path", call{method: "POST", target: path, body: "{}", status: 404}, nil})
	}
	for _, path := range []string{"/api/health", "/api/books/1", "/api/slow", "/api/fail", "/api/sse"} {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			rules = append(rules,
				rule{"wrong method", call{method: method, target: path, status: 405}, allows("GET", "HEAD")})
		}
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE"} {
		rules = append(
			rules,
			rule{"wrong method", call{method: method, target: "/api/books", status: 405},
				allows("GET", "HEAD", "POST")},
		)
	}
	return rules
}

func pointsAt(pointer string) func(context.Context, *session, answer) error {
	return func(_ context.Context, _ *session, a answer) error { return errorsOf(a, pointer) }
}

// errorsOf asserts that a problem has an error at each of the pointers, and at no other place.
func errorsOf(a answer, pointers ...string) error {
	p, err := decode[problem](a)
	if err != nil {
		return err
	}
	var got []string
	for _, e := range p.Errors {
		got = append(got, e.Pointer)
	}
	slices.Sort(got)
	if got = slices.Compact(got); !slices.Equal(got, pointers) {
		return fmt.Errorf("errors point at %q, expected %q", got, pointers)
	}
	return nil
}

// allows asserts what Allow lists; OPTIONS may be among them.
func allows(methods ...string) func(context.Context, *session, answer) error {
	return func(_ context.Context, _ *session, a answer) error {
		var got []string
		for _, method := range strings.Split(strings.Join(a.fields.Values("Allow"), ","), ",") {
			if method = strings.TrimSpace(method); method != "OPTIONS" {
				got = append(got, method)
			}
		}
		if slices.Sort(got); !slices.Equal(got, methods) {
			return fmt.Errorf("the path allows %q, expected %q", got, methods)
		}
		return nil
	}
}
