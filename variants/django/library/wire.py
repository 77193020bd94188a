"""What lies between HTTP and Django: the target as it was sent, Host, HEAD, and JSON."""

import re
from urllib.parse import quote

from django.core.exceptions import BadRequest
from django.http import JsonResponse


def wire(get_response):
    """Middleware. Adds raw_path to the request: its path as the client spelled it."""

    def middleware(request):
        request.raw_path = raw_path(request.META.get("RAW_URI") or quote(request.path_info))
        if not request.raw_path.startswith("/"):
            raise BadRequest("a request target is a path or a URL")
        # RFC 9112, section 3.2; gunicorn does not enforce it. It joins two hosts with a comma, which
        # CommonMiddleware then refuses.
        if "HTTP_HOST" not in request.META and request.META.get("SERVER_PROTOCOL") != "HTTP/1.0":
            raise BadRequest("a request names one host")
        response = get_response(request)
        # Not every version of gunicorn withholds the body. By now Content-Length has been set from it.
        if request.method == "HEAD" and not response.streaming:
            response.content = b""
        return response

    return middleware


def raw_path(target: str) -> str:
    """The path of a request target, which may be in absolute form (RFC 9112, section 3.2.2).

    Django's own path_info is decoded, so it cannot distinguish %2F from a slash.
    """
    origin = re.match("https?://[^/?#]*", target, re.IGNORECASE)
    path = target[origin.end() :] if origin else target
    path = path.partition("?")[0]
    return path or "/" if origin else path


class Json(JsonResponse):
    """JSON without the spaces that Python adds. Escapes are kept: a name from a client may not be encodable."""

    def __init__(self, data, **options):
        super().__init__(data, json_dumps_params={"separators": (",", ":")}, **options)
