package app

import (
	"bufio"
	"database/sql"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"spabench/variants/fiber/database"
)

const (
	pageBody   = "<!doctype html><title>page</title>"
	scriptBody = "console.log('a script that is long enough')"
	navigating = "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nAccept: text/html,*/*;q=0.8\r\n"
	scripting  = "Sec-Fetch-Dest: script\r\nAccept: */*\r\n"
)

// build is a small build. Its coded forms need not be real ones here.
var build = fstest.MapFS{
	"index.html":                {Data: []byte(pageBody)},
	"index.html.gz":             {Data: []byte("page in gzip")},
	"index.html.br":             {Data: []byte("page in br")},
	"assets/index-abc12345.js":  {Data: []byte(scriptBody)},
	"assets/mod-abc12345.mjs":   {Data: []byte("export {}")},
	"assets/style-abc12345.css": {Data: []byte("a{}")},
	"assets/style-abc12345.css.gz": {
		Data: []byte("css in gzip"),
	},
	"assets/font-abc12345.woff2": {Data: []byte("font")},
	"assets/mod-abc12345.wasm":   {Data: []byte("\x00asm")},
	"assets/logo-abc12345.svg":   {Data: []byte("<svg/>")},
	"docs/index.html":            {Data: []byte("documentation")},
	"images/large.png":           {Data: []byte(strings.Repeat("pixels", 20_000))},
	"empty.txt":                  {},
	"with space.txt":             {Data: []byte("space")},
	"fünke.txt":                  {Data: []byte("umlaut")},
	"a%20b.txt":                  {Data: []byte("literal percent")},
	"data.gz":                    {Data: []byte("no original beside it")},
	"sw.js":                      {Data: []byte("self")},
	"manifest.webmanifest":       {Data: []byte("{}")},
	"robots.txt":                 {Data: []byte("User-agent: *")},
	"favicon.ico":                {Data: []byte("icon")},
	".well-known/security.txt":   {Data: []byte("Contact:")},
	".env":                       {Data: []byte("canary")},
	".git/config":                {Data: []byte("canary")},
}

// stores are the two ways to hold the same build.
func stores(t testing.TB) map[string]Files {
	t.Helper()
	memory, err := Embedded(build)
	if err != nil {
		t.Fatal(err)
	}
	disk, err := Disk(buildOnDisk(t))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]Files{"embedded": memory, "disk": disk}
}

func buildOnDisk(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dist")
	if err := os.CopyFS(dir, build); err != nil {
		t.Fatal(err)
	}
	past := time.Now().Add(-time.Hour)
	err := filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(name, past, past)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// seededFile is the path of a fresh database.
func seededFile(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "books.db")
	if err := database.Seed("../../books.sql", path); err != nil {
		t.Fatal(err)
	}
	return path
}

// seeded is a fresh database, open. It is closed with the test if no server has closed it before.
func seeded(t testing.TB) *sql.DB {
	t.Helper()
	db, err := database.Open(seededFile(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// start serves on a loopback port until the test ends.
func start(t testing.TB, files Files) (address string) {
	t.Helper()
	return startAs(t, Config{Files: files, Database: seeded(t)})
}

// startAs is start with the whole configuration given.
func startAs(t testing.TB, c Config) (address string) {
	t.Helper()
	server, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Listener(listener)
	t.Cleanup(func() {
		if err := server.ShutdownWithTimeout(5 * time.Second); err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

type answer struct {
	status int
	header http.Header
	body   string
	length int64 // as announced; -1 when it is not
}

// ask sends the request line and fields literally, whereas an HTTP client would
// normalise the target. A second request on the same connection verifies that
// the first answer has the announced length.
func ask(t testing.TB, address, requestLine, fields string) answer {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	io.WriteString(conn, requestLine+" HTTP/1.1\r\nHost: library.test\r\n"+fields+"\r\n")
	reader := bufio.NewReader(conn)
	first := read(t, reader, requestLine)
	if first.header.Get("Connection") != "close" {
		io.WriteString(conn, "GET /robots.txt HTTP/1.1\r\nHost: library.test\r\nConnection: close\r\n\r\n")
		read(t, reader, "GET /robots.txt after "+requestLine)
	}
	return first
}

func read(t testing.TB, reader *bufio.Reader, requestLine string) answer {
	t.Helper()
	method, _, _ := strings.Cut(requestLine, " ")
	response, err := http.ReadResponse(reader, &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%s: %v", requestLine, err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s: %v", requestLine, err)
	}
	header := response.Header
	if response.Close {
		header.Set("Connection", "close") // ReadResponse removes it
	}
	return answer{response.StatusCode, header, string(body), response.ContentLength}
}
