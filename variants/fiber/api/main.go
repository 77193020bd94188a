// Command api is the API alone: the backend behind an nginx that serves the
// files. Every path that is not the API's is a problem, with status 404.
//
// It reads PORT (default 8080) and DATABASE (default /data/books.db).
package main

import (
	"fmt"
	"os"

	"spabench/variants/fiber/app"
)

func main() {
	env := app.ReadEnvironment()
	if err := app.Run(app.Config{Database: env.Database}, env.Port); err != nil {
		fmt.Fprintln(os.Stderr, "api:", err)
		os.Exit(1)
	}
}
