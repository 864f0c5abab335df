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
from fondaco_sdk.web import CHOOSE, Form, FormReading, Page, Redirect
from fondaco_sourcing import lot_book as book
from fondaco_sourcing.forms import day as read_day
from fondaco_sourcing.forms import words
from fondaco_sourcing.manifest import EDIT, LOTS
from fondaco_sourcing.stored import stored

FIELDS = ("article", "place", "lot", "quantity", "arrives_on")
MOST = Decimal(10) ** 9


class Named(Struct, frozen=True):
    """What a form says of a lot, to fill it in again."""

    typed: Mapping[str, str]
    mistake: UserError | None = None


async def lots(
    ask: Ask,
    product: UUID | None = None,
    place: UUID | None = None,
    lot: str = "",
    removed: str = "",
) -> Page:
    """Everything expected, and a form: empty, or filled with the lot that is named.

    Of a lot that was just `removed` that was the quantity, to be put back.
    """
    if not (product and place):
        return await _page(ask, Named({}))
    found = await book.lot_of(ask, product, place, lot)
    if removed and not found.on_hand:
        back = urlencode({"product": product, "place": place, "lot": lot, "quantity": removed})
        return await _page(ask, Named({}), gone=(found, f"{LOTS}/restore?{back}"))
    return await _page(ask, Named(_typed(found)))


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
    """It will not come; the page that follows offers to put it back."""
    found = await _named(act, form)
    try:
        await book.remove(act, found)
    except UserError as refused:
        return Redirect(LOTS, refused.reason)
    gone = {"product": found.product, "place": found.place, "lot": found.lot}
    return Redirect(f"{LOTS}?{urlencode({**gone, 'removed': f'{found.on_hand.normalize():f}'})}")


async def restore_lot(
    act: Act, product: UUID, place: UUID, lot: str, quantity: Decimal
) -> Redirect:
    """It is expected again, as it was."""
    found = await book.lot_of(act, product, place, lot)
    if _fits(quantity):
        await book.expect(
            act,
            ExpectedLot(found.product_id, found.place_id, lot, quantity, found.arrives_on),
        )
    return Redirect(LOTS, _RESTORED)


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
    place = places.get(reading.choice("place", places))
    lot = words(reading, "lot", required=True)
    quantity = reading.decimal("quantity")
    if not _fits(quantity):
        reading.refuse("quantity", _QUANTITY)
    arrives = read_day(reading, "arrives_on")
    if arrives and arrives < act.now.astimezone(act.zone).date():
        reading.refuse("arrives_on", _PAST)
    reading.done()
    return ExpectedLot(product, place or PlaceId(0), lot, quantity, arrives or date.max)


def _fits(quantity: Decimal) -> bool:
    return 0 < quantity <= MOST and quantity == quantity.quantize(Decimal("0.001"))


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
        "quantity": f"{found.on_hand.normalize():f}",
        "arrives_on": found.arrives_on.isoformat(),
    }


async def _page(ask: Ask, named: Named, gone: tuple[book.Lot, str] | None = None) -> Page:
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
_RESTORED = Reason("sourcing.lot_restored", "Поступление возвращено", "The lot is back")
