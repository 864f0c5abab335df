"""Product lists over the JSON API: the same service as the pages."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from litestar import delete, get, post, put
from litestar.params import FromPath, HeaderParameter, JSONBody
from msgspec import Meta, Struct

from fondaco.cart.api import CartOut, LineInput, cart_out, meant_products
from fondaco.cart.service import Carts
from fondaco.lists.creating import create_once
from fondaco.lists.into_cart import put_into_cart
from fondaco.lists.marks import KEEP
from fondaco.lists.reading import ListLine, ReadList, read_list
from fondaco.lists.service import KeptList, ListItem, Lists
from fondaco.web.api import ERRORS, AskDependency


class ListOut(Struct):
    """A list. `sharing`: "own", or colleagues may "see" it or "change" it; `changed_at` is UTC.

    Of the favourites the name is empty.
    """

    id: UUID
    name: str
    favourites: bool
    sharing: str
    mine: bool
    may_change: bool
    owner: str
    lines: int
    changed_at: datetime


class ListLineOut(Struct):
    """A line; money in the list's currency with VAT, null where the customer has no price.

    `product` is null, and nothing else is said, where it is out of the customer's sight by now.
    `promised` is the day on which all of it is ready; `why_not` the code of what keeps it out of
    the cart, or null.
    """

    id: UUID
    product: UUID | None
    sku: str
    name: str
    quantity: Decimal
    unit_price: Decimal | None
    total: Decimal | None
    missing: Decimal | None
    promised: date | None
    why_not: str | None


class ListDetailOut(Struct):
    """A list with its lines in their order. `total` is of what can be ordered now."""

    head: ListOut
    currency: str
    total: Decimal
    lines: list[ListLineOut]


class ListInput(Struct, forbid_unknown_fields=True):
    """A name and who sees the list."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    sharing: Literal["own", "see", "change"] = "own"


class ListLinesInput(Struct, forbid_unknown_fields=True):
    """Up to 2,000 products; either all go in or none."""

    lines: Annotated[list[LineInput], Meta(min_length=1, max_length=2000)]


class PutInOut(Struct):
    """The cart after a list went in; `left_out` are the ids of the list's lines that did not."""

    cart: CartOut
    added: int
    left_out: list[UUID]


@get("/lists", responses=ERRORS, policy=KEEP, summary="Lists of products")
async def list_lists(ask: AskDependency) -> list[ListOut]:
    """One's own, then those of colleagues."""
    return [_list_out(one) for one in await Lists(ask).all()]


@post("/lists", responses=ERRORS, policy=KEEP, summary="Make a list")
async def create_list(
    ask: AskDependency,
    data: JSONBody[ListInput],
    key: Annotated[
        str,
        HeaderParameter(
            name="Idempotency-Key",
            min_length=8,
            max_length=200,
            description="The same key is the same list, however often it is sent",
        ),
    ],
) -> ListOut:
    """An empty list; at most 100 of a person. 409 where the list of the key has been removed."""
    async with ask.act() as act:
        uuid = await create_once(act, data.name, data.sharing, key)
    return _list_out(await Lists(ask).head(uuid))


@get("/lists/{uuid:uuid}", responses=ERRORS, policy=KEEP, summary="A list with prices and dates")
async def read_one_list(ask: AskDependency, uuid: FromPath[UUID]) -> ListDetailOut:
    """Priced and sourced now."""
    return _detail(await read_list(ask, await Lists(ask).head(uuid)))


@put("/lists/{uuid:uuid}", responses=ERRORS, policy=KEEP, summary="Rename or share a list")
async def change_list(
    ask: AskDependency, uuid: FromPath[UUID], data: JSONBody[ListInput]
) -> ListOut:
    """One's own; not the favourites."""
    async with ask.act() as act:
        await Lists(act).change(act, uuid, data.name, data.sharing)
    return _list_out(await Lists(ask).head(uuid))


@delete("/lists/{uuid:uuid}", responses=ERRORS, policy=KEEP, summary="Remove a list")
async def remove_list(ask: AskDependency, uuid: FromPath[UUID]) -> None:
    """One's own; not the favourites."""
    async with ask.act() as act:
        await Lists(act).remove(act, uuid)


@post("/lists/{uuid:uuid}/lines", responses=ERRORS, policy=KEEP, summary="Put products into a list")
async def add_list_lines(
    ask: AskDependency, uuid: FromPath[UUID], data: JSONBody[ListLinesInput]
) -> ListDetailOut:
    """What is there already takes the new quantity: the same call again changes nothing."""
    head = await Lists(ask).head(uuid)
    products = await meant_products(ask, data.lines)
    items = [
        ListItem(product, line.quantity) for product, line in zip(products, data.lines, strict=True)
    ]
    async with ask.act() as act:
        await Lists(act).add(act, uuid, items)
    return _detail(await read_list(ask, head))


@delete(
    "/lists/{uuid:uuid}/lines/{line:uuid}",
    responses=ERRORS,
    policy=KEEP,
    summary="Take a line out of a list",
)
async def remove_list_line(ask: AskDependency, uuid: FromPath[UUID], line: FromPath[UUID]) -> None:
    """One line."""
    async with ask.act() as act:
        await Lists(act).take_out(act, uuid, line)


@post(
    "/lists/{uuid:uuid}/cart",
    responses=ERRORS,
    policy="order.place",
    summary="Put a list into the cart",
)
async def list_into_cart(ask: AskDependency, uuid: FromPath[UUID]) -> PutInOut:
    """What can be had goes in; 409 where nothing can."""
    async with ask.act() as act:
        put_in = await put_into_cart(act, uuid)
    cart = cart_out(ask, await Carts(ask).view())
    return PutInOut(cart, put_in.added, [line.uuid for line in put_in.left_out])


def _list_out(one: KeptList) -> ListOut:
    return ListOut(
        one.uuid,
        one.name,
        one.favourites,
        one.sharing,
        one.mine,
        one.may_change,
        one.owner,
        one.lines,
        one.changed_at,
    )


def _detail(read: ReadList) -> ListDetailOut:
    lines = [_line(line) for line in read.lines]
    return ListDetailOut(_list_out(read.head), read.currency, read.total, lines)


def _line(line: ListLine) -> ListLineOut:
    product, price, supply = line.product, line.price, line.supply
    return ListLineOut(
        id=line.uuid,
        product=product.uuid if product else None,
        sku=product.sku if product else "",
        name=product.name if product else "",
        quantity=line.quantity,
        unit_price=price.unit_price if price else None,
        total=price.total if price else None,
        missing=supply.missing if supply else None,
        promised=supply.promised if supply else None,
        why_not=line.why_not.code if line.why_not else None,
    )
