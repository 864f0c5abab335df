"""`Предложение`: variants, prices and the five forms of stock."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

import pytest

from fondaco_sdk.types.records import (
    PriceRecord,
    RefusedRecord,
    StockRecord,
    UnitRecord,
    VariantRecord,
)

Read: TypeAlias = Callable[[str], list[Any]]
ZERO = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def read_inside(read_offers: Read) -> Read:
    """The prices, stock and refusals of one offer `1` with this body."""

    def read(body: str) -> list[Any]:
        records = read_offers(f"<Предложение><Ид>1</Ид>{body}</Предложение>")
        return [r for r in records if not isinstance(r, (VariantRecord, UnitRecord))]

    return read


def stock(place: str | None, quantity: str) -> StockRecord:
    return StockRecord(
        row=1, offer_external_id="1", place_external_id=place, quantity=Decimal(quantity)
    )


def test_an_offer_of_2_07(read_offers: Read) -> None:
    records = read_offers(
        "<Предложение><Ид>g#v</Ид><Код>408</Код><Артикул>FS-1</Артикул><Штрихкод>4601</Штрихкод>"
        "<Наименование>Фильтр (синий)</Наименование>"
        '<БазоваяЕдиница Код="796 " НаименованиеПолное="Штука" МеждународноеСокращение="PCE">'
        "<Пересчет><Единица>778</Единица><Коэффициент>10</Коэффициент></Пересчет>"
        "</БазоваяЕдиница><ХарактеристикиТовара><ХарактеристикаТовара>"
        "<Наименование>Цвет</Наименование><Значение>Синий</Значение></ХарактеристикаТовара>"
        "</ХарактеристикиТовара><ЗначенияСвойств><ЗначенияСвойства><Ид>p</Ид>"
        "<Значение>o</Значение></ЗначенияСвойства></ЗначенияСвойств>"
        "<Количество>25</Количество></Предложение>"
    )
    assert records == [
        UnitRecord(row=1, code="796", name="шт", full_name="Штука", international="PCE"),
        VariantRecord(
            row=1,
            external_id="g#v",
            product_external_id="g",
            name="Фильтр (синий)",
            sku="FS-1",
            code="408",
            barcodes=("4601",),
            unit_code="796",
            unit_name="шт",
            packs=(("778", "упак", Decimal(10)),),
            attributes={"p": ("o",)},
            characteristics=(("Цвет", "Синий"),),
        ),
        StockRecord(row=1, offer_external_id="g#v", place_external_id=None, quantity=Decimal(25)),
    ]


@pytest.mark.parametrize(
    ("written", "offer", "goods"),
    [
        ("g", "g", "g"),
        (" g # v ", "g#v", "g"),
        ("g#", "g", "g"),
        (f"g#{ZERO}", "g", "g"),
        ("76972", "76972", "76972"),
        (
            "894f0cbe-9700-0840-0000-4544",
            "894f0cbe-9700-0840-0000-4544",
            "894f0cbe-9700-0840-0000-4544",
        ),
        ("g#v#w", "g#v#w", "g"),
    ],
)
def test_ids_of_offers(read_offers: Read, written: str, offer: str, goods: str) -> None:
    [variant] = read_offers(
        f"<Предложение><Ид>{written}</Ид><Наименование>a</Наименование></Предложение>"
    )
    assert (variant.external_id, variant.product_external_id) == (offer, goods)


@pytest.mark.parametrize("written", ["", ZERO, "#v"])
def test_an_offer_without_an_id_is_refused(read_offers: Read, written: str) -> None:
    records = read_offers(
        f"<Предложение><Ид>{written}</Ид><Наименование>Ключ</Наименование><Количество>1"
        "</Количество></Предложение>"
    )
    assert records == [RefusedRecord(row=1, code="offer.id_missing", reference="Ключ")]


def test_prices_and_rests_files_say_nothing_about_the_variant(read_offers: Read) -> None:
    """3.1: the id alone is not an offer to store, only whose price or stock this is."""
    records = read_offers(
        "<Предложение><Ид>1</Ид><Остатки><Остаток><Количество>2</Количество></Остаток></Остатки>"
        "</Предложение>"
    )
    assert records == [stock(None, "2")]


def test_an_offer_with_nothing_but_an_id_is_a_variant(read_offers: Read) -> None:
    [variant] = read_offers("<Предложение><Ид>g#v</Ид></Предложение>")
    assert variant == VariantRecord(row=1, external_id="g#v", product_external_id="g")


@pytest.mark.parametrize(
    ("attributes", "body"),
    [
        (' Статус="Удален"', ""),
        ("", "<Статус>Удален</Статус>"),
        ("", "<ПометкаУдаления>true</ПометкаУдаления>"),
    ],
)
def test_a_deleted_offer_has_neither_price_nor_stock(
    read_offers: Read, attributes: str, body: str
) -> None:
    [variant] = read_offers(
        f"<Предложение{attributes}><Ид>1</Ид>{body}<Цены><Цена><ИдТипаЦены>t</ИдТипаЦены>"
        "<ЦенаЗаЕдиницу>24</ЦенаЗаЕдиницу></Цена></Цены><Количество>5</Количество></Предложение>"
    )
    assert variant.deleted


def test_the_same_offer_twice_comes_twice(read_offers: Read) -> None:
    records = read_offers(
        "<Предложение><Ид>1</Ид></Предложение>\n<Предложение><Ид>1</Ид></Предложение>"
    )
    assert [record.row for record in records] == [1, 2]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<Количество>13</Количество>", [stock(None, "13")]),
        ("<Количество>-10</Количество>", [stock(None, "-10")]),
        ("<Количество>-2.0</Количество>", [stock(None, "-2.0")]),
        ("<Количество>1 000,5</Количество>", [stock(None, "1000.5")]),
        ("<Количество/>", [stock(None, "0")]),
        (
            '<Количество>25</Количество><Склад ИдСклада="a " КоличествоНаСкладе="20"/>'
            '<Склад ИдСклада="b" КоличествоНаСкладе="0"/>',
            [stock("a", "20"), stock("b", "0")],
        ),
        ('<Склады ИдСклада="a" КоличествоНаСкладе="7"/>', [stock("a", "7")]),
        ('<Склад ИдСклада="a" КоличествоНаСкладе=""/>', [stock("a", "0")]),
        (
            f'<Количество>9</Количество><Склад ИдСклада="{ZERO}" КоличествоНаСкладе="3"/>',
            [stock(None, "9")],
        ),
        (
            "<Остатки><Остаток><Количество>2</Количество></Остаток></Остатки>",
            [stock(None, "2")],
        ),
        (
            "<Остатки><Остаток><Склад><Ид>a</Ид><Количество>4</Количество></Склад></Остаток>"
            "<Остаток><Склад><Ид>b</Ид><Количество>-1</Количество></Склад></Остаток></Остатки>",
            [stock("a", "4"), stock("b", "-1")],
        ),
        ("<Наименование>без остатка</Наименование>", []),
    ],
)
def test_every_form_of_stock(read_inside: Read, body: str, expected: Any) -> None:
    assert read_inside(body) == expected


def test_unreadable_stock_is_refused_and_the_others_go_on(read_inside: Read) -> None:
    refused, good = read_inside(
        '<Склад ИдСклада="a" КоличествоНаСкладе="много"/>'
        '<Склад ИдСклада="b" КоличествоНаСкладе="2"/>'
    )
    assert refused == RefusedRecord(
        row=1, code="stock.unreadable", reference="1", params={"value": "много"}
    )
    assert good == stock("b", "2")


def price(inner: str) -> str:
    return f"<Цены><Цена><ИдТипаЦены>t</ИдТипаЦены>{inner}</Цена></Цены>"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (
            "<ЦенаЗаЕдиницу>159.4</ЦенаЗаЕдиницу><Валюта>грн</Валюта>",
            {"price": Decimal("159.4"), "currency": "UAH"},
        ),
        (
            "<ЦенаЗаЕдиницу>1 309,50</ЦенаЗаЕдиницу><Валюта>643</Валюта>",
            {"price": Decimal("1309.50"), "currency": "RUB"},
        ),
        ("<ЦенаЗаЕдиницу>5</ЦенаЗаЕдиницу>", {"price": Decimal(5), "currency": ""}),
        (
            "<ЦенаЗаЕдиницу>0</ЦенаЗаЕдиницу><Валюта>руб</Валюта>",
            {"price": None, "currency": "RUB"},
        ),
        ("<ЦенаЗаЕдиницу>0.00</ЦенаЗаЕдиницу>", {"price": None, "currency": ""}),
        ("<ЦенаЗаЕдиницу/>", {"price": None, "currency": ""}),
        ("<ЦенаЗаЕдиницу>-999 999 999,9</ЦенаЗаЕдиницу>", {"price": None, "currency": ""}),
        (
            "<ЦенаЗаЕдиницу>50</ЦенаЗаЕдиницу><Единица>уп</Единица><Коэффициент>10</Коэффициент>"
            "<МинКоличество>3</МинКоличество>",
            {
                "price": Decimal(50),
                "currency": "",
                "factor": Decimal(10),
                "min_quantity": Decimal(30),
            },
        ),
        (
            "<ЦенаЗаЕдиницу>5</ЦенаЗаЕдиницу><КоличествоОт>100</КоличествоОт>"
            "<КоличествоДо>200</КоличествоДо>",
            {"price": Decimal(5), "currency": "", "min_quantity": Decimal(100)},
        ),
        (
            "<ЦенаЗаЕдиницу>5</ЦенаЗаЕдиницу><Коэффициент/><МинКоличество/>",
            {"price": Decimal(5), "currency": ""},
        ),
        (
            "<ЦенаЗаЕдиницу>5</ЦенаЗаЕдиницу><Налог><Наименование>НДС</Наименование>"
            "<УчтеноВСумме>true</УчтеноВСумме></Налог>",
            {"price": Decimal(5), "currency": "", "vat_included": True},
        ),
    ],
)
def test_prices(read_inside: Read, inner: str, expected: Any) -> None:
    assert read_inside(price(inner)) == [
        PriceRecord(row=1, offer_external_id="1", price_list_external_id="t", **expected)
    ]


@pytest.mark.parametrize(
    ("inner", "code", "params"),
    [
        (
            "<ЦенаЗаЕдиницу>5</ЦенаЗаЕдиницу><Валюта>у.е.</Валюта>",
            "price.currency_unknown",
            {"currency": "у.е."},
        ),
        ("<ЦенаЗаЕдиницу>договорная</ЦенаЗаЕдиницу>", "price.unreadable", {"value": "договорная"}),
        (
            "<ЦенаЗаЕдиницу>5</ЦенаЗаЕдиницу><Коэффициент>x</Коэффициент>",
            "price.unreadable",
            {"value": "x"},
        ),
        ("<ЦенаЗаЕдиницу>-5</ЦенаЗаЕдиницу>", "price.negative", {}),
        ("<ЦенаЗаЕдиницу>5</ЦенаЗаЕдиницу><МинКоличество>-1</МинКоличество>", "price.negative", {}),
    ],
)
def test_a_bad_price_is_refused_and_the_others_go_on(
    read_inside: Read, inner: str, code: str, params: dict[str, str]
) -> None:
    good = "<Цена><ИдТипаЦены>u</ИдТипаЦены><ЦенаЗаЕдиницу>7</ЦенаЗаЕдиницу></Цена></Цены>"
    refused, other = read_inside(price(inner).replace("</Цены>", good))
    assert refused == RefusedRecord(row=1, code=code, reference="1", params=params)
    assert other.price == Decimal(7)


@pytest.mark.parametrize("price_list", ["", f"<ИдТипаЦены>{ZERO}</ИдТипаЦены>"])
def test_a_price_without_a_list_is_refused(read_inside: Read, price_list: str) -> None:
    [refused] = read_inside(
        f"<Цены><Цена>{price_list}<ЦенаЗаЕдиницу>5</ЦенаЗаЕдиницу></Цена></Цены>"
    )
    assert refused.code == "price.list_missing"


def test_stock_is_found_in_a_file_of_many_lines(read_offers: Read) -> None:
    """libxml2 counts lines to 65,535; the report names the line of the offer all the same."""
    before = "".join(f"<Предложение><Ид>{n}</Ид></Предложение>\n\n" for n in range(35_000))
    rest = '<Склад ИдСклада="a" КоличествоНаСкладе="-1"/>'
    records = read_offers(f"{before}<Предложение><Ид>last</Ид>{rest}</Предложение>")
    [found] = [r for r in records if isinstance(r, StockRecord)]
    assert (found.offer_external_id, found.row) == ("last", 70_001)
