"""The built single-page app: its files, and the page for its routes."""

import re
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from library.files import CHUNK, File, Tags, scan

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
# These folders hold files, never routes: what is missing here gets a 404.
FILES_ONLY = ("/assets/", "/.well-known/")
NAVIGATIONS = {"document", "iframe", "frame", "embed", "object"}
# These fields decide between a route and a missing file, so caches must know.
ROUTE_VARY = "Accept-Encoding, Accept, Sec-Fetch-Dest"


class Site:
    """An ASGI application over a build. The files are listed once, at the start."""

    def __init__(self, root: Path) -> None:
        self._files = scan(root)
        if "index.html" not in self._files:
            raise FileNotFoundError(f"no index.html in {root}")
        self._tags = Tags()
        for file in self._files.values():
            for path in file.codings.values():
                self._tags.open(path)[0].close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            refusal = text(405, "method not allowed", {"Allow": "GET, HEAD"})
            return await refusal(scope, receive, send)
        path = scope["path"]
        if hidden(path):
            return await text(404, "not found")(scope, receive, send)
        key = file_key(scope["raw_path"])
        if key is not None:
            if key == "" or key.endswith("/"):
                key += "index.html"
            if key in self._files:
                immutable = key.startswith("assets/")
                return await self._send(scope, receive, send, self._files[key], immutable)
            if f"{key}/index.html" in self._files:
                query = scope["query_string"].decode("latin-1")
                location = f"/{quote(key)}/" + (f"?{query}" if query else "")
                redirect = Response(
                    status_code=308, headers={"Location": location, "Cache-Control": REVALIDATE}
                )
                return await redirect(scope, receive, send)
        if path.startswith(FILES_ONLY):
            return await text(404, "not found")(scope, receive, send)
        if navigates(path, Headers(scope=scope)):
            page = self._files["index.html"]
            return await self._send(scope, receive, send, page, vary=ROUTE_VARY)
        await text(404, "not found", {"Vary": ROUTE_VARY})(scope, receive, send)

    async def _send(
        self, scope, receive, send, file: File, immutable=False, vary="Accept-Encoding"
    ) -> None:
        fields = Headers(scope=scope)
        coding = file.negotiate(",".join(fields.getlist("accept-encoding")))
        wanted = ",".join(fields.getlist("if-none-match"))
        head = scope["method"] == "HEAD"

        def read():
            """Opens and, for most files, reads it all: one trip to the thread pool."""
            opened, size, tag = self._tags.open(file.codings[coding])
            fresh = matches(wanted, tag)
            if head or fresh or size == 0:
                opened.close()
                return None, size, tag, fresh, b""
            first = opened.read(CHUNK)
            if len(first) == size:
                opened.close()
                return None, size, tag, fresh, first
            return opened, size, tag, fresh, first

        try:
            opened, size, tag, fresh, chunk = await to_thread.run_sync(read)
        except FileNotFoundError:
            return await text(404, "not found")(scope, receive, send)
        except OSError:
            return await text(500, "the file cannot be read")(scope, receive, send)
        headers = {
            "ETag": tag,
            "Cache-Control": IMMUTABLE if immutable else REVALIDATE,
            "Vary": vary,
        }
        if fresh:
            return await Response(status_code=304, headers=headers)(scope, receive, send)
        headers |= {"Content-Type": file.type, "Content-Length": str(size)}
        if coding != "identity":
            headers["Content-Encoding"] = coding
        raw = [(k.lower().encode(), v.encode("latin-1")) for k, v in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        if opened is None:
            return await send({"type": "http.response.body", "body": chunk})
        with opened:
            sent = len(chunk)
            while sent < size:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                chunk = await to_thread.run_sync(opened.read, min(CHUNK, size - sent))
                if not chunk:
                    raise OSError(f"{file.codings[coding]} was cut short while it was sent")
                sent += len(chunk)
            await send({"type": "http.response.body", "body": chunk})


def text(status: int, content: str, headers: dict | None = None) -> Response:
    """An error: short, never the page, never stored."""
    return PlainTextResponse(content + "\n", status, {"Cache-Control": "no-store", **(headers or {})})


def file_key(raw_path: bytes) -> str | None:
    """The path below the root that a request names, or None when it can name no file.

    A %2F is not a separator (RFC 3986, section 2.2), and no file name holds a slash.
    """
    if b"%2f" in raw_path.lower():
        return None
    try:
        return unquote_to_bytes(raw_path[1:]).decode("utf-8")
    except UnicodeDecodeError:
        return None


def hidden(path: str) -> bool:
    """Whether a decoded path has a dot segment, other than /.well-known, in any spelling."""
    return any(s.startswith(".") and s != ".well-known" for s in re.split(r"[/\\]", path))


def navigates(path: str, fields: Headers) -> bool:
    """Whether a browser asks for a page. Old browsers and tools only tell by Accept."""
    if fields.get("upgrade", "").lower() == "websocket":
        return False
    destination = fields.get("sec-fetch-dest")
    if destination is not None:
        return destination in NAVIGATIONS
    accept = fields.get("accept", "*/*").lower()
    return "text/html" in accept or "*/*" in accept and "." not in path.rpartition("/")[2]


def matches(if_none_match: str, tag: str) -> bool:
    """The weak comparison of If-None-Match (RFC 9110, section 13.1.2); nonsense matches nothing."""
    if not if_none_match:
        return False
    return if_none_match.strip() == "*" or tag in re.findall(r'"[^"]*"', if_none_match)
