// Command go-fileserver-embed serves an embedded build with net/http's file server.
package main

import (
	"embed"
	"io"
	"io/fs"
	"log"
	"net/http"
)

//go:embed all:dist
var build embed.FS

func main() {
	dist, err := fs.Sub(build, "dist")
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/api/health", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"status":"ok"}`)
	})
	http.Handle("/", http.FileServer(http.FS(dist)))
	log.Fatal(http.ListenAndServe(":8080", nil))
}
