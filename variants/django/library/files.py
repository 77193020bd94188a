"""The files of a build in their content codings, with what WhiteNoise does not do.

WhiteNoise reads a file's size and makes its entity tag, from a time, when the
server starts: a file that is replaced later is truncated, and keeps the old
tag. All codings share that tag, and If-None-Match must equal it literally.
WhiteNoise finds the coding with a regular expression, so q=0 does not refuse
one; it does not know If-Range, and does not send the one byte of bytes=0-0.
"""

import hashlib
import os
import re
from functools import lru_cache
from http import HTTPStatus

from whitenoise.responders import NOT_MODIFIED_HEADERS, Response, SlicedFile, StaticFile

# By preference: the smallest first. WhiteNoise calls identity None.
PREFERENCE = ("br", "gzip", None)


class BuiltFile(StaticFile):
    """A file as a response to GET or HEAD; WhiteNoise finds it, and names its type and its policy."""

    def __init__(self, path, headers, encodings, stat_cache, tags):
        found = self.get_file_stats(path, encodings, stat_cache)
        self.paths = {coding: found[coding].path for coding in PREFERENCE if coding in found}
        self.headers = [*headers, ("Vary", "Accept-Encoding")]
        self.tags = tags

    def get_response(self, method, request_headers):
        coding = negotiate(self.paths, request_headers.get("HTTP_ACCEPT_ENCODING", ""))
        file, size, tag = self.tags.open(self.paths[coding])
        headers = [*self.headers, ("ETag", tag)]
        if matches(request_headers.get("HTTP_IF_NONE_MATCH", ""), tag):
            file.close()
            kept = [field for field in headers if field[0] in NOT_MODIFIED_HEADERS]
            return Response(HTTPStatus.NOT_MODIFIED, kept, None)
        if coding:
            headers.append(("Content-Encoding", coding))
        if method == "HEAD":
            file.close()
            return Response(HTTPStatus.OK, [*headers, ("Content-Length", str(size))], None)
        # A range only counts if it is of the bytes that the client has (RFC 9110, section 13.1.5).
        if request_headers.get("HTTP_IF_RANGE", tag) == tag:
            part = byte_range(request_headers.get("HTTP_RANGE", ""), size)
            if part == UNSATISFIABLE:
                file.close()
                fields = [("Content-Range", f"bytes */{size}"), ("Content-Length", "0"), ("Cache-Control", "no-store")]
                return Response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, fields, None)
            if part is not None:
                start, end = part
                headers.append(("Content-Range", f"bytes {start}-{end}/{size}"))
                headers.append(("Content-Length", str(end - start + 1)))
                return Response(HTTPStatus.PARTIAL_CONTENT, headers, SlicedFile(file, start, end))
        return Response(HTTPStatus.OK, [*headers, ("Content-Length", str(size))], file)


class Tags:
    """Strong entity tags from the content.

    A tag is computed once, and again when the file has been replaced. The
    bytes that a client gets are read from the same open file that was tagged.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple, str]] = {}

    def open(self, path: str) -> tuple:
        """The open file, its size in bytes and its tag; raises OSError."""
        file = open(path, "rb", buffering=0)
        try:
            status = os.fstat(file.fileno())
            identity = (status.st_ino, status.st_size, status.st_mtime_ns)
            known = self._known.get(path)
            if known is None or known[0] != identity:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                file.seek(0)
                known = self._known[path] = (identity, f'"{digest[:32]}"')
            return file, status.st_size, known[1]
        except BaseException:
            file.close()
            raise


def served(root: str):
    """Paths below root that may be served, with their status.

    Symbolic links and dot files (except .well-known) are left out. What is not
    found here is never opened, so no spelling of a path can leave the root.
    """
    with os.scandir(root) as entries:
        for entry in entries:
            if entry.name.startswith(".") and entry.name != ".well-known":
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from served(entry.path)
            elif entry.is_file(follow_symlinks=False):
                yield entry.path, entry.stat()


def negotiate(codings, accept_encoding: str) -> str | None:
    """The coding to send (RFC 9110, section 12.5.3): identity when no other is acceptable."""
    weights = parse_weights(accept_encoding)
    if not weights:
        return None
    anything = weights.get("*", 0.0)
    return max(codings, key=lambda c: weights.get(c or "identity", anything) or (c is None) * 1e-6)


@lru_cache(maxsize=256)
def parse_weights(accept_encoding: str) -> dict[str, float]:
    """Codings in lower case and their weights; a malformed weight counts as 0."""
    weights = {}
    for element in accept_encoding.lower().split(","):
        coding, _, parameter = element.partition(";")
        name, _, value = parameter.partition("=")
        weight = 1.0
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                weight = 0.0
        if coding.strip():
            weights[coding.strip()] = weight
    return weights


def matches(if_none_match: str, tag: str) -> bool:
    """The weak comparison of If-None-Match (RFC 9110, section 13.1.2); nonsense matches nothing."""
    if not if_none_match:
        return False
    return if_none_match.strip() == "*" or tag in re.findall(r'"[^"]*"', if_none_match)


UNSATISFIABLE = (-1, -1)


def byte_range(field: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range; None means the whole file, which is always allowed."""
    spec = re.fullmatch(r"bytes=([0-9]{0,18})-([0-9]{0,18})", field.strip())
    if spec is None or spec[0] == "bytes=-":
        return None
    if not spec[1]:  # a suffix: the last bytes
        start, end = size - min(int(spec[2]), size), size - 1
    else:
        start, end = int(spec[1]), min(int(spec[2] or size), size - 1)
        if spec[2] and int(spec[2]) < start:
            return None
    return (start, end) if start < size else UNSATISFIABLE
