// Command article-go is the article's Go recipe as it is printed: a file server over the embedded folder.
package main

import (
	"embed"
	"io"
	"log"
	"net/http"
)

//go:embed all:static
var staticFiles embed.FS

func main() {
	http.HandleFunc("/api/health", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"status":"ok"}`)
	})
	http.Handle("/", http.FileServer(http.FS(staticFiles)))
	log.Fatal(http.ListenAndServe(":8080", nil))
}
