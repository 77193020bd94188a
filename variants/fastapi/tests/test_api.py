"""What harness/internal/contract cannot see from outside, and the spellings it does not try."""

import concurrent.futures
import sqlite3

import pytest
from starlette.testclient import TestClient

from library.main import create_app, is_api
from library.problems import pointer


def test_concurrent_writers_lose_nothing(client):
    def add(n):
        book = {"title": f"Ulysses {n}", "author": "James Joyce" if n % 2 else "Édouard Dujardin", "year": 1922}
        return client.post("/api/books", json=book).status_code

    before = client.get("/api/books").json()["total"]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert set(pool.map(add, range(64))) == {201}
    assert client.get("/api/books").json()["total"] == before + 64


def test_missing_database_is_an_error_and_stays_missing(dist, tmp_path, monkeypatch):
    monkeypatch.setenv("DIST", str(dist))
    monkeypatch.setenv("DATABASE", str(tmp_path / "none.db"))
    with pytest.raises(sqlite3.OperationalError):
        create_app()
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("path", ["/", "/index.html", "/books/1", "/assets/gone.js", "/.env", "/apiary"])
def test_without_a_build_it_is_the_api_alone(database, monkeypatch, path):
    monkeypatch.setenv("DATABASE", str(database))
    monkeypatch.setenv("DIST", "")
    with TestClient(create_app()) as client:
        assert client.get("/api/books/1").json()["id"] == 1
        book = {"title": "Emma", "author": "Jane Austen", "year": 1815}
        assert client.post("/api/books", json=book).status_code == 201
        response = client.get(path, headers={"Accept": "text/html", "Sec-Fetch-Dest": "document"})
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/", "/api/nope", "/api/health/", "/%61pi/nope", "/api%2Fnope", "/api/books/1.0"],
)
def test_no_spelling_of_the_api_is_the_page(client, path):
    response = client.get(path, headers={"Accept": "text/html", "Sec-Fetch-Dest": "document"})
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


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


@pytest.mark.parametrize("query", ["limit=1.0", "limit=+1", "limit=1_0", "offset=" + "9" * 19, "author=%31x"])
def test_odd_numbers_are_refused(client, query):
    assert client.get(f"/api/books?{query}").status_code == 400


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"[" * 100_000, 400), (b"\xff", 400), (b"", 400), (b'{"title":"\\ud800","author":"a","year":1}', 422)],
)
def test_hostile_content(client, content, status):
    response = client.post("/api/books", content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


def test_an_unexpected_failure_is_a_problem_without_details(client, database, monkeypatch):
    def broken(self):
        raise RuntimeError("secret")

    monkeypatch.setattr("library.database.Database.check", broken)
    client._transport.raise_server_exceptions = False
    response = client.get("/api/health")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "secret" not in response.text


def test_pointer():
    assert pointer(("a/b", 0, "~")) == "/a~1b/0/~0"
