"""Paths of pictures: relative to the package, with forward slashes, and never outside it."""

import re
from collections.abc import Iterable

SUFFIXES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif")
_PLAIN = re.compile(r"(?:[\w-][\w.-]*/)*[\w-][\w.-]*")
_OUTSIDE = re.compile(r"(^|/)\.\.(/|$)|^[A-Za-z][A-Za-z0-9+.-]*:|[\x00-\x1f]")


def is_picture(name: str) -> bool:
    """Whether a file of that name is taken for a picture."""
    return name.lower().endswith(SUFFIXES)


def safe_path(written: str) -> str | None:
    """The path inside a package; None for an address, a drive, or a way out (`..`)."""
    if _PLAIN.fullmatch(written):
        return written
    path = written.strip().replace("\\", "/")
    if _OUTSIDE.search(path):
        return None
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def picture_paths(written: Iterable[str | None]) -> tuple[tuple[str, ...], list[str]]:
    """(paths in order, each once; those that are not in the package)."""
    inside: dict[str, None] = {}
    outside: list[str] = []
    for value in written:
        path = safe_path(value or "")
        if path:
            inside[path] = None
        elif path is None:
            outside.append(str(value).strip())
    return tuple(inside), outside
