package database

import (
	"errors"
	"fmt"
	"os"
)

// Seed creates the database file by running the SQL script. The same script
// yields the same bytes. The journal mode is SQLite's default, so that there is
// only this one file. It is an error if the file exists already.
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
