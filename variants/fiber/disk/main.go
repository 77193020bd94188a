// Command disk serves a single-page app from a folder, and the API.
//
// It reads PORT (default 8080), DIST (the folder of the build, default
// /srv/dist) and DATABASE (default /data/books.db). A folder without
// index.html is an error at startup.
package main

import (
	"fmt"
	"os"

	"spabench/variants/fiber/app"
	"spabench/variants/fiber/database"
)

func main() {
	if err := run(app.ReadEnvironment()); err != nil {
		fmt.Fprintln(os.Stderr, "disk:", err)
		os.Exit(1)
	}
}

func run(env app.Environment) error {
	files, err := app.Disk(env.Dist)
	if err != nil {
		return err
	}
	db, err := database.Open(env.Database)
	if err != nil {
		return err
	}
	return app.Run(app.Config{Files: files, Database: db}, env.Port)
}
