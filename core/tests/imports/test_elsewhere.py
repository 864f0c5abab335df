"""A source read in another process: the same records, its refusals, and its death."""

import os
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

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
    """So many goods."""
    yield path.name, (goods(f"g{n}") for n in range(settings.number))


def read_and_refuse(path: Path) -> Iterator[tuple[str, Any]]:
    """Breaks off behind the second record."""

    def records() -> Iterator[ImportRecord]:
        yield catalog()
        yield goods("g")
        raise Refused(line=3)

    yield "import.xml", records()


def read_and_break(path: Path) -> Iterator[tuple[str, Any]]:
    """A reader with a mistake."""
    yield "import.xml", iter([catalog()])
    raise ValueError("a mistake")


def read_and_die(path: Path) -> Iterator[tuple[str, Any]]:
    """A reader whose process is killed."""
    yield "import.xml", iter([catalog()])
    os._exit(137)


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


def source(function: str, number: int | None = None) -> Elsewhere:
    """A reader of this file, elsewhere."""
    module = "imports.test_elsewhere"
    if number is None:
        return Elsewhere(f"{module}:{function}", HERE)
    return Elsewhere(f"{module}:{function}", HERE, f"{module}:Wanted", {"number": number})


def test_the_same_records_come_in_the_same_order() -> None:
    assert [(member, list(records)) for member, records in source("read")] == everything()


def test_a_file_that_is_not_read_to_its_end_does_not_stand_in_the_way() -> None:
    members = [(member, next(iter(records), None)) for member, records in source("read")]
    assert [member for member, _ in members] == ["import.xml", "empty.xml", "offers.xml"]


def test_many_records_come_by_the_batch_with_the_settings() -> None:
    [(member, number)] = [
        (member, sum(1 for _ in records)) for member, records in source("read_many", 2_500)
    ]
    assert (member, number) == (HERE.name, 2_500)


def test_a_refusal_keeps_its_code_and_what_was_read_before_it() -> None:
    taken: list[ImportRecord] = []
    with pytest.raises(ReadingStopped) as stopped:
        for _, records in source("read_and_refuse"):
            taken.extend(records)
    assert (stopped.value.code, stopped.value.params) == ("source.broken", {"line": "3"})


def test_a_mistake_of_the_reader_is_a_fault_and_names_itself() -> None:
    with pytest.raises(ReaderBroke, match="ValueError: a mistake"):
        for _, records in source("read_and_break"):
            list(records)


def test_a_reader_that_dies_stops_the_run_with_a_reason() -> None:
    with pytest.raises(ReadingStopped) as stopped:
        for _, records in source("read_and_die"):
            list(records)
    assert stopped.value.code == "run.reader_died"


def test_nothing_is_left_running_by_a_source_that_is_given_up() -> None:
    before = set(psutil.Process().children())
    reading = iter(source("read_many", 1_000_000))
    _, records = next(reading)
    next(iter(records))
    [child] = set(psutil.Process().children()) - before
    reading.close()  # type: ignore[attr-defined]
    assert not child.is_running()
