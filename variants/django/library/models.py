"""The books. Their tables are made by variants/books.sql, not by migrations."""

from django.db import models, transaction
from django.db.models import Q


class Author(models.Model):
    id = models.BigAutoField(primary_key=True)
    name = models.TextField(unique=True)

    class Meta:
        managed = False
        db_table = "authors"


class Books(models.QuerySet):
    def matching(self, q: str, author: int | None):
        """Books whose title or author's name contains q, by the author of this id."""
        books = self
        if q:
            # SQLite's LIKE, escaped by Django; it ignores case for ASCII letters only.
            books = books.filter(Q(title__icontains=q) | Q(author__name__icontains=q))
        if author is not None:
            books = books.filter(author_id=author)
        return books.order_by("id")

    def as_dicts(self) -> list[dict]:
        """Each book as the API represents it."""
        return [
            {
                "id": row["id"],
                "title": row["title"],
                "author": {"id": row["author_id"], "name": row["author__name"]},
                "year": row["year"],
                "language": row["language"],
            }
            for row in self.values("id", "title", "author_id", "author__name", "year", "language")
        ]

    def add(self, title: str, author: str, year: int, language: str) -> int:
        """Adds a book, by a known author of that name or a new one, and returns its id."""
        with transaction.atomic():
            by, _ = Author.objects.get_or_create(name=author)
            return self.create(title=title, author=by, year=year, language=language).id


class Book(models.Model):
    id = models.BigAutoField(primary_key=True)
    title = models.TextField()
    author = models.ForeignKey(Author, models.PROTECT)
    year = models.IntegerField()
    language = models.TextField()

    objects = Books.as_manager()

    class Meta:
        managed = False
        db_table = "books"
