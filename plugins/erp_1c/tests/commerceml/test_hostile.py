"""A file is data, never a program: S11.

Every file is read in a process of its own, so that its time and memory are its own.
"""

import io
import multiprocessing
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import pytest
from lxml import etree

from fondaco_erp_1c.commerceml import SourceRefused, read_file

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")

SECRET = "не-для-чужих-глаз"
SECONDS = 2.0
MEGABYTES = 64
OPEN = "<КоммерческаяИнформация><Каталог><Товары><Товар><Ид>1</Ид><Описание>"
CLOSE = "</Описание></Товар></Товары></Каталог></КоммерческаяИнформация>"


class Site(NamedTuple):
    """What a hostile file would like to reach."""

    secret: str
    dtd: str
    web: str
    server: socket.socket


class Outcome(NamedTuple):
    code: str
    seconds: float
    megabytes: float
    leaked: bool


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


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    dtd = tmp_path / "evil.dtd"
    dtd.write_text(f'<!ENTITY x SYSTEM "{secret.as_uri()}">')
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        host, port = server.getsockname()
        yield Site(secret.as_uri(), dtd.as_uri(), f"http://{host}:{port}/evil", server)


def memory(field: str) -> float:
    """Megabytes of this process: VmRSS now, VmHWM at the most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def consume(made: str | bytes | Endless) -> Outcome:
    data = made.encode() if isinstance(made, str) else made
    file = io.BytesIO(data) if isinstance(data, bytes) else data
    before, started = memory("VmRSS"), perf_counter()
    code, leaked = "accepted", False
    try:
        for record in read_file(file):
            leaked = leaked or SECRET in str(record)
    except SourceRefused as refusal:
        code = refusal.code
        leaked = leaked or SECRET in str(refusal)
    return Outcome(code, perf_counter() - started, memory("VmHWM") - before, leaked)


def in_its_own_process(make: Callable[[], Outcome]) -> Outcome:
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=lambda: theirs.send(make()))
    process.start()
    try:
        assert ours.poll(30), "no answer within 30 seconds"
        outcome = ours.recv()
        assert isinstance(outcome, Outcome)
        return outcome
    finally:
        process.kill()
        process.join()


def was_called(server: socket.socket) -> bool:
    try:
        server.accept()
    except BlockingIOError:
        return False
    return True


@pytest.mark.parametrize("name", CASES)
def test_hostile_files_are_refused(site: Site, name: str) -> None:
    code, make = CASES[name]
    made = make(site)
    outcome = in_its_own_process(lambda: consume(made))
    assert outcome.code == code
    assert outcome.seconds <= SECONDS
    assert outcome.megabytes <= MEGABYTES
    assert not outcome.leaked
    assert not was_called(site.server)


def test_without_the_guard_the_secret_would_leak(site: Site) -> None:
    """The control: the same file, a parser with its defaults turned the other way."""
    parser = etree.XMLPullParser(("end",), resolve_entities=True, load_dtd=True)
    parser.feed(entity(site.secret))
    assert any(SECRET in (element.text or "") for _, element in parser.read_events())


def test_without_the_guard_the_memory_would_fill(site: Site) -> None:
    """The control: the same elements and no weighing."""

    def unguarded() -> Outcome:
        file, before = Endless(OPEN, "<a/>"), memory("VmRSS")
        parser = etree.XMLPullParser(("end",), tag="{*}Товар")
        for _ in range(96):
            parser.feed(file.read(1 << 16))
        return Outcome("accepted", 0, memory("VmHWM") - before, False)

    assert in_its_own_process(unguarded).megabytes > MEGABYTES


def test_twelve_megabytes_of_goods_need_no_more_memory_than_one() -> None:
    """Constant memory: what has been read is released."""
    goods = "<Товар><Ид>1</Ид><Наименование>Гайка</Наименование></Товар>\n"

    def read(blocks: int) -> Outcome:
        return consume(Endless("<Каталог><Товары>", goods, blocks << 20))

    small = in_its_own_process(lambda: read(1))
    large = in_its_own_process(lambda: read(12))
    assert large.code == "source.broken"
    assert large.megabytes <= small.megabytes + 4
