package app

import (
	"errors"
	"fmt"
	"os"
)

// Seed makes the database file by running the SQL script. The same script
// gives the same bytes; the journal mode is SQLite's default, so that the file
// stands alone. A file that exists already is an error.
func Seed(script, database string) error {
	statements, err := os.ReadFile(script)
	if err != nil {
		return fmt.Errorf("seed database: %w", err)
	}
	file, err := os.OpenFile(database, os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("seed database: %w", err)
	}
	file.Close()
	db, err := openSQLite(database, nil)
	if err != nil {
		return fmt.Errorf("seed database %s: %w", database, err)
	}
	db.SetMaxOpenConns(1)
	for _, statement := range []string{string(statements), "ANALYZE", "VACUUM"} {
		if err == nil {
			_, err = db.Exec(statement)
		}
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("seed database %s from %s: %w", database, script, errors.Join(err, os.Remove(database)))
	}
	return nil
}
