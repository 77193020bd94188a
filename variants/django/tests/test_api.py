"""What harness/internal/contract cannot see from outside, and the spellings it does not try."""

import concurrent.futures
import sys

import pytest
from conftest import Browser
from django.db import connection, connections
from django.db.utils import OperationalError
from django.test import override_settings

from library.site import is_api


def test_concurrent_writers_lose_nothing(client):
    def add(n):
        book = {"title": f"Ulysses {n}", "author": "James Joyce" if n % 2 else "Édouard Dujardin", "year": 1922}
        status = client.post("/api/books", book, content_type="application/json").status_code
        connection.close()  # this thread's
        return status

    before = client.get("/api/books").json()["total"]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert set(pool.map(add, range(64))) == {201}
    assert client.get("/api/books").json()["total"] == before + 64


def test_missing_database_is_an_error_and_stays_missing(database, dist):
    connections.close_all()
    database.unlink()
    sys.modules.pop("library.wsgi", None)
    with override_settings(WHITENOISE_ROOT=str(dist)), pytest.raises(OperationalError):
        import library.wsgi  # noqa: F401
    assert not database.exists()


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/", "/api/nope", "/api/health/", "/%61pi/nope", "/api%2Fnope", "/api/books/1.0"],
)
def test_no_spelling_of_the_api_is_the_page(client, path):
    response = client.get(path, headers={"Accept": "text/html", "Sec-Fetch-Dest": "document"})
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json()["instance"] == path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api", True),
        ("/api/x", True),
        ("//api/x", True),
        ("/x/../api/x", True),
        ("/./api", True),
        ("/apiary", False),
        ("/x/api", False),
        ("/", False),
    ],
)
def test_is_api(path, expected):  # tested directly, since the client of these tests normalises paths
    assert is_api(path) is expected


@pytest.mark.parametrize(
    "path",
    ["/api/books/" + "9" * n for n in (18, 19, 5000)] + ["/api/books/-1", "/api/books/%00"],
)
def test_odd_ids_are_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "query", ["limit=1.0", "limit=+1", "limit=1_0", "limit=", "offset=" + "9" * 19, "author=%31x", "author="]
)
def test_odd_numbers_are_refused(client, query):
    assert client.get(f"/api/books?{query}").status_code == 400


def test_largest_numbers(client):
    query = f"offset={'9' * 18}&author={'9' * 18}"
    assert client.get(f"/api/books?{query}").json()["items"] == []


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"[" * 100_000, 400),
        (b"\xff", 400),
        (b"", 400),
        (b'{"title":"t","author":"a","year":NaN}', 400),
        (b'{"title":"\\ud800","author":"a","year":1}', 422),
        (b'{"\\ud800":1}', 422),
        (b'{"title":"t","author":"a","year":true}', 422),
        (b'{"title":"t","author":"a","year":1,"language":null}', 422),
    ],
)
def test_hostile_content(client, content, status):
    # CONTENT_TYPE too, because the client leaves the field out where there is no content.
    declared = "application/json"
    response = client.post("/api/books", content, content_type=declared, CONTENT_TYPE=declared)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"


def test_json_is_compact(client):
    assert client.get("/api/health").content == b'{"status":"ok"}'
    assert b'"status":404' in client.get("/api/nope").content


def test_an_unexpected_failure_is_a_problem_without_details(client, monkeypatch):
    def broken(self):
        raise RuntimeError("secret")

    monkeypatch.setattr("library.models.Books.exists", broken)
    response = client.get("/api/health")
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert b"secret" not in response.getvalue()


def test_events_of_head_have_no_content(client):
    get, head = client.get("/api/sse?events=1"), client.head("/api/sse?events=1")
    assert get.getvalue() == b'event: tick\ndata: {"n":1}\n\n'
    assert (head.status_code, head.getvalue(), dict(head.headers)) == (200, b"", dict(get.headers))
