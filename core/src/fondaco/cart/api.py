"""The cart over the JSON API: the same service as the page."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct
from sqlalchemy import ARRAY, Select, any_, bindparam, select
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.service import CartItem, Carts, CartView
from fondaco.catalog.tables import product
from fondaco.hooks.context import AskContext
from fondaco.web.api import ERRORS, AskDependency
from fondaco_sdk.errors import UserError
from fondaco_sdk.hooks.catalog import match_articles
from fondaco_sdk.types.cart import LineSource, PricedCartLine
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.match import ArticleRow
from fondaco_sdk.types.reason import Reason

BY_UUIDS: Select[tuple[UUID, int]] = select(product.c.uuid, product.c.id).where(
    product.c.uuid == any_(bindparam("uuids", type_=ARRAY(PG_UUID(as_uuid=True))))
)


class LineInput(Struct, forbid_unknown_fields=True):
    """What to put into the cart: a product by its id, or by an article that means one product."""

    quantity: Annotated[
        Decimal, Meta(description="Above zero, in base units, at most three decimals")
    ]
    product: UUID | None = None
    article: Annotated[str, Meta(max_length=200)] = ""


class LinesInput(Struct, forbid_unknown_fields=True):
    """Up to 5,000 lines; either all go in or none."""

    lines: Annotated[list[LineInput], Meta(min_length=1, max_length=5000)]


class QuantityInput(Struct, forbid_unknown_fields=True):
    """A new quantity, in base units."""

    quantity: Annotated[Decimal, Meta(description="Above zero, in base units")]


class PartOut(Struct):
    """A part of a line: from which warehouse, how much, ready on which day."""

    place: str
    quantity: Decimal
    promised: date


class LineOut(Struct):
    """A line; money in the cart's currency with VAT, null where the customer has no price."""

    id: UUID
    product: UUID
    sku: str
    name: str
    unit: str
    quantity: Decimal
    unit_price: Decimal | None
    list_price: Decimal | None
    total: Decimal | None
    vat: str
    vat_amount: Decimal
    parts: list[PartOut]
    missing: Decimal
    source: str


class VerdictOut(Struct):
    """What speaks against ordering; `line` is a line's id, or null for the whole cart."""

    severity: str
    code: str
    text: str
    line: UUID | None
    quantities: list[Decimal]


class CartOut(Struct):
    """The cart. `fingerprint` goes into the order, which is refused if anything has changed."""

    currency: str
    lines: list[LineOut]
    total: Decimal
    vat_total: Decimal
    verdicts: list[VerdictOut]
    fingerprint: str


@get(
    "/cart", responses=ERRORS, policy="order.place", summary="The cart with prices, stock and dates"
)
async def read_cart(ask: AskDependency) -> CartOut:
    """The acting person's cart, priced now."""
    return cart_out(ask, await Carts(ask).view())


@post("/cart/lines", responses=ERRORS, policy="order.place", summary="Put lines into the cart")
async def add_lines(ask: AskDependency, data: JSONBody[LinesInput]) -> CartOut:
    """All lines go in, or none: an unknown article is named in `errors` by its position."""
    items = await _items(ask, data.lines)
    async with ask.act() as act:
        await Carts(act).add(act, items)
    return cart_out(ask, await Carts(ask).view())


@post(
    "/cart/lines/{line:uuid}",
    responses=ERRORS,
    policy="order.place",
    summary="Change a quantity",
    status_code=200,
)
async def set_line(
    ask: AskDependency, line: FromPath[UUID], data: JSONBody[QuantityInput]
) -> CartOut:
    """The quantity of one line."""
    async with ask.act() as act:
        await Carts(act).set_quantity(act, line, data.quantity)
    return cart_out(ask, await Carts(ask).view())


@delete(
    "/cart/lines/{line:uuid}", responses=ERRORS, policy="order.place", summary="Take a line out"
)
async def remove_line(ask: AskDependency, line: FromPath[UUID]) -> None:
    """One line."""
    async with ask.act() as act:
        await Carts(act).remove(act, [line])


def cart_out(ask: AskContext, view: CartView) -> CartOut:
    """A view of the cart as the API shows it."""
    uuid_of = {line.line: line.uuid for line in view.cart.lines}
    return CartOut(
        currency=view.cart.quote.currency,
        lines=[_line_out(line) for line in view.cart.lines],
        total=view.cart.quote.total,
        vat_total=view.cart.quote.vat_total,
        verdicts=[
            VerdictOut(
                verdict.severity,
                verdict.reason.code,
                verdict.reason.text(ask.locale),
                uuid_of.get(verdict.line) if verdict.line is not None else None,
                list(verdict.quantities),
            )
            for verdict in view.verdicts
        ],
        fingerprint=fingerprint(view.cart),
    )


def _line_out(line: PricedCartLine) -> LineOut:
    return LineOut(
        id=line.uuid,
        product=line.product.uuid,
        sku=line.product.sku,
        name=line.product.name,
        unit=line.product.unit.name,
        quantity=line.quantity,
        unit_price=line.price.unit_price,
        list_price=line.price.list_price,
        total=line.price.total,
        vat=line.price.vat,
        vat_amount=line.price.vat_amount,
        parts=[PartOut(p.place_name, p.quantity, p.promised) for p in line.supply.parts],
        missing=line.supply.missing,
        source=line.source.value,
    )


async def _items(ask: AskContext, lines: Sequence[LineInput]) -> list[CartItem]:
    """The products meant by the lines. Raises `UserError` naming every line that means none."""
    uuids = [line.product for line in lines if line.product is not None]
    known = {row[0]: row[1] for row in await ask.fetch(BY_UUIDS, {"uuids": uuids})}
    by_article = await _by_article(ask, lines)
    items, wrong = [], {}
    for place, line in enumerate(lines):
        found = {known[line.product]} if line.product in known else by_article.get(place, set())
        if len(found) == 1:
            items.append(CartItem(ProductId(found.pop()), line.quantity, LineSource.API))
        else:
            wrong[f"lines[{place}]"] = _several(line) if found else _unknown(line)
    if wrong:
        raise UserError(
            Reason("cart.lines", "Не все строки распознаны", "Not every line is understood"), wrong
        )
    return items


async def _by_article(ask: AskContext, lines: Sequence[LineInput]) -> dict[int, set[int]]:
    rows = [
        ArticleRow(place, line.article)
        for place, line in enumerate(lines)
        if line.product is None and line.article
    ]
    if not rows:
        return {}
    collected = await ask.hall.hooks.collect(match_articles, ask=ask, rows=rows)
    best: dict[int, tuple[int, set[int]]] = {}
    for _, match in collected.proposals:
        rank, found = best.get(match.row, (match.rank, set()))
        if match.rank < rank:
            rank, found = match.rank, set()
        if match.rank == rank:
            found.add(match.product_id)
        best[match.row] = (rank, found)
    return {row: found for row, (_, found) in best.items()}


def _unknown(line: LineInput) -> Reason:
    what = line.article or str(line.product or "")
    return Reason("line.unknown", f"Товар «{what}» не найден", f"There is no product “{what}”")


def _several(line: LineInput) -> Reason:
    return Reason(
        "line.several",
        f"Артикул «{line.article}» означает несколько товаров",
        f"The article “{line.article}” means several products",
    )
