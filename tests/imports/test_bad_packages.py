"""Packages with something wrong in them: each record is refused with words, the rest goes on."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from cml import catalogue, document, goods, offer, offers, packed, shop
from desk import Desk, words

pytestmark = pytest.mark.plugins("erp_1c")

Files = Mapping[str, bytes]
DTD = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
_STATE = (
    "select (select string_agg(to_jsonb(p)::text, '' order by id) from fondaco.product p),"
    " (select string_agg(to_jsonb(r)::text, '' order by product_id) from fondaco.price_row r),"
    " (select string_agg(to_jsonb(s)::text, '' order by id) from fondaco.stock_row s),"
    " (select generation from fondaco.catalogue_state)"
)


def cut_short(content: bytes) -> bytes:
    """What a line that broke down leaves: enough goods to be taken for a catalogue, and no end."""
    return content[: content.rindex("</Товары>".encode())]


def cut_zip(files: Files) -> bytes:
    content = packed(files)
    return content[: len(content) // 2]


STOPS: Mapping[str, tuple[Callable[[], bytes], str, str]] = {
    "broken_xml": (
        lambda: packed({"import.xml": cut_short(catalogue(goods("A-1", "Новое"), goods("B-1")))}),
        "import.xml",
        "XML повреждён",
    ),
    "broken_in_the_second_file": (
        lambda: packed(
            {
                "import0.xml": catalogue(goods("A-1", "Новое")),
                "import1.xml": cut_short(catalogue(goods("B-1"), goods("B-2"))),
            }
        ),
        "import1.xml",
        "XML повреждён",
    ),
    "cut_zip": (lambda: cut_zip(shop(["A-1", "B-1"])), "", "Архив повреждён"),
    "way_out_of_the_zip": (
        lambda: packed({"../../etc/import.xml": catalogue(goods("A-1", "Новое"))}),
        "",
        "указывает за пределы",
    ),
    "no_xml": (
        lambda: packed({"notes.txt": b"x", "more.txt": b"y"}),
        "",
        "В пакете нет файлов XML",
    ),
}

REPORTS: Mapping[str, tuple[Callable[[], Files], str, int, str]] = {
    "dtd": (
        lambda: {"import.xml": catalogue(goods("B-1")), "offers.xml": document("", prolog=DTD)},
        "offers.xml",
        0,
        "DOCTYPE",
    ),
    "wrong_encoding": (
        lambda: {
            "import.xml": catalogue(goods("B-1")),
            "more.xml": catalogue(goods("C-1", "Болт"))
            .replace(b"UTF-8", b"windows-1251")
            .replace("Болт".encode(), b"\x98"),
        },
        "more.xml",
        0,
        "а объявлен как UTF-8",
    ),
    "utf_16": (
        lambda: {
            "import.xml": catalogue(goods("B-1")),
            "more.xml": catalogue(goods("C-1")).decode().encode("utf-16"),
        },
        "more.xml",
        0,
        "Кодировка UTF-16 не поддерживается",
    ),
    "unknown_product": (
        lambda: {
            "import.xml": catalogue(goods("B-1")),
            "offers.xml": offers(offer("B-1"), offer("GONE")),
        },
        "offers.xml",
        8,
        "товара «GONE» нет ни в файле, ни на сайте",
    ),
    "unknown_currency": (
        lambda: {
            "import.xml": catalogue(goods("B-1"), goods("B-2")),
            "offers.xml": offers(offer("B-2", currency="тугрик"), offer("B-1")),
        },
        "offers.xml",
        7,
        "валюта «тугрик» неизвестна",
    ),
    "text_for_a_price": (
        lambda: {
            "import.xml": catalogue(goods("B-1"), goods("B-2")),
            "offers.xml": offers(offer("B-2", price="по запросу"), offer("B-1")),
        },
        "offers.xml",
        7,
        "«по запросу»",
    ),
    "negative_stock": (
        lambda: {
            "import.xml": catalogue(goods("B-1"), goods("B-2")),
            "offers.xml": offers(offer("B-1"), offer("B-2", stock="-4")),
        },
        "offers.xml",
        8,
        "Остаток отрицательный: -4",
    ),
}


Door: TypeAlias = Callable[[bytes], Awaitable[str]]
BOTH = ("broken_xml", "cut_zip", "dtd", "unknown_currency")
"""Loaded by the command too; the others by the page only, since a process takes its time."""


def doors(cases: Iterable[str]) -> Any:
    """Each case with the doors by which it comes."""
    found = [(case, door) for case in cases for door in ("page", "command")]
    return pytest.mark.parametrize(
        ("case", "door"),
        [(case, door) for case, door in found if door == "page" or case in BOTH],
        indirect=["door"],
    )


@pytest.fixture
def door(request: pytest.FixtureRequest, desk: Desk, database_url: str, tmp_path: Path) -> Door:
    """Load a package by the page or by the command; returns what the person is told."""

    async def load(content: bytes) -> str:
        if getattr(request, "param", "page") == "page":
            return words(await desk.load("package.zip", content))
        file = tmp_path / "package.zip"
        file.write_bytes(content)
        said = await asyncio.to_thread(desk.command, database_url, "import", str(file))
        assert said.returncode in (0, 1), said.stderr
        return said.stdout + said.stderr

    return load


@doors(STOPS)
async def test_a_package_that_cannot_be_read_to_its_end_leaves_the_shop_as_it_was(
    desk: Desk, door: Door, case: str
) -> None:
    await desk.load("good.zip", packed(shop(["A-1", "A-2"])))
    before = await desk.all(_STATE)
    make, member, said = STOPS[case]
    told = await door(make())
    assert said in told
    assert member in told
    assert await desk.all(_STATE) == before
    [(state, phase)] = await desk.all(
        "select state, phase from fondaco.import_run order by id desc limit 1"
    )
    assert (state, phase) == ("failed", "")

    assert said not in await desk.load("mended.zip", packed(shop(["A-1", "B-1"])))
    assert {sku for sku, _ in await desk.prices()} == {"A-1", "A-2", "B-1"}


@doors(REPORTS)
async def test_what_is_wrong_stands_at_its_row_and_the_rest_goes_on(
    desk: Desk, door: Door, case: str
) -> None:
    make, member, row, said = REPORTS[case]
    told = await door(packed(make()))
    assert said in told.replace("Валюта", "валюта")
    reported = await desk.all(
        "select member, row_number from fondaco.import_refusal where row_number = :row",
        row=row,
    )
    assert (member, row) in reported
    assert [state for (state,) in await desk.all("select state from fondaco.import_run")] == [
        "done"
    ]
    assert "B-1" in {row[0] for row in await desk.all("select sku from fondaco.product")}
    if "offers.xml" in make() and case != "dtd":
        assert (await desk.prices())["B-1", "Розница"] == 100
        assert (await desk.stock())["B-1", "Москва"] == 5
    assert ("B-2", "Розница") not in await desk.prices() or case == "negative_stock"
    assert "C-1" not in {row[0] for row in await desk.all("select sku from fondaco.product")}


async def test_a_full_catalogue_that_breaks_off_takes_nothing_off_sale(
    desk: Desk, door: Door
) -> None:
    """Half of a snapshot must not be taken for the whole of it."""
    everything = [goods(f"A-{n}") for n in range(40)]
    await desk.load("all.zip", packed({"import.xml": catalogue(*everything, full=True)}))
    half = cut_short(catalogue(*everything[:20], full=True))
    told = await door(packed({"import.xml": half}))
    assert "XML повреждён" in told
    assert await desk.all("select count(*) from fondaco.product where active") == [(40,)]
    whole = packed({"import.xml": catalogue(*everything[:20], full=True)})
    await door(whole)
    assert await desk.all("select count(*) from fondaco.product where active") == [(20,)]
