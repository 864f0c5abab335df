"""offers.xml: price types, warehouses, and each product with its prices and stock."""

from collections.abc import Iterator
from functools import cache
from xml.sax.saxutils import escape

from fondaco.demo.ids import guid
from fondaco.demo.prices import PRICE_TYPES, Price
from fondaco.demo.products import Product
from fondaco.demo.stock import WAREHOUSES
from fondaco.demo.xml_parts import (
    CATALOG_ID,
    DOCUMENT_TAIL,
    barcode_element,
    base_unit_element,
    changes_flag,
    grouped,
    owner_element,
    thousandths,
)

OFFERS_TAIL = "\t\t</Предложения>\n\t</ПакетПредложений>\n" + DOCUMENT_TAIL


def offers_head(changes_only: bool) -> Iterator[str]:
    """Opens the package of offers; `OFFERS_TAIL` closes it and the document."""
    yield (
        f"\t<ПакетПредложений {changes_flag(changes_only)}>\n\t\t<Ид>{CATALOG_ID}#</Ид>\n"
        "\t\t<Наименование>Пакет предложений (Основной каталог товаров)</Наименование>\n"
        f"\t\t<ИдКаталога>{CATALOG_ID}</ИдКаталога>\n"
        f"\t\t<ИдКлассификатора>{CATALOG_ID}</ИдКлассификатора>\n{owner_element()}"
        "\t\t<ТипыЦен>\n"
    )
    for price_type in PRICE_TYPES:
        included = "true" if price_type.vat_included else "false"
        yield (
            f"\t\t\t<ТипЦены>\n\t\t\t\t<Ид>{price_type.external_id}</Ид>\n"
            f"\t\t\t\t<Наименование>{price_type.name}</Наименование>\n"
            f"\t\t\t\t<Валюта>{price_type.currency}</Валюта>\n\t\t\t\t<Налог>\n"
            "\t\t\t\t\t<Наименование>НДС</Наименование>\n"
            f"\t\t\t\t\t<УчтеноВСумме>{included}</УчтеноВСумме>\n\t\t\t\t</Налог>\n"
            "\t\t\t</ТипЦены>\n"
        )
    yield "\t\t</ТипыЦен>\n\t\t<Склады>\n"
    for house in WAREHOUSES:
        yield (
            f"\t\t\t<Склад>\n\t\t\t\t<Ид>{house.external_id}</Ид>\n"
            f"\t\t\t\t<Наименование>{house.name}</Наименование>\n\t\t\t\t<Адрес>\n"
            f"\t\t\t\t\t<Представление>{house.address}</Представление>\n\t\t\t\t</Адрес>\n"
            "\t\t\t</Склад>\n"
        )
    yield "\t\t</Склады>\n\t\t<Предложения>\n"


def offer_element(product: Product) -> str:
    """One Предложение with its prices and its stock in each warehouse."""
    unit = product.goods.leaf.unit.name
    prices = "".join(_price_element(price, unit) for price in product.prices)
    stock = "".join(
        f'\t\t\t\t<Склад ИдСклада="{house.external_id}"'
        f' КоличествоНаСкладе="{thousandths(quantity)}"/>\n'
        for house, quantity in zip(WAREHOUSES, product.stock, strict=True)
    )
    return (
        f"\t\t\t<Предложение>\n\t\t\t\t<Ид>{product.external_id}</Ид>\n"
        f"{barcode_element(product.barcode)}\t\t\t\t<Артикул>{product.article}</Артикул>\n"
        f"\t\t\t\t<Наименование>{escape(product.name)}</Наименование>\n"
        f"{base_unit_element(product.goods.leaf)}"
        f"{_characteristic(*product.variant) if product.variant else ''}"
        f"\t\t\t\t<Цены>\n{prices}\t\t\t\t</Цены>\n"
        f"\t\t\t\t<Количество>{thousandths(sum(product.stock))}</Количество>\n{stock}"
        "\t\t\t</Предложение>\n"
    )


def _price_element(price: Price, unit: str) -> str:
    whole, minor = divmod(price.minor, 100)
    amount = f"{whole}.{minor:02d}".rstrip("0") if minor else str(whole)
    shown = f"{grouped(whole)},{minor:02d}" if minor else grouped(whole)
    least = (
        f"\t\t\t\t\t\t<МинКоличество>{price.min_quantity}</МинКоличество>\n"
        if price.min_quantity
        else ""
    )
    return (
        "\t\t\t\t\t<Цена>\n"
        f"\t\t\t\t\t\t<Представление>{shown} {price.type.currency} за {unit}</Представление>\n"
        f"\t\t\t\t\t\t<ИдТипаЦены>{price.type.external_id}</ИдТипаЦены>\n"
        f"\t\t\t\t\t\t<ЦенаЗаЕдиницу>{amount}</ЦенаЗаЕдиницу>\n"
        f"\t\t\t\t\t\t<Валюта>{price.type.currency}</Валюта>\n"
        f"\t\t\t\t\t\t<Единица>{unit}</Единица>\n\t\t\t\t\t\t<Коэффициент>1</Коэффициент>\n{least}"
        "\t\t\t\t\t</Цена>\n"
    )


@cache
def _characteristic(name: str, value: str) -> str:
    return (
        "\t\t\t\t<ХарактеристикиТовара>\n\t\t\t\t\t<ХарактеристикаТовара>\n"
        f"\t\t\t\t\t\t<Ид>{guid('characteristic', name)}</Ид>\n"
        f"\t\t\t\t\t\t<Наименование>{name}</Наименование>\n"
        f"\t\t\t\t\t\t<Значение>{value}</Значение>\n"
        "\t\t\t\t\t</ХарактеристикаТовара>\n\t\t\t\t</ХарактеристикиТовара>\n"
    )
