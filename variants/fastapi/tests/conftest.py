import sqlite3
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from library.main import create_app

BOOKS = Path(__file__).parents[2] / "books.sql"
PAGE = b"<!doctype html><title>the page</title>"


@pytest.fixture(scope="session")
def seed(tmp_path_factory):
    path = tmp_path_factory.mktemp("seed") / "books.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(BOOKS.read_text("utf-8"))
    connection.close()
    return path


@pytest.fixture
def database(seed, tmp_path):
    path = tmp_path / "books.db"
    path.write_bytes(seed.read_bytes())
    return path


@pytest.fixture
def dist(tmp_path):
    """A small build, beside files that must never be served."""
    root = tmp_path / "dist"
    files = {
        "index.html": PAGE,
        "index.html.br": b"page in br",
        "index.html.gz": b"page in gzip",
        "assets/app-1a2b3c4d.js": b"run()",
        "assets/app-1a2b3c4d.js.gz": b"run() in gzip",
        "assets/lib-5e6f7a8b.mjs": b"export {}",
        "assets/gcd-9c0d1e2f.wasm": b"\0asm",
        "docs/index.html": b"<title>docs</title>",
        "images/icon.png": b"png",
        "empty.txt": b"",
        "with space.txt": b"space",
        "a%20b.txt": b"literal percent",
        "fünke.txt": b"umlaut",
        "big.bin": bytes(range(256)) * 8192,
        ".well-known/security.txt": b"Contact: x",
        ".env": b"canary",
        ".git/config": b"canary",
    }
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "secret.txt").write_bytes(b"canary")
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")
    return root


@pytest.fixture
def client(database, dist, monkeypatch):
    monkeypatch.setenv("DATABASE", str(database))
    monkeypatch.setenv("DIST", str(dist))
    with TestClient(create_app(), follow_redirects=False, headers={"Accept-Encoding": ""}) as client:
        yield client
