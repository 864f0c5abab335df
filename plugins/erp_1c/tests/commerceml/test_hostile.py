"""A file is data, never a program: S11.

Every file is read in a process of its own, so that its time and memory are its own.
"""

import io
import multiprocessing
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import pytest
from hostile_files import CASES, OPEN, SECRET, Endless, Site, entity, open_site, was_called
from lxml import etree

from fondaco_erp_1c.commerceml import SourceRefused, read_file

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")

SECONDS = 2.0
MEGABYTES = 64


class Outcome(NamedTuple):
    code: str
    seconds: float
    megabytes: float
    leaked: bool


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with open_site(tmp_path) as found:
        yield found


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
