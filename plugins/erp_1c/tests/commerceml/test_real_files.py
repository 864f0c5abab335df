"""Exports of real shops, read whole and counted against an independent look at the same XML.

They are no part of the project: without `../shared` beside the checkout this is skipped.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from fondaco_erp_1c.commerceml import SourceRefused, describe, read_file
from fondaco_sdk.types.records import (
    AttributeRecord,
    CategoryRecord,
    PlaceRecord,
    PriceListRecord,
    PriceRecord,
    ProductRecord,
    RefusedRecord,
    StockRecord,
    VariantRecord,
)

CHECKOUT = Path(__file__).resolve().parents[4]
FOLDER = CHECKOUT.parent / "shared" / "data" / "commerceml"
FILES = sorted(FOLDER.glob("*/*.xml"))
NOT_CATALOGUES = {"source.documents", "source.counterparties"}

pytestmark = pytest.mark.skipif(not FILES, reason="no real exports beside the checkout")


def path(*names: str) -> str:
    return "/".join(f"*[local-name()='{name}']" for name in names)


def text(element: Any, name: str) -> str:
    return str(element.xpath(f"string({path(name)})")).strip()


class Look:
    """The same file as a whole tree, searched by XPath."""

    def __init__(self, file: Path) -> None:
        self.root = etree.parse(file).getroot()

    def all(self, *names: str) -> Any:
        return self.root.xpath("descendant-or-self::" + path(*names))

    def is_deleted(self, element: Any) -> bool:
        status = element.get("Статус") or text(element, "Статус")
        return status == "Удален" or text(element, "ПометкаУдаления") == "true"


def records_of(file: Path) -> tuple[list[Any], str]:
    records: list[Any] = []
    try:
        for record in read_file(file):
            records.append(record)
    except SourceRefused as refusal:
        return records, refusal.code
    return records, ""


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_real_file_is_read_whole(file: Path) -> None:
    look = Look(file)
    records, refusal = records_of(file)
    has_documents = bool(look.all("Документ")) or bool(look.root.xpath("*/@Идентификатор"))
    has_counterparties = bool(look.root.xpath(path("Контрагенты")))
    assert (refusal in NOT_CATALOGUES) == (has_documents or has_counterparties)
    if refusal:
        assert records == []
        return

    by_type: dict[type, list[Any]] = {}
    for record in records:
        by_type.setdefault(type(record), []).append(record)
    refused = Counter(record.code for record in by_type.get(RefusedRecord, []))
    assert not [code for code in refused if code.endswith("_missing")]

    goods = look.all("Каталог", "Товары", "Товар")
    ids = [text(item, "Ид") for item in goods]
    plain = [found for found in ids if "#" not in found]
    products = by_type.get(ProductRecord, [])
    assert [product.external_id for product in products if product.external_id in plain] == plain
    families = {found.partition("#")[0] for found in ids if "#" in found}
    assert {product.external_id for product in products} == families | set(plain)
    for product, item in zip(products, goods, strict=False) if plain == ids else ():
        assert product.row == item.sourceline
        assert product.name == text(item, "Наименование")
        assert product.deleted == look.is_deleted(item)

    offers = look.all("ПакетПредложений", "Предложения", "Предложение")
    named = [offer for offer in offers if text(offer, "Наименование")]
    variants = by_type.get(VariantRecord, [])
    expected = [text(offer, "Ид") for offer in named] + [found for found in ids if "#" in found]
    assert [variant.external_id for variant in variants] == expected

    sold = [offer for offer in offers if not look.is_deleted(offer)]
    prices = sum(len(offer.xpath(path("Цены", "Цена"))) for offer in sold)
    prices += len(look.all("Товары", "Товар", "Цены", "Цена"))
    refused_prices = sum(count for code, count in refused.items() if code.startswith("price."))
    assert len(by_type.get(PriceRecord, [])) + refused_prices == prices

    stock = 0
    for offer in sold:
        placed = offer.xpath(f"count({path('Склад')}|{path('Остатки', 'Остаток', 'Склад')})")
        total = offer.xpath(
            f"count({path('Количество')}|{path('Остатки', 'Остаток', 'Количество')})"
        )
        stock += int(placed or total)
    assert len(by_type.get(StockRecord, [])) == stock

    lists = len(look.all("ТипыЦен", "ТипЦены"))
    assert len(by_type.get(PriceListRecord, [])) + refused["price_list.currency_unknown"] == lists
    places = look.root.xpath(
        f"descendant-or-self::*[not(self::Предложение)]/{path('Склады', 'Склад')}"
    )
    assert len(by_type.get(PlaceRecord, [])) == len(places)
    assert len(by_type.get(AttributeRecord, [])) == len(look.all("Свойства", "Свойство"))
    groups = look.all("Группа") or look.all("Категории", "Категория")
    assert len(by_type.get(CategoryRecord, [])) == len(groups)


def test_the_folders_hold_what_the_reader_is_for() -> None:
    """Not vacuous: most of the files are catalogues, and nothing but four prices is refused."""
    refused: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for folder in sorted({file.parent for file in FILES}):
        for contents in describe(folder):
            kinds.update(contents.records)
            refused.update(contents.refused)
    assert kinds["ProductRecord"] > 1_000
    assert kinds["VariantRecord"] > 1_000
    assert kinds["PriceRecord"] > 1_000
    assert kinds["StockRecord"] > 1_000
    assert refused == {
        "price_list.currency_unknown": 1,
        "price.currency_unknown": 4,
        "product.picture_outside": 1,
    }
