//go:build !cgo_sqlite

package database

import (
	"database/sql"
	"net/url"

	_ "modernc.org/sqlite" // SQLite without cgo: the binary stays static
)

// openSQLite opens a database file with the driver that the build tag cgo_sqlite selects; this is the one without it.
// The query is that of the file's URI, and the pragmas are run on each connection.
func openSQLite(path string, query url.Values, pragmas ...string) (*sql.DB, error) {
	all := url.Values{"_pragma": pragmas}
	for key, values := range query {
		all[key] = values
	}
	return sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: all.Encode()}).String())
}
