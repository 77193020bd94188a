package app

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// library is the database of books.
type library struct {
	db    *sql.DB
	one   *sql.Stmt
	alive *sql.Stmt
	pages map[filter]*sql.Stmt
	count map[filter]*sql.Stmt
}

// filter is the set of conditions of a search. The statement for each one is
// prepared once, because SQLite takes longer to plan these queries than to run
// them.
type filter struct{ text, author bool }

var errNoBook = errors.New("no such book")

const (
	columns   = "SELECT b.id, b.title, a.id, a.name, b.year, b.language"
	tables    = " FROM books b JOIN authors a ON a.id = b.author_id"
	hasText   = `(b.title LIKE :text ESCAPE '\' OR a.name LIKE :text ESCAPE '\')`
	hasAuthor = "b.author_id = :author"
)

// openLibrary prepares the statements.
func openLibrary(db *sql.DB) (*library, error) {
	l := &library{db: db, pages: map[filter]*sql.Stmt{}, count: map[filter]*sql.Stmt{}}
	if err := l.prepare(); err != nil {
		return nil, fmt.Errorf("read database: %w", err)
	}
	return l, nil
}

func (l *library) prepare() (err error) {
	statement := func(query string) (s *sql.Stmt) {
		if err == nil {
			s, err = l.db.Prepare(query)
		}
		return s
	}
	l.alive = statement("SELECT 1 FROM books LIMIT 1")
	l.one = statement(columns + tables + " WHERE b.id = ?")
	for _, f := range []filter{{}, {text: true}, {author: true}, {text: true, author: true}} {
		l.pages[f] = statement(columns + tables + f.where() + " ORDER BY b.id LIMIT :limit OFFSET :offset")
		counted := tables
		if !f.text {
			counted = " FROM books b"
		}
		l.count[f] = statement("SELECT count(*)" + counted + f.where())
	}
	return err
}

func (f filter) where() string {
	switch f {
	case filter{text: true}:
		return " WHERE " + hasText
	case filter{author: true}:
		return " WHERE " + hasAuthor
	case filter{text: true, author: true}:
		return " WHERE " + hasText + " AND " + hasAuthor
	}
	return ""
}

func (l *library) close() error { return l.db.Close() }

func (l *library) check() error {
	var one int
	return l.alive.QueryRow().Scan(&one)
}

func (l *library) book(id int64) (book, error) {
	found, err := scan(l.one.QueryRow(id))
	if errors.Is(err, sql.ErrNoRows) {
		return book{}, errNoBook
	}
	return found, err
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// find fills in the items and the total; text "" and author 0 mean any.
func (l *library) find(text string, author int64, list *bookList) error {
	f := filter{text: text != "", author: author != 0}
	var conditions []any
	if f.text {
		conditions = append(conditions, sql.Named("text", "%"+likeEscape.Replace(text)+"%"))
	}
	if f.author {
		conditions = append(conditions, sql.Named("author", author))
	}
	if err := l.count[f].QueryRow(conditions...).Scan(&list.Total); err != nil {
		return fmt.Errorf("count books: %w", err)
	}
	rows, err := l.pages[f].Query(append(conditions,
		sql.Named("limit", list.Limit), sql.Named("offset", list.Offset))...)
	if err != nil {
		return fmt.Errorf("list books: %w", err)
	}
	defer rows.Close()
	list.Items = make([]book, 0, list.Limit)
	for rows.Next() {
		next, err := scan(rows)
		if err != nil {
			return fmt.Errorf("list books: %w", err)
		}
		list.Items = append(list.Items, next)
	}
	return rows.Err()
}

func scan(row interface{ Scan(...any) error }) (b book, err error) {
	err = row.Scan(&b.ID, &b.Title, &b.Author.ID, &b.Author.Name, &b.Year, &b.Language)
	return b, err
}

// add stores the book, and its author if the name is new, and sets the ids.
func (l *library) add(b *book) error {
	tx, err := l.db.Begin()
	if err != nil {
		return fmt.Errorf("add book: %w", err)
	}
	defer tx.Rollback()
	// The update changes nothing, but without it RETURNING has no row for a known name.
	err = tx.QueryRow("INSERT INTO authors (name) VALUES (?)"+
		" ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id",
		b.Author.Name).Scan(&b.Author.ID)
	if err == nil {
		err = tx.QueryRow("INSERT INTO books (title, author_id, year, language) VALUES (?, ?, ?, ?) RETURNING id",
			b.Title, b.Author.ID, b.Year, b.Language).Scan(&b.ID)
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		return fmt.Errorf("add book: %w", err)
	}
	return nil
}
