// Command seed creates the API's SQLite database from an SQL script when an
// image is built:
//
//	go run ./variants/fiber/seed variants/books.sql books.db
//
// With -once it keeps an existing database, for a volume that may have been
// filled before. An incomplete database never has its final name.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"

	"spabench/variants/fiber/database"
)

func main() {
	once := flag.Bool("once", false, "keep a database that exists already")
	flag.Usage = func() { fmt.Fprintln(os.Stderr, "usage: seed [-once] SCRIPT DATABASE") }
	flag.Parse()
	if flag.NArg() != 2 {
		flag.Usage()
		os.Exit(2)
	}
	seed := database.Seed
	if *once {
		seed = seedOnce
	}
	if err := seed(flag.Arg(0), flag.Arg(1)); err != nil {
		fmt.Fprintln(os.Stderr, "seed:", err)
		os.Exit(1)
	}
}

// seedOnce seeds under a temporary name and then renames: if it is killed, it
// leaves nothing that the next run mistakes for a database.
func seedOnce(script, path string) error {
	if _, err := os.Stat(path); err == nil {
		fmt.Println("kept", path)
		return nil
	}
	unfinished := path + ".new"
	if err := os.Remove(unfinished); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("seed database: %w", err)
	}
	if err := database.Seed(script, unfinished); err != nil {
		return err
	}
	if err := os.Rename(unfinished, path); err != nil {
		return fmt.Errorf("seed database: %w", err)
	}
	fmt.Println("filled", path)
	return nil
}
