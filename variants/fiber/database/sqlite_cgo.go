//go:build cgo_sqlite

package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net/url"

	"github.com/mattn/go-sqlite3" // SQLite's own C, by cgo: it needs a C compiler, and the binary a libc
)

// openSQLite opens a database file. The query is that of the file's URI, and the pragmas are run on each connection.
func openSQLite(path string, query url.Values, pragmas ...string) (*sql.DB, error) {
	name := (&url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: query.Encode()}).String()
	return sql.OpenDB(connector{name, &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		for _, p := range pragmas {
			if _, err := c.Exec("PRAGMA "+p, nil); err != nil {
				return err
			}
		}
		return nil
	}}}), nil
}

// connector opens connections to one database. It exists because the driver's data source names do not support all
// pragmas.
type connector struct {
	name string
	of   driver.Driver
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.of.Open(c.name) }
func (c connector) Driver() driver.Driver                        { return c.of }
