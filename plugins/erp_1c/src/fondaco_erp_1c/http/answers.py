"""Answers of the protocol: plain text, the first line says what came of the call.

1C reads the body and not the status, and shows the text below `failure` to its user as it is.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from litestar import Response

from fondaco_erp_1c.commerceml.errors import SourceRefused

CP1251 = "windows-1251"


class Refused(Exception):
    """The call has no effect; `said` is told to the user of 1C."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def plain(*lines: str, encoding: str = CP1251) -> Response[bytes]:
    """Lines as 1C reads them."""
    body = "\n".join(lines).encode(_codec(encoding), "replace")
    return Response(body, media_type=f"text/plain; charset={_charset(encoding)}", status_code=200)


def xml(body: bytes, encoding: str) -> Response[bytes]:
    """A document for 1C, in its encoding already."""
    kind = f"application/xml; charset={_charset(encoding)}"
    return Response(body, media_type=kind, status_code=200)


def failed(status: int, said: str) -> Response[bytes]:
    """What the kernel refuses: who asks, too much at once, a sleeping database."""
    return plain("failure", said or _WORDS.get(status, _BROKEN))


def refusal_text(refused: SourceRefused) -> str:
    """Why a file cannot be read, in Russian: it is read in 1C's own log."""
    found: Any = _texts()
    for part in refused.code.split("."):
        found = found.get(part, {}) if isinstance(found, Mapping) else {}
    return str(found).format(**refused.params) if isinstance(found, str) else refused.code


@cache
def _texts() -> Mapping[str, Any]:
    source = files("fondaco_erp_1c").joinpath("locales/ru.toml").read_text("utf-8")
    found: Mapping[str, Any] = tomllib.loads(source)["refused"]
    return found


def _charset(encoding: str) -> str:
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _codec(encoding: str) -> str:
    # A byte order mark would stand before the word that 1C looks for.
    return "utf-8" if encoding == "utf-8-sig" else encoding


_BROKEN = "Сбой портала. Повторите обмен; если не поможет, сообщите администратору портала"
_WORDS = {
    401: "Неверный логин или пароль, либо доступ отозван",
    403: "У этого логина нет права на обмен",
    405: "Такого вызова нет в протоколе обмена",
    413: "Часть файла больше, чем разрешено. Уменьшите размер части в настройках обмена",
    503: "Портал временно недоступен. Повторите обмен через минуту",
}
