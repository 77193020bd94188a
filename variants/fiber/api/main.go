// Command api serves only the API: it is the back end behind an nginx that
// serves the files. Any other path gets a problem document with status 404.
//
// It reads PORT (default 8080) and DATABASE (default /data/books.db).
//
// ALLOW_ORIGIN names an origin, such as https://app.example, whose pages may
// use it from browsers though it is on another one; ALLOW_MAX_AGE says for how
// many seconds they may remember that (default: not said, which is five).
package main

import (
	"fmt"
	"os"

	"spabench/variants/fiber/app"
)

func main() {
	env := app.ReadEnvironment()
	allow := app.Allow{Origin: env.AllowOrigin, MaxAge: env.AllowMaxAge}
	if err := app.Run(app.Config{Database: env.Database, Allow: allow}, env.Port); err != nil {
		fmt.Fprintln(os.Stderr, "api:", err)
		os.Exit(1)
	}
}
