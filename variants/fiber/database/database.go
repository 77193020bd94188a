// Package database opens and creates the SQLite database of the API. It is apart from the app, so that a server of files
// alone is built without SQLite.
package database

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
)

// Open opens an existing database: a wrong path must not create an empty one.
func Open(path string) (*sql.DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db, err := openSQLite(path, url.Values{"mode": {"rw"}, "_txlock": {"immediate"}},
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(NORMAL)", "temp_store(MEMORY)", "foreign_keys(ON)")
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	if err := db.Ping(); err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, errors.Join(err, db.Close()))
	}
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	return db, nil
}
