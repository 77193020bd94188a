import os
import sqlite3
import tempfile
from pathlib import Path

import pytest

# Django reads its settings once: one path for all tests, and a fresh database there for each that asks for one.
DATABASE = Path(tempfile.mkdtemp()) / "books.db"
os.environ["DATABASE"] = str(DATABASE)
os.environ["DJANGO_SETTINGS_MODULE"] = "library.settings"

import django  # noqa: E402

django.setup()

from django.db import connections  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

BOOKS = Path(__file__).parents[2] / "books.sql"
PAGE = b"<!doctype html><title>the page</title>"


@pytest.fixture(scope="session")
def seed(tmp_path_factory):
    path = tmp_path_factory.mktemp("seed") / "books.db"
    connection = sqlite3.connect(path)
    connection.executescript(BOOKS.read_text("utf-8"))
    connection.close()
    return path.read_bytes()


@pytest.fixture
def database(seed):
    connections.close_all()
    for end in ("-wal", "-shm"):
        Path(f"{DATABASE}{end}").unlink(missing_ok=True)
    DATABASE.write_bytes(seed)
    return DATABASE


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
    (root / "folder").symlink_to(tmp_path)
    return root


class Browser(Client):
    """A client whose targets arrive as they are spelled, as gunicorn hands them on."""

    def __init__(self):
        super().__init__(raise_request_exception=False, headers={"Host": "app.test"})

    def generic(self, method, path, *args, **extra):
        return super().generic(method, path, *args, **{"RAW_URI": path, **extra})


@pytest.fixture
def client(database, dist):
    with override_settings(WHITENOISE_ROOT=str(dist)):
        yield Browser()
