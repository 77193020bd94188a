package app

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

func TestAPI(t *testing.T) {
	post := func(media, content string) string {
		return fmt.Sprintf("Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s", media, len(content), content)
	}
	const asJSON = "application/json"
	tests := []struct {
		request, fields string
		status          int
		contains        string
	}{
		{"GET /api/health", "", 200, `{"status":"ok"}`},
		{"GET /api/books", "", 200, `"limit":20,"offset":0}`},
		{"GET /api/books?limit=1&offset=1", "", 200, `{"items":[{"id":2,"title":`},
		{"GET /api/books?limit=100&offset=9223372036854775807", "", 200, `{"items":[],"total":`},
		{"GET /api/books?q=JANE%20aust&limit=1", "", 200, `"author":{"id":1,"name":"Jane Austen"}`},
		{"GET /api/books?q=%25", "", 200, `"total":0,`},
		{"GET /api/books?q=_", "", 200, `"total":0,`},
		{"GET /api/books?q=%5C", "", 200, `"total":0,`},
		{"GET /api/books?q=http://a/b", "", 200, `"total":0,`},
		{"GET /api/books?author=1&limit=1", "", 200, `"name":"Jane Austen"`},
		{"GET /api/books?author=1&q=emma", "", 200, `"title":"Emma"`},
		{"GET /api/books?author=9223372036854775807", "", 200, `"total":0,`},
		{"GET /api/books?q=" + strings.Repeat("%C3%A9", 200), "", 200, `"total":0,`},
		{"GET /api/books?q=" + strings.Repeat("%C3%A9", 201), "", 400, `"detail":"q has`},
		{"GET /api/books?limit=0", "", 400, `"detail":"limit is not`},
		{"GET /api/books?limit=101", "", 400, ""},
		{"GET /api/books?limit=", "", 400, ""},
		{"GET /api/books?limit=ten", "", 400, ""},
		{"GET /api/books?offset=-1", "", 400, ""},
		{"GET /api/books?author=x", "", 400, ""},
		{"GET /api/books?author=0", "", 400, ""},
		{"GET /api/books/1", "", 200, `{"id":1,`},
		{"GET /api/books/99999999", "", 404, `"instance":"/api/books/99999999"`},
		{"GET /api/books/one", "", 404, ""},
		{"GET /api/books/%31", "", 200, `{"id":1,`},
		{"GET /api/books/99999999999999999999", "", 404, ""},
		{"DELETE /api/books/1", "", 405, ""},
		{"GET /api/slow?ms=1", "", 200, `{"ms":1}`},
		{"GET /api/slow", "", 400, ""},
		{"GET /api/slow?ms=10001", "", 400, ""},
		{"GET /api/fail?status=503", "", 503, `"status":503`},
		{"GET /api/fail?status=499", "", 499, `"status":499`},
		{"GET /api/fail?status=200", "", 400, ""},
		{"GET /api/fail", "", 400, ""},
		{"GET /api/sse?events=0", "", 400, ""},
		{"GET /api/sse?events=101", "", 400, ""},

		{
			"POST /api/books",
			post(asJSON, `{"title":"Émile","author":"Jean-Jacques Rousseau","year":1762,"language":"fr"}`),
			201, `"language":"fr"`,
		},
		{
			"POST /api/books", post(asJSON+"; charset=utf-8", `{"title":"A","author":"B","year":-3000}`),
			201, `"language":"en"`,
		},
		{"POST /api/books", post("text/plain", `{}`), 415, ""},
		{"POST /api/books", "Content-Length: 2\r\n\r\n{}", 415, ""},
		{"POST /api/books", post(asJSON, `{`), 400, ""},
		{"POST /api/books", post(asJSON, ``), 400, ""},
		{"POST /api/books", post(asJSON, "{\"title\":\"\xff\"}"), 400, ""},
		{"POST /api/books", post(asJSON, `[]`), 422, `"errors":[{"pointer":"","detail":`},
		{"POST /api/books", post(asJSON, `null`), 422, `"errors":[{"pointer":"",`},
		{
			"POST /api/books", post(asJSON, `{}`), 422, `"errors":[{"pointer":"/title","detail":"is missing"},` +
				`{"pointer":"/author","detail":"is missing"},{"pointer":"/year","detail":"is missing"}]`,
		},
		{"POST /api/books", post(asJSON, `{"title":"","author":"B","year":1}`), 422, `"errors":[{"pointer":"/title",`},
		{"POST /api/books", post(asJSON, `{"title":"A","author":7,"year":1}`), 422, `"errors":[{"pointer":"/author",`},
		{
			"POST /api/books", post(asJSON, `{"title":"A","author":"B","year":2101}`),
			422, `"errors":[{"pointer":"/year",`,
		},
		{
			"POST /api/books", post(asJSON, `{"title":"A","author":"B","year":1.5}`),
			422, `"errors":[{"pointer":"/year",`,
		},
		{
			"POST /api/books", post(asJSON, `{"title":"A","author":"B","year":1,"language":"FR"}`),
			422, `"errors":[{"pointer":"/language",`,
		},
		{
			"POST /api/books", post(asJSON, `{"title":"A","author":"B","year":1,"language":null}`),
			422, `"errors":[{"pointer":"/language",`,
		},
		{
			"POST /api/books", post(asJSON, `{"title":"A","author":"B","year":1,"a/b":1}`),
			422, `"errors":[{"pointer":"/a~1b",`,
		},
		{
			"POST /api/books", post(asJSON, `{"title":"`+strings.Repeat("é", 201)+`","author":"B","year":1}`),
			422, `"errors":[{"pointer":"/title",`,
		},
		{"POST /api/books", post(asJSON, `{"title":"`+strings.Repeat("é", 200)+`","author":"B","year":1}`), 201, ""},
		{"POST /api/books", post(asJSON, `{"title":"`+strings.Repeat("x", 500_000)+`"}`), 422, ""},
		{"POST /api/books", post(asJSON, `{"title":"`+strings.Repeat("x", 1_500_000)+`"}`), 413, `"status":413`},
	}
	address := start(t, stores(t)["embedded"])
	for _, test := range tests {
		t.Run(fmt.Sprintf("%.60s %.80q", test.request, test.fields), func(t *testing.T) {
			got := askOnce(t, address, test.request, test.fields)
			if got.status != test.status || !strings.Contains(got.body, test.contains) {
				t.Errorf("%d %.300s, want %d with %s", got.status, got.body, test.status, test.contains)
			}
			want := "application/json"
			if test.status >= 400 {
				want = "application/problem+json"
				checkProblem(t, got)
			}
			if got.header.Get("Content-Type") != want || got.header.Get("Cache-Control") != "no-store" {
				t.Errorf("header %v, want %s and no-store", got.header, want)
			}
			checkAlways(t, got)
			if strings.HasPrefix(test.request, "GET ") && len(test.request) < 1000 {
				checkHead(t, address, strings.TrimPrefix(test.request, "GET "), got)
			}
		})
	}
}

// askOnce sends one request, whose content is part of fields, and closes the connection.
func askOnce(t *testing.T, address, requestLine, fields string) answer {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if !strings.Contains(fields, "\r\n\r\n") {
		fields += "\r\n"
	}
	if _, err := io.WriteString(conn, requestLine+" HTTP/1.1\r\nHost: library.test\r\n"+fields); err != nil {
		t.Fatal(err)
	}
	return read(t, bufio.NewReader(conn), requestLine)
}

func checkProblem(t *testing.T, got answer) {
	t.Helper()
	var p problem
	if err := json.Unmarshal([]byte(got.body), &p); err != nil {
		t.Fatalf("%v: %s", err, got.body)
	}
	if p.Type != "about:blank" || p.Title == "" || p.Status != got.status || p.Detail == "" ||
		!strings.HasPrefix(p.Instance, "/api") {
		t.Errorf("incomplete problem for %d: %+v", got.status, p)
	}
}

func TestAddedBookIsFound(t *testing.T) {
	address := start(t, nil)
	const content = `{"title":"Sanditon","author":"Jane Austen","year":1817}`
	added := askOnce(t, address, "POST /api/books",
		fmt.Sprintf("Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(content), content))
	location := added.header.Get("Location")
	if added.status != 201 || !strings.Contains(added.body, `"author":{"id":1,"name":"Jane Austen"}`) {
		t.Fatalf("%d %s, want 201 and the known author", added.status, added.body)
	}
	if found := ask(t, address, "GET "+location, ""); found.status != 200 || found.body != added.body {
		t.Errorf("GET %s: %d %s, want what was added: %s", location, found.status, found.body, added.body)
	}
	if found := ask(t, address, "GET /api/books?q=sanditon", ""); !strings.Contains(found.body, `"total":1,`) {
		t.Errorf("not found by title: %s", found.body)
	}
}

func TestEvents(t *testing.T) {
	address := start(t, nil)
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	began := time.Now()
	io.WriteString(conn, "GET /api/sse HTTP/1.1\r\nHost: library.test\r\nConnection: close\r\n\r\n")
	var first time.Duration
	var stream strings.Builder
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "data: ") && first == 0 {
			first = time.Since(began)
		}
		fmt.Fprintln(&stream, lines.Text())
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 3; n++ {
		if event := fmt.Sprintf("event: tick\ndata: {\"n\":%d}\n\n", n); !strings.Contains(stream.String(), event) {
			t.Errorf("no %q in %q", event, stream.String())
		}
	}
	if strings.Contains(stream.String(), `{"n":4}`) ||
		!strings.Contains(stream.String(), "Content-Type: text/event-stream\n") {
		t.Errorf("not three events: %q", stream.String())
	}
	whole := time.Since(began)
	if whole < 2*eventInterval || first > whole-eventInterval {
		t.Errorf("first event after %s of %s: events were held back", first, whole)
	}
	head := ask(t, address, "HEAD /api/sse", "")
	if head.status != 200 || head.header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("HEAD: %d %v", head.status, head.header)
	}
}

func TestFraming(t *testing.T) {
	address := start(t, stores(t)["embedded"])
	for name, test := range map[string]struct {
		request, want string
	}{
		"no host":        {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},
		"no host in 1.0": {"GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 200 "},
		"both lengths": {
			"POST /api/nope HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n" +
				"0\r\n\r\nGET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n",
			"HTTP/1.1 404 ",
		},
		"two lengths": {
			"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 0\r\n\r\n" +
				"helloGET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n",
			"HTTP/1.1 400 ",
		},
		"another coding": {
			"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: identity\r\n\r\n" +
				"helloGET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n",
			"HTTP/1.1 400 ",
		},
		"not a request": {"\x16\x03\x01 hello\r\n\r\n", "HTTP/1.1 400 "},
		"header field too big": {
			"GET / HTTP/1.1\r\nHost: a\r\nCookie: " + strings.Repeat("a", 64<<10) + "\r\n\r\n",
			"HTTP/1.1 431 ",
		},
	} {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(5 * time.Second))
		io.WriteString(conn, test.request)
		all, err := io.ReadAll(conn)
		if err != nil || !strings.HasPrefix(string(all), test.want) || strings.Count(string(all), "HTTP/1.1 ") != 1 {
			t.Errorf("%s: %.200q %v, want one answer %q and the end of the connection", name, all, err, test.want)
		}
		conn.Close()
	}
}

// TestTargetOfItsOwn sends too much content to the API after chunked requests for other paths, on the same server. It
// is random which request's memory fasthttp reuses, hence the rounds.
func TestTargetOfItsOwn(t *testing.T) {
	address := start(t, stores(t)["embedded"])
	const large = "Content-Type: application/json\r\nContent-Length: 2000000\r\n"
	for name, before := range map[string]string{
		"empty content": "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
		"goes away":     "Transfer-Encoding: chunked\r\n\r\n5",
	} {
		for range 8 {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(conn, "POST /robots.txt HTTP/1.1\r\nHost: library.test\r\n"+before)
			conn.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, conn)
			conn.Close()
			got := askOnce(t, address, "POST /api/books", large)
			if got.status != 413 || !strings.Contains(got.body, `"instance":"/api/books"`) {
				t.Fatalf("after a chunked request with %s: %d %s, want 413 and a problem of /api/books",
					name, got.status, got.body)
			}
		}
	}
}
