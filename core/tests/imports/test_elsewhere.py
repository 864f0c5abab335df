"""A source read in another process: the same records, its refusals, and its death."""

import os
import signal
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import psutil
import pytest
from msgspec import Struct

from fondaco.exchange.staging import elsewhere
from fondaco.exchange.staging.elsewhere import Elsewhere, ReaderBroke, ReadingStopped
from fondaco_sdk.types.records import ImportRecord, ProductRecord, RefusedRecord

from .said import catalog, goods, offers, price, price_list, stock, variant

HERE = Path(__file__)
PACK = ("778", "упак", Decimal("1.5"))


class Wanted(Struct):
    """The settings of the reader below."""

    number: int


class Refused(Exception):
    """A refusal, as readers raise them."""

    code = "source.broken"

    def __init__(self, **params: int) -> None:
        super().__init__(self.code)
        self.params = params


def everything() -> list[tuple[str, list[ImportRecord]]]:
    """Every sort of record, in two files and an empty one."""
    return [
        (
            "import.xml",
            [
                catalog(full=True),
                goods("g", weight_kg=None, attributes={"a": ("1", "2")}, packs=(PACK,)),
                ProductRecord(row=1, external_id="h"),
            ],
        ),
        ("empty.xml", []),
        (
            "offers.xml",
            [
                offers(),
                price_list(vat_included=None),
                variant("g#1", characteristics=(("Размер", "42"),)),
                price("g#1", "10.5", from_quantity=3),
                price("g#1", None),
                stock("g#1", "-1", None),
                RefusedRecord(row=3, code="price.unreadable", params={"value": "?"}),
            ],
        ),
    ]


def read(path: Path) -> Iterator[tuple[str, Any]]:
    """What `everything` says; runs in the other process."""
    print("a reader may speak")
    yield from ((member, iter(records)) for member, records in everything())


def read_many(path: Path, settings: Wanted) -> Iterator[tuple[str, Any]]:
    """Three files of so many goods."""
    for member in ("first", "second", "third"):
        yield member, (goods(f"g{n}") for n in range(settings.number))


def read_and_refuse(path: Path, settings: Wanted) -> Iterator[tuple[str, Any]]:
    """The file of that number breaks off behind its record, the others are good."""

    def records(number: int) -> Iterator[ImportRecord]:
        yield goods(f"g{number}")
        if number == settings.number:
            raise Refused(line=3)

    for number in range(4):
        yield str(number), records(number)


def read_and_break(path: Path) -> Iterator[tuple[str, Any]]:
    """A reader with a mistake."""
    yield "import.xml", iter([catalog()])
    raise ValueError("a mistake")


def read_and_die(path: Path, settings: Wanted) -> Iterator[tuple[str, Any]]:
    """A reader whose process is killed in the file of that number."""

    def records(number: int) -> Iterator[ImportRecord]:
        if number == settings.number:
            os._exit(137)
        yield catalog()

    for number in range(4):
        yield str(number), records(number)


@pytest.fixture(autouse=True)
def this_module_is_a_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other process must find this file: it starts without `-I`, in the folder of the tests."""
    monkeypatch.setattr(
        elsewhere,
        "_COMMAND",
        (
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {str(HERE.parents[1])!r});"
            "from fondaco.exchange.staging.child import main; main()",
        ),
    )


class Sources(Protocol):
    """Makes a source of a reader of this file."""

    def __call__(self, function: str, number: int | None = None) -> Elsewhere: ...


@pytest.fixture(params=["by one process", "by two processes"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Sources:
    """Readers of this file, elsewhere."""
    ahead = tmp_path / "ahead" if request.param == "by two processes" else None
    module = "imports.test_elsewhere"

    def of(function: str, number: int | None = None) -> Elsewhere:
        reader = f"{module}:{function}"
        if number is None:
            return Elsewhere(reader, HERE, ahead=ahead)
        return Elsewhere(reader, HERE, f"{module}:Wanted", {"number": number}, ahead=ahead)

    return of


def test_the_same_records_come_in_the_same_order(source: Sources) -> None:
    assert [(member, list(records)) for member, records in source("read")] == everything()


def test_a_file_that_is_not_read_to_its_end_does_not_stand_in_the_way(source: Sources) -> None:
    members = [(member, next(iter(records), None)) for member, records in source("read")]
    assert [member for member, _ in members] == ["import.xml", "empty.xml", "offers.xml"]


def test_many_records_come_by_the_batch_with_the_settings(source: Sources) -> None:
    assert [
        (member, sum(1 for _ in records)) for member, records in source("read_many", 2_500)
    ] == [("first", 2_500), ("second", 2_500), ("third", 2_500)]


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_a_refusal_keeps_its_code_and_the_files_before_it(source: Sources, broken: int) -> None:
    taken: list[tuple[str, ImportRecord]] = []
    with pytest.raises(ReadingStopped) as stopped:
        for member, records in source("read_and_refuse", broken):
            taken.extend((member, record) for record in records)
    assert (stopped.value.code, stopped.value.params) == ("source.broken", {"line": "3"})
    assert taken == [(str(number), goods(f"g{number}")) for number in range(broken)]


def test_a_mistake_of_the_reader_is_a_fault_and_names_itself(source: Sources) -> None:
    with pytest.raises(ReaderBroke, match="ValueError: a mistake"):
        for _, records in source("read_and_break"):
            list(records)


@pytest.mark.parametrize("broken", [0, 1])
def test_a_reader_that_dies_stops_the_run_with_a_reason(source: Sources, broken: int) -> None:
    with pytest.raises(ReadingStopped) as stopped:
        for _, records in source("read_and_die", broken):
            list(records)
    assert stopped.value.code == "run.reader_died"


def test_nothing_is_left_by_a_source_that_is_given_up(source: Sources, tmp_path: Path) -> None:
    before = set(psutil.Process().children())
    reading = iter(source("read_many", 1_000_000))
    _, records = next(reading)
    next(iter(records))
    children = set(psutil.Process().children()) - before
    assert children
    reading.close()  # type: ignore[attr-defined]
    assert not any(child.is_running() for child in children)
    assert not [*tmp_path.rglob("reading-*")]


def test_readers_end_with_the_process_that_asked(source: Sources) -> None:
    """Killed as it is, it tells nobody; what writes ahead has no pipe that would break."""
    told, tell = os.pipe()
    asking = os.fork()
    if not asking:
        try:
            reading = iter(source("read_many", 100_000_000))
            next(reading)
            os.write(tell, b"!")
            signal.pause()
        finally:
            os._exit(1)
    os.read(told, 1)
    children = psutil.Process(asking).children()
    assert children
    os.kill(asking, signal.SIGKILL)
    os.waitpid(asking, 0)
    os.close(told)
    os.close(tell)
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive
