"""The built single-page app: its files, and the page for its routes."""

import posixpath
import re
from urllib.parse import quote, unquote_to_bytes
from wsgiref.headers import Headers

from django.conf import settings
from django.http import HttpResponse, HttpResponsePermanentRedirect
from whitenoise.middleware import WhiteNoiseMiddleware

from library.files import BuiltFile, Tags, served

PAGE = "/index.html"
# These folders hold files, never routes: what is missing here gets a 404.
FILES_ONLY = ("/assets/", "/.well-known/")
NAVIGATIONS = {"document", "iframe", "frame", "embed", "object"}
# These fields decide between a route and a missing file, so caches must know.
ROUTE_VARY = "Accept-Encoding, Accept, Sec-Fetch-Dest"


class Site(WhiteNoiseMiddleware):
    """WhiteNoise, and what it passes on to the URLconf: the page for routes, and a 404 for the rest.

    The URLconf has only the API. The files are listed once, at the start.
    """

    def __init__(self, get_response):
        self.tags = Tags()
        super().__init__(get_response)
        if PAGE not in self.files:
            raise FileNotFoundError(f"no index.html in {settings.WHITENOISE_ROOT}")
        for file in self.files.values():
            for path in file.paths.values():
                self.tags.open(path)[0].close()

    def update_files_dictionary(self, root, prefix):
        """Replaces WhiteNoise's, which serves dot files and follows links."""
        stat_cache = dict(served(root))
        for path in stat_cache:
            self.add_file_to_dictionary(prefix + path.removeprefix(root), path, stat_cache)

    def get_static_file(self, path, url, stat_cache=None):
        headers = Headers([])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        return BuiltFile(path, headers.items(), {"gzip": path + ".gz", "br": path + ".br"}, stat_cache, self.tags)

    def __call__(self, request):
        path = request.path_info
        if is_api(path):
            response = self.get_response(request)
            response.headers["Cache-Control"] = "no-store"
            return response
        if request.method not in ("GET", "HEAD"):
            return text(405, "method not allowed", {"Allow": "GET, HEAD"})
        if hidden(path):
            return text(404, "not found")
        url = file_url(request.raw_path)
        if url is not None:
            if url.endswith("/"):
                url += "index.html"
            if url in self.files:
                return self.send(self.files[url], request)
            if f"{url}{PAGE}" in self.files:
                query = request.META.get("QUERY_STRING")
                location = f"{quote(url)}/" + (f"?{query}" if query else "")
                return HttpResponsePermanentRedirect(
                    location, preserve_request=True, headers={"Cache-Control": "no-cache"}
                )
        if path.startswith(FILES_ONLY):
            return text(404, "not found")
        if navigates(path, request.META):
            return self.send(self.files[PAGE], request, ROUTE_VARY)
        return text(404, "not found", {"Vary": ROUTE_VARY})

    def send(self, file, request, vary=None):
        try:
            response = self.serve(file, request)
        except FileNotFoundError:
            return text(404, "not found")
        except OSError:
            return text(500, "the file cannot be read")
        if vary:
            response.headers["Vary"] = vary
        return response


def text(status: int, content: str, headers: dict | None = None) -> HttpResponse:
    """An error: short, never the page, never stored."""
    return HttpResponse(
        content + "\n",
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def is_api(path: str) -> bool:
    """Whether a decoded path is the API's, in whatever spelling: //api and /x/../api too.

    The API answers such spellings with 404; they must not get the page.
    """
    path = posixpath.normpath("/" + path.lstrip("/"))
    return path == "/api" or path.startswith("/api/")


def file_url(raw_path: str) -> str | None:
    """The path that a request names, decoded, or None when it can name no file.

    A %2F is not a separator (RFC 3986, section 2.2), and no file name holds a slash.
    """
    if "%2f" in raw_path.lower():
        return None
    try:
        return unquote_to_bytes(raw_path.encode("latin-1")).decode("utf-8")
    except UnicodeError:
        return None


def hidden(path: str) -> bool:
    """Whether a decoded path has a dot segment, other than /.well-known, in any spelling."""
    return any(s.startswith(".") and s != ".well-known" for s in re.split(r"[/\\]", path))


def navigates(path: str, fields) -> bool:
    """Whether a browser asks for a page. Old browsers and tools only tell by Accept."""
    if fields.get("HTTP_UPGRADE", "").lower() == "websocket":
        return False
    destination = fields.get("HTTP_SEC_FETCH_DEST")
    if destination is not None:
        return destination in NAVIGATIONS
    accept = fields.get("HTTP_ACCEPT", "*/*").lower()
    return "text/html" in accept or "*/*" in accept and "." not in path.rpartition("/")[2]
