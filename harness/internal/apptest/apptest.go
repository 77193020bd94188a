// Package apptest serves the app of the Go variants in the process of a test.
package apptest

import (
	"net"
	"path/filepath"
	"testing"
	"time"

	"spabench/variants/fiber/app"
	"spabench/variants/fiber/database"
)

// Serve starts the app with these files, which may be nil, and a fresh database on a loopback port, and returns its
// address. Root is the project's folder. The app stops with the test.
func Serve(t *testing.T, root string, files app.Files) (addr string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "books.db")
	if err := database.Seed(filepath.Join(root, "variants", "books.sql"), path); err != nil {
		t.Fatal(err)
	}
	db, err := database.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	server, err := app.New(app.Config{Files: files, Database: db})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Listener(listener) }()
	t.Cleanup(func() {
		if err := server.ShutdownWithTimeout(10 * time.Second); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}
