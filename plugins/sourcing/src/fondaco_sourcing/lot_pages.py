"""The staff's page of expected lots: a list, a form that adds and changes, come and removed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from msgspec import Struct

from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.ids import PlaceId, ProductId
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import ExpectedLot
from fondaco_sdk.web import Form, FormReading, Page, Redirect
from fondaco_sourcing import lot_book as book
from fondaco_sourcing.forms import CHOOSE, words
from fondaco_sourcing.forms import day as read_day
from fondaco_sourcing.manifest import EDIT, LOTS
from fondaco_sourcing.stored import stored

FIELDS = ("article", "place", "lot", "quantity", "arrives_on")
MOST = Decimal(10) ** 9


class Named(Struct, frozen=True):
    """What a form says of a lot, to fill it in again."""

    typed: Mapping[str, str]
    mistake: UserError | None = None


async def lots(
    ask: Ask, product: UUID | None = None, place: UUID | None = None, lot: str = ""
) -> Page:
    """Everything expected, and a form: empty, or filled with the lot that is named."""
    if product and place:
        found = await book.lot_of(ask, product, place, lot)
        return await _page(ask, Named(_typed(found)), gone=found if not found.on_hand else None)
    return await _page(ask, Named({}))


async def save_lot(act: Act, form: Form) -> Page | Redirect:
    """A new lot or another shape of a known one, or the form again with what is wrong."""
    try:
        await book.expect(act, await _read(act, form))
    except UserError as mistake:
        return await _page(act, Named(form.values(), mistake))
    return Redirect(LOTS, _SAVED)


async def lot_arrived(act: Act, form: Form) -> Redirect:
    """It is here."""
    await book.arrived(act, await _named(act, form))
    return Redirect(LOTS, _ARRIVED)


async def remove_lot(act: Act, form: Form) -> Redirect:
    """It will not come; the form of the page that follows puts it back."""
    found = await _named(act, form)
    try:
        await book.remove(act, found)
    except UserError as refused:
        return Redirect(LOTS, refused.reason)
    back = {"product": found.product, "place": found.place, "lot": found.lot}
    return Redirect(f"{LOTS}?{urlencode(back)}", _REMOVED)


async def _named(act: Act, form: Form) -> book.Lot:
    try:
        ids = UUID(form.text("product")), UUID(form.text("place"))
    except ValueError:
        raise NotFound(CHOOSE) from None
    return await book.lot_of(act, *ids, form.text("lot"))


async def _read(act: Act, form: Form) -> ExpectedLot:
    reading = form.reading()
    product = await _product(act, reading)
    places = {str(one.uuid): one.id for one in (await stored(act)).places}
    place = places.get(reading.text("place"))
    if place is None:
        reading.refuse("place", CHOOSE)
    lot = words(reading, "lot", required=True)
    quantity = reading.decimal("quantity")
    if not 0 < quantity <= MOST or quantity != quantity.quantize(Decimal("0.001")):
        reading.refuse("quantity", _QUANTITY)
    arrives = read_day(reading, "arrives_on")
    if arrives and arrives < act.now.astimezone(act.zone).date():
        reading.refuse("arrives_on", _PAST)
    reading.done()
    return ExpectedLot(product, place or PlaceId(0), lot, quantity, arrives or date.max)


async def _product(act: Act, reading: FormReading) -> ProductId:
    typed = reading.required("article")
    found = await book.product_of(act, typed) if typed else ()
    if len(found) == 1:
        return found[0]
    if typed:
        reading.refuse("article", _AMBIGUOUS if found else _UNKNOWN)
    return ProductId(0)


def _typed(found: book.Lot) -> dict[str, str]:
    return {
        "article": found.sku,
        "place": str(found.place),
        "lot": found.lot,
        "quantity": f"{found.on_hand.normalize():f}" if found.on_hand else "",
        "arrives_on": found.arrives_on.isoformat(),
    }


async def _page(ask: Ask, named: Named, gone: book.Lot | None = None) -> Page:
    fields = named.mistake.fields if named.mistake else {}
    return Page(
        "sourcing/lots.html",
        {
            "rows": await book.expected_lots(ask),
            "today": ask.now.astimezone(ask.zone).date(),
            "typed": {**dict.fromkeys(FIELDS, ""), **named.typed},
            "mistakes": {n: fields[n].text(ask.locale) for n in FIELDS if n in fields},
            "places": [(str(one.uuid), one.name) for one in (await stored(ask)).places],
            "changing": bool(named.typed),
            "gone": gone,
            "editor": ask.actor.may(EDIT),
        },
        status=422 if named.mistake else 200,
    )


_QUANTITY = Reason(
    "sourcing.quantity",
    "Больше 0, не более трёх знаков после запятой",
    "More than 0, with at most three decimals",
)
_PAST = Reason(
    "sourcing.lot_past",
    "Этот день прошёл: такое поступление покупателям не обещают",
    "This day has passed: such a lot would not be promised to anybody",
)
_UNKNOWN = Reason(
    "sourcing.article_unknown",
    "В продаже нет такого артикула",
    "No product on sale has this article",
)
_AMBIGUOUS = Reason(
    "sourcing.article_ambiguous",
    "Под этим артикулом несколько товаров",
    "Several products have this article",
)
_SAVED = Reason("sourcing.lot_saved", "Поступление сохранено", "The lot is saved")
_ARRIVED = Reason(
    "sourcing.lot_arrived",
    "Поступление принято: товар и резервы перешли в остаток склада",
    "The lot has come: its goods and what is held of them are stock of the place",
)
_REMOVED = Reason(
    "sourcing.lot_removed",
    "Поступление убрано. Чтобы вернуть его, сохраните форму внизу",
    "The lot is removed. To bring it back, save the form below",
)
