// Command embedded serves the single-page app, which it embeds, and the API.
//
// It reads PORT (default 8080) and DATABASE (default /data/books.db). With
// DEV=true it serves the folder DIST (default /srv/dist) instead, and reads
// files anew for each request, so that a new build takes effect at once:
//
//	DEV=true DIST=variants/spa/dist DATABASE=books.db go run ./variants/fiber/embedded
//
// The build is copied to dist before the program is compiled; see
// dockerfiles/embedded-go.Dockerfile. Without a build the server does not start.
package main

import (
	"embed"
	"fmt"
	"os"

	"spabench/variants/fiber/app"
	"spabench/variants/fiber/database"
)

//go:embed all:dist
var build embed.FS

func main() {
	if err := run(app.ReadEnvironment()); err != nil {
		fmt.Fprintln(os.Stderr, "embedded:", err)
		os.Exit(1)
	}
}

func run(env app.Environment) error {
	files, err := app.Compiled(build, env)
	if err != nil {
		return err
	}
	db, err := database.Open(env.Database)
	if err != nil {
		return err
	}
	return app.Run(app.Config{Files: files, Database: db}, env.Port)
}
