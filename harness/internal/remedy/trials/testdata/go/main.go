package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"log"
	"mime"
	"net/http"
	"os"
	"os/signal"
	"path"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// What remedies use.
var (
	_ = []any{bytes.NewReader, cmp.Or[string], context.Background, rand.Text, sha256.Sum256, fmt.Sprint, io.EOF}
	_ = []any{fs.Stat, mime.TypeByExtension, os.DirFS, signal.NotifyContext, path.Clean, regexp.MustCompile}
	_ = []any{strings.Trim, syscall.SIGTERM, time.Second, log.Print}
)

func health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, `{"status":"ok"}`)
}

func slow(w http.ResponseWriter, r *http.Request) {
	wait, _ := time.ParseDuration(r.FormValue("ms") + "ms")
	time.Sleep(wait)
	io.WriteString(w, "done")
}

func missing(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusNotFound)
	io.WriteString(w, `{"error":"not found"}`)
}

// onePage has index.html in place of every file that is absent.
type onePage struct{ fs.FS }

func (p onePage) Open(name string) (fs.File, error) {
	f, err := p.FS.Open(name)
	if err != nil {
		return p.FS.Open("index.html")
	}
	return f, nil
}

// funcs

func main() {
	dist := os.DirFS("dist")
	mux := http.NewServeMux()
	// first
	mux.HandleFunc("GET /api/health", health)
	mux.HandleFunc("GET /api/slow", slow)
	mux.HandleFunc("/api/", missing)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		// handler
		name := strings.TrimPrefix(r.URL.Path, "/")
		if info, err := fs.Stat(dist, name); err == nil && info.Mode().IsRegular() {
			http.ServeFileFS(w, r, dist, name)
			return
		}
		// page
		http.ServeFileFS(w, r, dist, "index.html")
	})
	handler := http.Handler(mux)
	// wrap
	server := &http.Server{Addr: ":8080", Handler: handler}
	log.Fatal(server.ListenAndServe())
}
