"""The forms about assortments, read whole: every mistake stands at its field."""

from typing import Literal

from fondaco.assortments.service import EFFECTS, Goods
from fondaco.cart.by_article import product_meant
from fondaco.hooks.context import AskContext
from fondaco.staff.customers.parts import OutletRow
from fondaco.staff.price_forms import read_category
from fondaco.staff.price_model import known_brand
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form

LONGEST_NAME = 100
LONGEST_TEXT = 500
Name = tuple[str, str]


def read_name(form: Form) -> Name:
    """Name and description. Raises `UserError` with every mistake."""
    reading = form.reading()
    name, description = reading.required("name"), form.text("description")
    if len(name) > LONGEST_NAME:
        reading.refuse("name", _LONG)
    if len(description) > LONGEST_TEXT:
        reading.refuse("description", _LONG)
    reading.done()
    return name, description


async def read_rule(ask: AskContext, form: Form) -> tuple[Goods, bool]:
    """The goods of a rule, and whether they are left out. Raises `UserError` with every mistake."""
    reading = form.reading()
    excludes = form.text("way") == "exclude"
    if form.text("article"):
        product = await product_meant(ask, reading, "article")
        for other in ("category", "brand"):
            if form.text(other):
                reading.refuse(other, _ALONE)
        reading.done()
        return Goods(product=product.id if product else None), excludes
    typed = form.text("brand")
    brand = await known_brand(ask, typed) if typed else ""
    if typed and not brand:
        reading.refuse("brand", _NO_BRAND)
    category = await read_category(ask, reading)
    if not form.text("brand") and not form.text("category"):
        reading.refuse("category", _NO_GOODS)
    reading.done()
    return Goods(category, brand), excludes


def read_effect(form: Form) -> Literal["hidden", "not_orderable"]:
    """What happens to goods outside. Raises `UserError`."""
    return "hidden" if form.choice("effect", EFFECTS) == "hidden" else "not_orderable"


def chosen_outlet(form: Form, outlets: tuple[OutletRow, ...]) -> OutletRow | None:
    """The outlet; None for the whole company. Raises `UserError` for any other."""
    known = {"": None, **{str(one.uuid): one for one in outlets}}
    return known[form.choice("outlet", known)]


_LONG = Reason("assortment.long", "Слишком длинно, сократите", "Too long: make it shorter")
_ALONE = Reason(
    "assortment.alone",
    "Правило об одном товаре не сочетается с разделом и брендом: оставьте поле пустым",
    "A rule about a single product has no category and no brand: leave this empty",
)
_NO_BRAND = Reason(
    "assortment.no_brand", "В каталоге нет такого бренда", "The catalogue has no such brand"
)
_NO_GOODS = Reason(
    "assortment.no_goods",
    "Выберите раздел или бренд, либо введите артикул",
    "Choose a category or a brand, or type an article",
)
