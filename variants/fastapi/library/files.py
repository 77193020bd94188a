"""The files of a build: which ones exist, in which content codings, and how they are read."""

import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

TYPES = {
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".otf": "font/otf",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
# By preference: the smallest first.
SIDECARS = (("br", ".br"), ("gzip", ".gz"))
CHUNK = 1 << 19  # bytes read at a time: nearly every file of a build is smaller


@dataclass(frozen=True, slots=True)
class File:
    type: str
    codings: dict[str, Path]  # coding to the file with those bytes, by preference

    def negotiate(self, accept_encoding: str) -> str:
        """The coding to send (RFC 9110, section 12.5.3): identity when no other is acceptable."""
        weights = parse_weights(accept_encoding)
        if not weights:
            return "identity"
        anything = weights.get("*", 0.0)
        return max(self.codings, key=lambda c: weights.get(c, anything) or (c == "identity") * 1e-6)


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


def scan(root: Path) -> dict[str, File]:
    """Every file that may be served, by its path below the root.

    What is not found here is never opened, so no spelling of a path can leave
    the root. Symbolic links and dot files (except .well-known) are left out, and
    so are sidecars: they are reached by negotiation.
    """
    paths = set()
    for folder, folders, names in os.walk(root):
        folders[:] = [f for f in folders if not f.startswith(".") or f == ".well-known"]
        below = Path(folder)
        paths.update(
            below / name
            for name in names
            if not name.startswith(".") and not (below / name).is_symlink()
        )
    files = {}
    for path in sorted(paths):
        if path.suffix in (".br", ".gz") and path.with_suffix("") in paths:
            continue
        codings = {coding: Path(f"{path}{end}") for coding, end in SIDECARS}
        codings = {coding: sidecar for coding, sidecar in codings.items() if sidecar in paths}
        # Apple gave this file no extension.
        key = ".json" if path.name == "apple-app-site-association" else path.suffix
        kind = TYPES.get(key, "application/octet-stream")
        files[path.relative_to(root).as_posix()] = File(kind, {**codings, "identity": path})
    return files


class Tags:
    """Strong entity tags from the content.

    A tag is computed once, and again when the file has been replaced. The
    bytes that a client gets are read from the same open file that was tagged.
    """

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple, str]] = {}

    def open(self, path: Path) -> tuple:
        """The open file, its size in bytes and its tag. Blocks; raises OSError."""
        file = path.open("rb", buffering=0)
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
