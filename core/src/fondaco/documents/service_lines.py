"""What bringing goods costs, as a line of a document."""

from decimal import Decimal

from fondaco.documents.service import vat_text
from fondaco_sdk.types.order import OrderDelivery
from fondaco_sdk.types.paper import Line

UNIT_CODE = "876"
"""OKEI: a conventional unit, since a service is counted in none."""

_WORDS = {"ru": ("Доставка", "усл. ед", "бесплатно"), "en": ("Delivery", "unit", "free")}


def delivery_line(number: int, one: OrderDelivery, locale: str, group: str = "") -> Line:
    """One row with all of the price; a price of 0 is said in words as well.

    `group` is the heading that it stands under.
    """
    name, unit, free = _WORDS.get(locale, _WORDS["en"])
    title = f"{name}: {one.title.text(locale)}"
    return Line(
        number=number,
        sku="",
        name=title if one.price else f"{title}, {free}",
        unit=unit,
        unit_code=UNIT_CODE,
        quantity=Decimal(1),
        price=one.price,
        total=one.price,
        vat_rate=vat_text(one.vat, one.vat_rate),
        vat_amount=one.vat_amount,
        group=group,
        service=True,
    )
