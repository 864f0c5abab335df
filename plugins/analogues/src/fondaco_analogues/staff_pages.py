"""The staff's pages: a product is found by its article, and has its references on a page."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from fondaco_analogues import references as book
from fondaco_analogues.manifest import EDIT, HOME
from fondaco_sdk.article_key import article_key
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.substitute import SubstituteKind
from fondaco_sdk.web import Form, FormReading, Page, Redirect

KINDS = tuple(kind.value for kind in SubstituteKind)
FIELDS = (
    "analogue",
    "brand",
    "number",
    "kind",
    "since",
    "until",
    "note_ru",
    "note_en",
    "confidence",
    "source",
)
HUNDRED = Decimal(100)


async def home(ask: Ask, article: str = "") -> Page | Redirect:
    """Find a product by its article."""
    found = await book.goods_by_key(ask, article_key(article)) if article_key(article) else ()
    if len(found) == 1:
        return Redirect(f"{HOME}/products/{found[0].uuid}")
    pairs, numbers = await book.how_many(ask)
    context = {"article": article, "found": found, "pairs": pairs, "numbers": numbers}
    return Page("analogues/home.html", context)


async def product(ask: Ask, product: UUID, ended: UUID | None = None) -> Page:
    """The references of a product; one that was just ended can be put back."""
    return await _page(ask, product, {"kind": KINDS[0], "confidence": "100"}, None, ended)


async def add_reference(act: Act, form: Form, product: UUID) -> Page | Redirect:
    """A new reference, or the form again with what is wrong."""
    goods = await book.goods(act, product)
    try:
        values = await _values(act, form, goods.id)
        await book.add(act, goods.id, values)
    except UserError as mistake:
        return await _page(act, product, dict(form.values()), mistake)
    return Redirect(f"{HOME}/products/{product}", _ADDED)


async def end_reference(act: Act, product: UUID, reference: UUID) -> Redirect:
    """It is ended; the page that follows offers to put it back."""
    await book.end(act, (await book.goods(act, product)).id, reference)
    return Redirect(f"{HOME}/products/{product}?ended={reference}")


async def resume_reference(act: Act, product: UUID, reference: UUID) -> Redirect:
    """It is in force again."""
    await book.resume(act, (await book.goods(act, product)).id, reference)
    return Redirect(f"{HOME}/products/{product}", _RESUMED)


async def _page(
    ask: Ask,
    product: UUID,
    typed: dict[str, str],
    mistake: UserError | None = None,
    ended: UUID | None = None,
) -> Page:
    goods = await book.goods(ask, product)
    fields = mistake.fields if mistake else {}
    rows = await book.references_of(ask, goods.id, ended)
    gone = next((row for row in rows if row.uuid == ended and row.ended_at), None)
    return Page(
        "analogues/product.html",
        {
            "goods": goods,
            "rows": [row for row in rows if row.ended_at is None],
            "gone": gone,
            "kinds": KINDS,
            "editor": ask.actor.may(EDIT),
            "typed": {**dict.fromkeys(FIELDS, ""), "both_ways": "", **typed},
            "mistakes": {name: reason.text(ask.locale) for name, reason in fields.items()},
            "refusal": mistake.reason.text(ask.locale) if mistake and not fields else "",
        },
        status=mistake.status if mistake else 200,
    )


async def _values(ask: Ask, form: Form, product: int) -> dict[str, Any]:
    """What was typed, as a row of the table. Raises `UserError` with every mistake."""
    reading = form.reading()
    kind = reading.choice("kind", KINDS)
    number, brand = reading.text("number"), reading.text("brand")
    both_ways, note = bool(reading.text("both_ways")), reading.text("note_ru")
    other = await _other(ask, reading, product)
    if not other and not article_key(number) and "analogue" not in reading.mistakes:
        reading.refuse("analogue", _ONE_OF_TWO)
    elif other and number:
        reading.refuse("number", _ONE_OF_TWO)
    if kind == SubstituteKind.LIMITED and not note:
        reading.refuse("note_ru", _NO_LIMIT)
    if both_ways and (other is None or kind in (SubstituteKind.UPGRADE, SubstituteKind.CHEAPER)):
        reading.refuse("kind", _ONE_WAY)
    since, until = reading.day("since"), reading.day("until")
    if since and until and since > until:
        reading.refuse("until", _NO_DAYS)
    sure = reading.decimal("confidence")
    if not 1 <= sure <= HUNDRED:
        reading.refuse("confidence", _NOT_SURE)
    reading.done()
    return {
        "other": other,
        "brand": brand,
        "number": number,
        "number_key": article_key(number),
        "branded_key": article_key(f"{brand}{number}") if brand and number else "",
        "kind": kind,
        "both_ways": both_ways,
        "since": since,
        "until": until,
        "note_ru": note,
        "note_en": reading.text("note_en"),
        "confidence": sure / HUNDRED,
        "source": reading.text("source"),
    }


async def _other(ask: Ask, reading: FormReading, product: int) -> int | None:
    """The one product that the field names; None where it is empty or wrong."""
    typed = reading.text("analogue")
    if not typed:
        return None
    found = await book.goods_by_key(ask, article_key(typed))
    if not found:
        reading.refuse("analogue", _UNKNOWN)
    elif len(found) > 1:
        reading.refuse("analogue", _SEVERAL)
    elif found[0].id == product:
        reading.refuse("analogue", _ITSELF)
    else:
        return found[0].id
    return None


_ADDED = Reason("analogues.added", "Ссылка добавлена", "The reference is added")
_RESUMED = Reason("analogues.resumed", "Ссылка возвращена", "The reference is back")
_ONE_OF_TWO = Reason(
    "analogues.one_of_two",
    "Укажите аналог или номер другого бренда, что-то одно",
    "Give an analogue or a number of another brand, one of the two",
)
_NO_LIMIT = Reason("analogues.no_limit", "Напишите, в чём ограничение", "Say what the limit is")
_ONE_WAY = Reason(
    "analogues.one_way",
    "В обе стороны бывают только полный аналог и аналог с ограничением",
    "Only a full analogue and one with a limit go both ways",
)
_NO_DAYS = Reason("analogues.no_days", "Не раньше начала", "Not before the beginning")
_NOT_SURE = Reason("analogues.not_sure", "От 1 до 100", "From 1 to 100")
_UNKNOWN = Reason("analogues.unknown", "Такого артикула нет", "There is no such article")
_SEVERAL = Reason(
    "analogues.several", "Артикул есть у нескольких товаров", "Several products have the article"
)
_ITSELF = Reason("analogues.itself", "Это сам товар", "This is the product itself")
