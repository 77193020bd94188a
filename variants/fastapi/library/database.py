"""The books, in SQLite. Every method blocks: call it from a worker thread."""

import sqlite3
import threading
from pathlib import Path
from urllib.parse import quote

BOOK = """
SELECT books.id, title, authors.id AS author_id, authors.name AS author, year, language
FROM books JOIN authors ON authors.id = author_id
"""
COUNT = "SELECT count(*) FROM books JOIN authors ON authors.id = author_id"


class Database:
    """Queries over one connection for each thread, which is what SQLite shares best."""

    def __init__(self, path: Path) -> None:
        # mode=rw: a missing file is an error, not a new and empty database.
        self._uri = f"file:{quote(str(path))}?mode=rw"
        self._thread = threading.local()

    def _connection(self) -> sqlite3.Connection:
        connection = getattr(self._thread, "connection", None)
        if connection is None:
            # Transactions are opened by hand; a writer waits 5 s for another one.
            connection = sqlite3.connect(self._uri, uri=True, timeout=5, isolation_level=None)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA foreign_keys = ON")
            self._thread.connection = connection
        return connection

    def check(self) -> None:
        """Raises sqlite3.Error unless the books can be read."""
        self._connection().execute("SELECT id FROM books LIMIT 1").fetchone()

    def book(self, id: int) -> dict | None:
        row = self._connection().execute(BOOK + "WHERE books.id = ?", (id,)).fetchone()
        return row and as_book(row)

    def search(self, q: str, author: int | None, limit: int, offset: int) -> tuple[list[dict], int]:
        """One page of the books that match, and how many do on all pages."""
        conditions, values = [], []
        if q:
            conditions.append(r"(title LIKE ? ESCAPE '\' OR authors.name LIKE ? ESCAPE '\')")
            values += [contains(q)] * 2
        if author is not None:
            conditions.append("author_id = ?")
            values.append(author)
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        connection = self._connection()
        total = connection.execute(COUNT + where, values).fetchone()[0]
        rows = connection.execute(
            f"{BOOK}{where} ORDER BY books.id LIMIT ? OFFSET ?", (*values, limit, offset)
        )
        return [as_book(row) for row in rows], total

    def add(self, title: str, author: str, year: int, language: str) -> dict:
        """Adds a book, by a known author of that name or a new one, and returns it."""
        connection = self._connection()
        with connection:  # commits, or rolls back when an exception passes
            # IMMEDIATE: taking the write lock at once is what makes a busy writer wait.
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO authors (name) VALUES (?) ON CONFLICT DO NOTHING", (author,))
            id = connection.execute(
                "INSERT INTO books (title, author_id, year, language)"
                " SELECT ?, id, ?, ? FROM authors WHERE name = ?",
                (title, year, language, author),
            ).lastrowid
        return self.book(id)


def contains(text: str) -> str:
    r"""A LIKE pattern, escaped by \, in which text stands for itself."""
    for special in "\\%_":
        text = text.replace(special, "\\" + special)
    return f"%{text}%"


def as_book(row: sqlite3.Row) -> dict:
    return {
        "id": row["id"],
        "title": row["title"],
        "author": {"id": row["author_id"], "name": row["author"]},
        "year": row["year"],
        "language": row["language"],
    }
