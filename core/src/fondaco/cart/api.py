"""The cart over the JSON API: the same service as the page."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from fondaco.assortments.sight import sight_of
from fondaco.cart.by_article import products_meant, why_not
from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.reading import CartView
from fondaco.cart.service import CartItem, Carts
from fondaco.catalog.queries import ON_SALE_BY_UUIDS
from fondaco.hooks.context import AskContext
from fondaco.web.api import ERRORS, AskDependency
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.cart import CartWay, LineSource, PricedCartLine
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason


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


class PartOut(Struct, forbid_unknown_fields=True):
    """A part of a line: from which warehouse, how much, ready on which day."""

    place: str
    quantity: Decimal
    promised: date


class ShareOut(Struct, forbid_unknown_fields=True):
    """What a part of the order gets of a line. `promised` is null where some of it is missing.

    `part` tells it from others: the id of an outlet, or of a delivery, or the day on which it is
    ready. `outlet` is null for what is not shared out over outlets; `outlet_name` names where it
    goes, and is "" for what goes where the order says.
    """

    part: str
    outlet: UUID | None
    outlet_name: str
    quantity: Decimal
    total: Decimal | None
    order_discount: Decimal
    promised: date | None


class LineOut(Struct, forbid_unknown_fields=True):
    """A line; money in the cart's currency with VAT, null where the customer has no price.

    `total` is unit_price x quantity less `order_discount`, its share of what the order takes off.
    In a cart that is sent in parts these are the sums over its `shares`, each rounded, and over
    what is in no part yet. `promised` is the day on which all of it is ready, null
    where some of it is missing.
    """

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
    order_discount: Decimal
    parts: list[PartOut]
    missing: Decimal
    promised: date | None
    source: str
    shares: list[ShareOut]


class VerdictOut(Struct):
    """What speaks against ordering; `line` is a line's id, or null for the whole cart."""

    severity: str
    code: str
    text: str
    line: UUID | None
    quantities: list[Decimal]


class CartOut(Struct):
    """The cart. `fingerprint` goes into the order, which is refused if anything has changed.

    `way`: how it is sent; "outlets" and "deliveries" are also the order's `delivery` then.
    `by_outlets`: the same as `way` "outlets".
    """

    currency: str
    lines: list[LineOut]
    total: Decimal
    vat_total: Decimal
    verdicts: list[VerdictOut]
    fingerprint: str
    by_outlets: bool
    way: CartWay


@get(
    "/cart", responses=ERRORS, policy="order.place", summary="The cart with prices, stock and dates"
)
async def read_cart(ask: AskDependency) -> CartOut:
    """The acting person's cart, priced now."""
    return cart_out(ask, await Carts(ask).view())


@post("/cart/lines", responses=ERRORS, policy="order.place", summary="Put lines into the cart")
async def add_lines(ask: AskDependency, data: JSONBody[LinesInput]) -> CartOut:
    """All lines go in, or none: an unknown article is named in `errors` by its position."""
    products = await meant_products(ask, data.lines)
    items = [
        CartItem(product, line.quantity, LineSource.API)
        for product, line in zip(products, data.lines, strict=True)
    ]
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
        lines=[_line_out(line, view.cart.way) for line in view.cart.lines],
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
        by_outlets=view.cart.by_outlets,
        way=view.cart.way,
    )


def _line_out(line: PricedCartLine, way: CartWay) -> LineOut:
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
        order_discount=line.price.order_discount,
        parts=[PartOut(p.place_name, p.quantity, p.promised) for p in line.supply.parts],
        missing=line.supply.missing,
        promised=line.promised,
        source=line.source.value,
        shares=[
            ShareOut(
                share.part.key,
                UUID(share.part.key) if way is CartWay.OUTLETS else None,
                share.part.name,
                share.quantity,
                share.price.total,
                share.price.order_discount,
                share.promised,
            )
            for share in line.shares
        ],
    )


async def meant_products(ask: AskContext, lines: Sequence[LineInput]) -> list[ProductId]:
    """The products meant by the lines. Raises `UserError` naming every line that means none."""
    uuids = [line.product for line in lines if line.product is not None]
    sight = await sight_of(ask)
    wanted = {"uuids": uuids, **sight.parameters}
    rows = await ask.fetch(ON_SALE_BY_UUIDS, wanted) if uuids else ()
    known = {row.uuid: ProductId(row.id) for row in rows}
    articles = list(dict.fromkeys(line.article for line in lines if line.product is None))
    meant = dict(zip(articles, await products_meant(ask, articles), strict=True))
    products, wrong = [], {}
    for place, line in enumerate(lines):
        found = _meant(line, known, meant)
        if isinstance(found, Reason):
            wrong[f"lines[{place}]"] = found
        else:
            products.append(found)
    if wrong:
        raise UserError(
            Reason("cart.lines", "Не все строки распознаны", "Not every line is understood"), wrong
        )
    return products


def _meant(
    line: LineInput,
    known: Mapping[UUID, ProductId],
    by_article: Mapping[str, Sequence[Product]],
) -> ProductId | Reason:
    """The product that a line means, or why none."""
    if line.product is not None:
        return known.get(line.product) or Reason(
            "line.unknown",
            f"Товара «{line.product}» нет в продаже",
            f"There is no product “{line.product}” on sale",
        )
    meant = by_article[line.article]
    if problem := why_not(line.article, meant):
        return problem
    if len(meant) == 1:
        return meant[0].id
    return Reason(
        "line.several",
        f"Артикул «{line.article}» означает несколько товаров",
        f"The article “{line.article}” means several products",
    )
