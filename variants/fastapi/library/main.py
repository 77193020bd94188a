"""Puts the application together.

The environment names the build (DIST, default /srv/dist) and the database
(DATABASE, default /data/books.db). Raises when either is missing, so that a
broken image does not start. An empty DIST says that there is no build: the
server then has only the API, and every other path gets a problem (404).
"""

import os
import posixpath
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from library.api import create_api
from library.database import Database
from library.site import Site, text

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
}


def create_app() -> ASGIApp:
    database = Database(Path(os.environ.get("DATABASE", "/data/books.db")))
    database.check()
    api = with_headers(create_api(database), {**SECURITY, "Cache-Control": "no-store"})
    dist = os.environ.get("DIST", "/srv/dist")
    site = with_headers(Site(Path(dist)), SECURITY) if dist else api

    misdirected = with_headers(text(400, "a request names one host"), SECURITY)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not names_one_host(scope):
            return await misdirected(scope, receive, send)
        below = site if scope["type"] == "http" and not is_api(scope["path"]) else api
        await below(scope, receive, send)

    return application


def names_one_host(scope: Scope) -> bool:
    """RFC 9112, section 3.2. uvicorn accepts requests with no Host or several; only HTTP/1.0 may have none."""
    hosts = sum(name == b"host" for name, _ in scope["headers"])
    return hosts == 1 or hosts == 0 and scope["http_version"] == "1.0"


def is_api(path: str) -> bool:
    """Whether a decoded path is the API's, in whatever spelling: //api and /x/../api too.

    The API answers such spellings with 404; they must not get the page.
    """
    path = posixpath.normpath("/" + path.lstrip("/"))
    return path == "/api" or path.startswith("/api/")


def with_headers(app: ASGIApp, headers: dict[str, str]) -> ASGIApp:
    """Adds fields to every response of app, errors included."""
    fields = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def start(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *fields]
            await send(message)

        await app(scope, receive, start)

    return wrapped
