"""What is wrong is said, with the place where it stands; the rest goes on."""

import importlib.resources
import re
from pathlib import Path

import pytest

from fondaco.exchange.staging import merging
from fondaco.web.i18n import LOCALES, load_catalogues
from fondaco_sdk.types.records import ProductRecord, RefusedRecord

from .conftest import Imports, Shop
from .said import catalog, goods, price, price_list, stock

ROWS = (
    "select member, row_number, reference, code, params, warning from fondaco.import_refusal"
    " order by id"
)


async def test_one_broken_record_leaves_the_others_good(imports: Imports, shop: Shop) -> None:
    broken = RefusedRecord(
        row=7, code="price.unreadable", reference="Болт", params={"value": "дорого"}
    )
    remark = RefusedRecord(row=8, code="product.vat_unknown", reference="Гайка")
    run = await imports.members(
        [
            ("import.xml", [catalog(), goods("g1"), broken, remark, goods("", "Без Ид", row=9)]),
            ("more.xml", [ProductRecord(row=3, external_id="g2"), goods("g" * 300, row=4)]),
        ]
    )
    assert await shop(ROWS) == [
        ("import.xml", 7, "Болт", "price.unreadable", {"value": "дорого"}, False),
        ("import.xml", 8, "Гайка", "product.vat_unknown", {}, True),
        ("import.xml", 9, "Без Ид", "product.id_missing", {}, False),
        ("more.xml", 4, "Болт", "product.id_too_long", {}, False),
        ("more.xml", 3, "g2", "product.name_missing", {}, False),
    ]
    assert (run.counts["refused"], run.counts["warnings"]) == (4, 1)
    assert await shop("select external_id from fondaco.product") == ["g1"]


async def test_of_what_one_file_names_twice_the_last_word_counts(
    imports: Imports, shop: Shop
) -> None:
    await imports.members(
        [
            (
                "1.xml",
                [
                    catalog(),
                    goods("g1", "Старое", row=1, sku="A-1"),
                    goods("g1", "Новое", row=2, brand="Метиз"),
                    price_list(),
                    price("g1", "1", row=3),
                    price("g1", "2", row=4),
                ],
            ),
            ("2.xml", [ProductRecord(row=1, external_id="g1", country="Россия")]),
        ]
    )
    assert await shop("select name, sku, brand, country from fondaco.product") == [
        ("Новое", "A-1", "Метиз", "Россия")
    ]
    assert await shop("select price from fondaco.price_row") == [2]
    assert await shop("select code, row_number from fondaco.import_refusal order by id") == [
        ("product.duplicate", 2),
        ("price.duplicate", 4),
    ]


async def test_what_the_database_cannot_store_is_left_out_of_a_text(
    imports: Imports, shop: Shop
) -> None:
    await imports(
        catalog(),
        goods("g1", "Бо\0лт", attributes={"a": ("1\0",)}),
        goods("g2", "Гай\ud800ка"),
        goods("g3", "Ш" * 400, sku="S" * 200),
    )
    assert await shop("select name from fondaco.product order by external_id") == [
        "Болт",
        "Гай?ка",
        "Ш" * 300,
    ]
    assert await shop.report() == [("product.code_too_long", "g3"), ("product.name_cut", "g3")]


async def test_the_report_has_an_end_and_all_is_counted(
    imports: Imports, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "REPORT_LIMIT", 5)
    bad = [RefusedRecord(row=n, code="price.unreadable", params={"value": ""}) for n in range(3)]
    run = await imports(*bad, *(stock(f"x{n}", "1") for n in range(7)))
    assert run.counts["refused"] == 10
    assert len(await shop.report()) == 5


@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_has_its_words(locale: str) -> None:
    package = importlib.resources.files("fondaco")
    texts = load_catalogues({"exchange": Path(str(package / "exchange" / "locales"))})[locale]
    codes = {
        code
        for folder in ("exchange/staging", "catalog", "pricing", "availability")
        for file in Path(str(package / folder)).glob("*.py")
        for code in _codes(file.read_text("utf-8"))
    }
    assert len(codes) > 40
    assert sorted(c for c in codes if f"exchange.import.{c}" not in texts) == []


def _codes(source: str) -> set[str]:
    things = ("unit", "category", "attribute", "price_list", "place", "product", "offer")
    said = set(re.findall(r"""(?:refuse|warn|remark)\(\s*["']([a-z_]+\.[a-z_]+)["']""", source))
    said |= set(re.findall(r"(?:then|else) '([a-z_]+\.[a-z_]+)'", source))
    said |= set(re.findall(r"""(?:wrong=|')((?:image|run)\.[a-z_]+)["']""", source))
    said |= set(re.findall(r'wrong="([a-z]+\.[a-z_]+)"', source))
    for ending in re.findall(r'f"\{[^"]*\}\.([a-z_]+)"', source):
        said |= {f"{thing}.{ending}" for thing in things if ending != "part"}
    return said
