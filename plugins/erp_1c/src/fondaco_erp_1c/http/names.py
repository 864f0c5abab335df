"""Names of files as 1C sends them, made safe: relative, with forward slashes, never outside."""

from urllib.parse import parse_qsl

from fondaco_erp_1c.commerceml.pictures import safe_path
from fondaco_erp_1c.http.answers import Refused

_LONGEST, _DEEPEST = 300, 10
# Bitrix cuts these off, so that modules written for it send them.
_PREFIXES = ("tmp/", "upload/1c/webdata/", "webdata/")


def parameters(query: bytes) -> dict[str, str]:
    """The parameters of a call; 1C writes them in UTF-8 or in windows-1251."""
    plain = query.decode("ascii", "replace")
    try:
        pairs = parse_qsl(plain, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        pairs = parse_qsl(plain, keep_blank_values=True, encoding="windows-1251", errors="replace")
    return dict(pairs)


def safe_name(written: str) -> str:
    """The name below the folder of the session. Raises `Refused`."""
    path = safe_path(written)
    for prefix in _PREFIXES:
        if path and path.startswith(prefix):
            path = path.removeprefix(prefix)
    if not path or len(path.encode()) > _LONGEST or path.count("/") >= _DEEPEST:
        raise Refused("Имя файла пустое, слишком длинное или указывает за пределы обмена")
    if any(part.startswith(".") or len(part.encode()) > 200 for part in path.split("/")):
        raise Refused("Имя файла не может начинаться с точки и быть длиннее 200 байт")
    return path
