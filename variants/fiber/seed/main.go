// Command seed makes the SQLite database of the API from an SQL script, when
// an image is built:
//
//	go run ./variants/fiber/seed variants/books.sql books.db
package main

import (
	"fmt"
	"os"

	"spabench/variants/fiber/app"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: seed SCRIPT DATABASE")
		os.Exit(2)
	}
	if err := app.Seed(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "seed:", err)
		os.Exit(1)
	}
}
