"""Errors of the API as problem details (RFC 9457)."""

import http

from library.wire import Json


class Refused(Exception):
    """A request that the API refuses; members are those of the problem document."""

    def __init__(self, status: int, detail: str, headers: dict | None = None, **members) -> None:
        self.status, self.detail, self.headers, self.members = status, detail, headers, members


def problem(request, status: int, detail: str, headers=None, **members) -> Json:
    """One problem; its instance is the path as the client spelled it."""
    try:
        title = http.HTTPStatus(status).phrase
    except ValueError:
        title = "Error"
    content = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.raw_path,
        **members,
    }
    return Json(content, status=status, headers=headers, content_type="application/problem+json")


# The error handlers that urls.py registers.


def bad_request(request, exception):
    # Django's own message may repeat parts of the request.
    return problem(request, 400, "the request is malformed")


def not_found(request, exception):
    return problem(request, 404, "there is nothing at this path")


def failed(request):
    # The traceback goes to the log, not to the client.
    return problem(request, 500, "the server failed to answer this request")
