// Command api serves only the API, as the back end of an nginx that serves the
// files. Any other path gets a problem document with status 404.
//
// It reads PORT (default 8080) and DATABASE (default /data/books.db).
//
// ALLOW_ORIGIN is another origin, such as https://app.example, whose pages may
// use the API from browsers; ALLOW_MAX_AGE is for how many seconds browsers may
// cache that permission (by default they choose, which means five).
package main

import (
	"fmt"
	"os"

	"spabench/variants/fiber/app"
	"spabench/variants/fiber/database"
)

func main() {
	if err := run(app.ReadEnvironment()); err != nil {
		fmt.Fprintln(os.Stderr, "api:", err)
		os.Exit(1)
	}
}

func run(env app.Environment) error {
	db, err := database.Open(env.Database)
	if err != nil {
		return err
	}
	allow := app.Allow{Origin: env.AllowOrigin, MaxAge: env.AllowMaxAge}
	return app.Run(app.Config{Database: db, Allow: allow}, env.Port)
}
