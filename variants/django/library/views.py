"""The API of variants/openapi.yaml."""

import json
import re
import time

from django.http import StreamingHttpResponse
from django.views import View

from library.models import Book
from library.problems import Refused, problem
from library.wire import Json

MAX_CONTENT = 1 << 20  # bytes
MOST_SKIPPED = 8  # times MAX_CONTENT, of content that is too large
MOST = 10**18 - 1  # the largest number of 18 digits: SQLite's 64 bits hold it
EVENT_INTERVAL = 0.2  # seconds


class Operation(View):
    """A path of the API, with the methods that its class defines, and HEAD where there is GET, as in every View."""

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except Refused as r:
            return problem(request, r.status, r.detail, r.headers, **r.members)

    def http_method_not_allowed(self, request, *args, **kwargs):
        allow = super().http_method_not_allowed(request, *args, **kwargs).headers["Allow"]
        raise Refused(405, "the path does not have this method", {"Allow": allow})


class Health(Operation):
    def get(self, request):
        Book.objects.exists()
        return Json({"status": "ok"})


class Books(Operation):
    def get(self, request):
        q = request.GET.get("q", "")
        if len(q) > 200:
            raise Refused(400, "q: must have at most 200 characters")
        author = whole(request.GET, "author", 1, MOST) if "author" in request.GET else None
        limit = whole(request.GET, "limit", 1, 100, default="20")
        offset = whole(request.GET, "offset", 0, MOST, default="0")
        found = Book.objects.matching(q, author)
        items = found[offset : offset + limit].as_dicts()
        return Json({"items": items, "total": found.count(), "limit": limit, "offset": offset})

    def post(self, request):
        new = read_json(request)
        errors = faults(new)
        if errors:
            raise Refused(422, "the content is invalid", errors=[{"pointer": p, "detail": d} for p, d in errors])
        added = Book.objects.add(new["title"], new["author"], new["year"], new.get("language", "en"))
        [book] = Book.objects.filter(id=added).as_dicts()
        return Json(book, status=201, headers={"Location": f"/api/books/{added}"})


class OneBook(Operation):
    def get(self, request, id):
        known = Book.objects.filter(id=int(id)).as_dicts() if re.fullmatch("[0-9]{1,18}", id) else []
        if not known:
            raise Refused(404, "there is no such book")
        return Json(known[0])


class Slow(Operation):
    def get(self, request):
        ms = whole(request.GET, "ms", 0, 10_000)
        time.sleep(ms / 1000)
        return Json({"ms": ms})


class Fail(Operation):
    def get(self, request):
        raise Refused(whole(request.GET, "status", 400, 599), "as asked for")


class Events(Operation):
    def get(self, request):
        events = whole(request.GET, "events", 1, 100, default="3")
        content = ticks(events) if request.method == "GET" else ()
        return StreamingHttpResponse(content, content_type="text/event-stream")


def ticks(events: int):
    for n in range(1, events + 1):
        if n > 1:
            time.sleep(EVENT_INTERVAL)
        yield f'event: tick\ndata: {{"n":{n}}}\n\n'


def whole(query, name: str, low: int, high: int, default: str | None = None) -> int:
    """A parameter of the query. Digits only: int() and Django's IntegerField take " 1_0 " and "1.0" too."""
    given = query.get(name, default)
    if given is None:
        raise Refused(400, f"{name}: is missing")
    if not re.fullmatch("-?[0-9]{1,18}", given) or not low <= int(given) <= high:
        raise Refused(400, f"{name}: must be a whole number from {low} to {high}")
    return int(given)


def read_json(request):
    """The content, if it is declared as JSON, is JSON, and is not too large."""
    if request.content_type != "application/json":
        raise Refused(415, "the content must be application/json")
    # Django reads as many bytes as Content-Length says, so none of chunked content. The server's own stream, where
    # the server declares it, ends where the content does.
    stream = request.META["wsgi.input"] if request.META.get("wsgi.input_terminated") else request
    content = stream.read(MAX_CONTENT + 1)
    if len(content) > MAX_CONTENT:
        # gunicorn announces that it keeps the connection, but closes it if much was left unread, and a client that
        # sends its next request there gets no answer.
        for _ in range(MOST_SKIPPED):
            if not stream.read(MAX_CONTENT):
                break
        raise Refused(413, f"the content is larger than {MAX_CONTENT} bytes")
    try:
        return json.loads(content.decode("utf-8"), parse_constant=no_number)
    except (ValueError, RecursionError):
        raise Refused(400, "the content is not JSON") from None


def no_number(name: str):
    raise ValueError(f"{name} is no number of JSON")


def faults(new) -> list[tuple[str, str]]:
    """Why the content is not a valid book: JSON Pointers (RFC 6901), and what is wrong there."""
    if not isinstance(new, dict):
        return [("", "must be an object")]
    rules = {"title": text_fault, "author": text_fault, "year": year_fault, "language": language_fault}
    found = [(f"/{escaped(name)}", "is not known") for name in new if name not in rules]
    for name, fault in rules.items():
        if name in new:
            found += [(f"/{name}", f) for f in [fault(new[name])] if f]
        elif name != "language":
            found.append((f"/{name}", "is missing"))
    return found


def text_fault(value) -> str | None:
    if not isinstance(value, str) or not 1 <= len(value) <= 200:
        return "must be text of 1 to 200 characters"
    # JSON can spell half of a surrogate pair, which is not a character.
    return "must be text" if re.search("[\ud800-\udfff]", value) else None


def year_fault(value) -> str | None:
    # In Python, True is an integer, too.
    return None if type(value) is int and -3000 <= value <= 2100 else "must be a whole number from -3000 to 2100"


def language_fault(value) -> str | None:
    return None if isinstance(value, str) and re.fullmatch("[a-z]{2}", value) else "must be two letters from a to z"


def escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
