// Package contract checks that a running server keeps the API contract of variants/openapi.yaml: every answer is
// validated against the document, and the rules that OpenAPI cannot express are asserted beside it.
package contract

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// patience bounds one exchange. The slowest one asked for takes under a second.
const patience = 15 * time.Second

// Check reports every rule that the server at base (scheme and authority, as in http://127.0.0.1:8080) breaks.
// It adds books: do not point it at a database that anybody keeps.
func Check(t testing.TB, base string) {
	t.Helper()
	violations, err := Violations(t.Context(), base)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		t.Error(v)
	}
}

// Violations is what Check reports, one error for each broken rule, of the rules with these names or of all.
// Its own error means that it could not tell.
func Violations(ctx context.Context, base string, names ...string) ([]error, error) {
	doc, err := load()
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{DisableCompression: true, ExpectContinueTimeout: patience}
	defer transport.CloseIdleConnections()
	s := &session{
		doc:  doc,
		base: strings.TrimRight(base, "/"),
		client: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	if _, err := s.do(ctx, call{target: "/api/health"}); err != nil {
		return nil, fmt.Errorf("reach %s: %w", base, err)
	}
	var violations []error
	for _, r := range rules() {
		if len(names) > 0 && !slices.Contains(names, r.name) {
			continue
		}
		answer, err := s.exchange(ctx, r.call)
		if err == nil && r.check != nil {
			err = r.check(ctx, s, answer)
		}
		if err != nil {
			violations = append(violations, fmt.Errorf("%s: %s: %w", r.name, r.call, err))
		}
	}
	return violations, ctx.Err()
}

// A rule is one request and what must hold for its answer, beyond the document and the status.
type rule struct {
	name string
	call
	check func(context.Context, *session, answer) error // nil: nothing more
}

func rules() []rule {
	return slices.Concat(reading(), adding(), refusing(), suite())
}

// A call is one request. Zero values: GET, no fields, no content.
type call struct {
	method string
	target string // path and query
	fields map[string]string
	body   string
	length int64 // declared for the content; 0 its own, -1 none (chunked)
	status int   // expected
}

func (c call) String() string {
	return c.verb() + " " + c.target
}

func (c call) verb() string {
	if c.method == "" {
		return http.MethodGet
	}
	return c.method
}

// An answer is a response read to its end.
type answer struct {
	request *http.Request
	status  int
	fields  http.Header
	body    []byte
	events  []event // of a text/event-stream
	took    time.Duration
}

type session struct {
	doc    *document
	base   string
	client *http.Client
}

// exchange makes the call and checks what every answer must keep: the status expected, the document,
// the fields of a problem, and that HEAD answers as GET does.
func (s *session) exchange(ctx context.Context, c call) (answer, error) {
	a, err := s.do(ctx, c)
	if err != nil {
		return a, err
	}
	if a.status != c.status {
		return a, fmt.Errorf("got status %d, expected %d: %.200s", a.status, c.status, a.body)
	}
	if err := s.doc.validate(ctx, a); err != nil {
		return a, err
	}
	if a.status >= 400 {
		if err := checkProblem(a); err != nil {
			return a, err
		}
	}
	if c.verb() == http.MethodGet {
		return a, s.checkHead(ctx, c, a)
	}
	return a, nil
}

func (s *session) do(ctx context.Context, c call) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var content io.Reader
	if c.body != "" {
		content = strings.NewReader(c.body)
	}
	request, err := http.NewRequestWithContext(ctx, c.verb(), s.base+c.target, content)
	if err != nil {
		return answer{}, fmt.Errorf("make request: %w", err)
	}
	if c.length != 0 {
		request.ContentLength = c.length
	}
	for name, value := range c.fields {
		request.Header.Set(name, value)
	}
	start := time.Now()
	response, err := s.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	a := answer{request: request, status: response.StatusCode, fields: response.Header}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") {
		a.body, a.events, err = readEvents(response.Body, start)
	} else {
		a.body, err = io.ReadAll(response.Body)
	}
	a.took = time.Since(start)
	if err != nil {
		return a, fmt.Errorf("read response: %w", err)
	}
	return a, nil
}

// checkHead asserts that HEAD has the status and the fields of GET and no content (RFC 9110, section 9.3.2).
func (s *session) checkHead(ctx context.Context, c call, got answer) error {
	c.method = http.MethodHead
	head, err := s.do(ctx, c)
	if err != nil {
		return fmt.Errorf("HEAD: %w", err)
	}
	if head.status != got.status {
		return fmt.Errorf("HEAD has status %d, GET %d", head.status, got.status)
	}
	for _, name := range []string{"Content-Type", "Cache-Control", "X-Content-Type-Options",
		"Referrer-Policy", "X-Frame-Options"} {
		if head.fields.Get(name) != got.fields.Get(name) {
			return fmt.Errorf("HEAD has %s %q, GET %q", name, head.fields.Get(name), got.fields.Get(name))
		}
	}
	if len(head.body) > 0 {
		return fmt.Errorf("HEAD has content: %.80s", head.body)
	}
	return nil
}
