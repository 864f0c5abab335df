"""Hostile CommerceML files: what each tries, and the code that refuses it (S11)."""

import io
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

SECRET = "не-для-чужих-глаз"
OPEN = "<КоммерческаяИнформация><Каталог><Товары><Товар><Ид>1</Ид><Описание>"
CLOSE = "</Описание></Товар></Товары></Каталог></КоммерческаяИнформация>"


class Site(NamedTuple):
    """What a hostile file would like to reach."""

    secret: str
    dtd: str
    web: str
    server: socket.socket


class Endless(io.BytesIO):
    """A file of `start`, then a gigabyte of the same piece, made as it is read."""

    def __init__(self, start: str, piece: str, size: int = 1 << 30) -> None:
        super().__init__()
        self._left = size
        self._ready = start.encode()
        self._block = piece.encode() * (1 + (1 << 16) // len(piece.encode()))

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None and size > 0
        while len(self._ready) < size and self._left > 0:
            self._ready += self._block
            self._left -= len(self._block)
        taken, self._ready = self._ready[:size], self._ready[size:]
        return taken


def entity(uri: str) -> str:
    return doctype(f'[<!ENTITY x SYSTEM "{uri}">]')


def doctype(subset: str, body: str = "&x;") -> str:
    return f"<!DOCTYPE КоммерческаяИнформация {subset}>{OPEN}{body}{CLOSE}"


def laughs() -> str:
    lines = ['<!ENTITY x0 "ха">']
    lines += [f"<!ENTITY x{n} '" + f"&x{n - 1};" * 10 + "'>" for n in range(1, 12)]
    return doctype("[" + "".join(lines) + '<!ENTITY x "&x11;">]')


def include(uri: str) -> str:
    xinclude = "http://www.w3.org/2001/XInclude"
    return f'{OPEN}<xi:include xmlns:xi="{xinclude}" href="{uri}" parse="text"/>{CLOSE}'


def declared(encoding: str, document: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{document}'


def numbered(template: str) -> str:
    return "".join(template.format(n) for n in range(1_000_000))


CASES: dict[str, tuple[str, Callable[[Site], str | bytes | Endless]]] = {
    "file entity": ("source.doctype", lambda site: entity(site.secret)),
    "http entity": ("source.doctype", lambda site: entity(site.web)),
    "parameter entity": (
        "source.doctype",
        lambda site: doctype(f'[<!ENTITY % p SYSTEM "{site.dtd}"> %p;]'),
    ),
    "external dtd": ("source.doctype", lambda site: doctype(f'SYSTEM "{site.dtd}"')),
    "public dtd": ("source.doctype", lambda site: doctype(f'PUBLIC "-//x//y" "{site.web}"')),
    "billion laughs": ("source.doctype", lambda site: laughs()),
    "quadratic": (
        "source.doctype",
        lambda site: doctype('[<!ENTITY x "' + "a" * 100_000 + '">]', "&x;" * 100_000),
    ),
    "default attribute": (
        "source.doctype",
        lambda site: doctype('[<!ATTLIST Товар Статус CDATA "Удален">]', ""),
    ),
    "doctype behind a comment": (
        "source.doctype",
        lambda site: "<!--" + " " * 3_000 + "-->" + entity(site.secret),
    ),
    "undeclared entity": ("source.broken", lambda site: f"{OPEN}&x;{CLOSE}"),
    "xinclude": ("source.include", lambda site: include(site.secret)),
    "utf-16": (
        "source.encoding",
        lambda site: declared("UTF-16", entity(site.secret)).encode("utf-16"),
    ),
    "utf-16 without a mark": (
        "source.encoding",
        lambda site: declared("UTF-16LE", entity(site.secret)).encode("utf-16-le"),
    ),
    "utf-7": (
        "source.encoding",
        lambda site: declared("UTF-7", "").encode() + entity(site.secret).encode("utf-7"),
    ),
    "utf-7 in disguise": ("source.doctype", lambda site: entity(site.secret).encode("utf-7")),
    "depth": ("source.broken", lambda site: OPEN + "<a>" * 100_000),
    "depth of groups": (
        "source.broken",
        lambda site: "<Классификатор>" + "<Группы><Группа><Ид>1</Ид>" * 100_000,
    ),
    "a text": ("source.broken", lambda site: Endless(OPEN, "a" * 64)),
    "an attribute": ("source.record_too_large", lambda site: Endless(f'{OPEN}<a b="', "a" * 64)),
    "a comment before all": ("source.not_xml", lambda site: Endless("<!--", "a" * 64)),
    "a comment": ("source.record_too_large", lambda site: Endless(f"{OPEN}<!--", "a" * 64)),
    "an instruction": ("source.record_too_large", lambda site: Endless(f"{OPEN}<?a ", "a" * 64)),
    "a section of characters": (
        "source.record_too_large",
        lambda site: Endless(f"{OPEN}<![CDATA[", "a" * 64),
    ),
    "nothing but blanks": ("source.broken", lambda site: Endless(OPEN, " " * 64)),
    "a tag of attributes": (
        "source.record_too_large",
        lambda site: Endless(f"{OPEN}<a", " b='>'"),
    ),
    "a million attributes": (
        "source.record_too_large",
        lambda site: f"{OPEN}<a " + numbered('a{}="" ') + "/>",
    ),
    "a million names": ("source.record_too_large", lambda site: OPEN + numbered("<n{}/>")),
    "elements": ("source.record_too_large", lambda site: Endless(OPEN, "<a/>")),
    "elements with text": ("source.record_too_large", lambda site: Endless(OPEN, "<a/>b")),
    "elements with attributes": (
        "source.record_too_large",
        lambda site: Endless(OPEN, '<a b=""/>'),
    ),
    "elements outside of records": (
        "source.record_too_large",
        lambda site: Endless("<Каталог><Товары>", "<x><z/></x>"),
    ),
    "prices of one offer": (
        "source.record_too_large",
        lambda site: Endless("<ПакетПредложений><Предложения><Предложение><Цены>", "<Цена/>"),
    ),
    "containers": (
        "source.record_too_large",
        lambda site: Endless("<Каталог>", "<Товары><Товар/></Товары>"),
    ),
}
"""Name: (the code that refuses it, what makes it)."""


@contextmanager
def open_site(folder: Path) -> Iterator[Site]:
    """A secret in a file, a document type in another, and an address nobody should call."""
    secret = folder / "secret.txt"
    secret.write_text(SECRET)
    dtd = folder / "evil.dtd"
    dtd.write_text(f'<!ENTITY x SYSTEM "{secret.as_uri()}">')
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        host, port = server.getsockname()
        yield Site(secret.as_uri(), dtd.as_uri(), f"http://{host}:{port}/evil", server)


def was_called(server: socket.socket) -> bool:
    """Whether anybody has connected."""
    try:
        server.accept()
    except BlockingIOError:
        return False
    return True
