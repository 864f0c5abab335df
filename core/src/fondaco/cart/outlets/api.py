"""Sharing the cart out over outlets by the JSON API: the same service as the page."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from litestar import delete, get, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from fondaco.cart.api import CartOut, cart_out
from fondaco.cart.dealing import Cell
from fondaco.cart.outlets.service import Sharing
from fondaco.cart.service import Carts
from fondaco.customers.outlets import choosable_outlets
from fondaco.web.api import ERRORS, AskDependency


class OutletOut(Struct):
    """An outlet for which the acting person may order."""

    id: UUID
    name: str
    address: str


class ShareInput(Struct, forbid_unknown_fields=True):
    """How much of a line of the cart an outlet gets, in base units; zero: nothing."""

    line: UUID
    outlet: UUID
    quantity: Annotated[Decimal, Meta(description="In base units, at most three decimals")]


class SharesInput(Struct, forbid_unknown_fields=True):
    """Up to 50,000 shares; either all are taken or none."""

    shares: Annotated[list[ShareInput], Meta(max_length=50_000)]


@get("/outlets", responses=ERRORS, policy="order.place", summary="Outlets that one may order for")
async def list_outlets(ask: AskDependency) -> list[OutletOut]:
    """Those of the acting company, by name; for a person bound to some, those."""
    return [OutletOut(o.uuid, o.name, o.address) for o in await choosable_outlets(ask)]


@post(
    "/cart/shares",
    responses=ERRORS,
    policy="order.place",
    summary="Share the cart out over outlets",
    status_code=200,
)
async def put_shares(ask: AskDependency, data: JSONBody[SharesInput]) -> CartOut:
    """Other shares stay as they are; a line grows where its outlets want more of it."""
    async with ask.act() as act:
        sharing = Sharing(act)
        await sharing.begin()
        await sharing.put([Cell(one.line, one.outlet, one.quantity) for one in data.shares])
    return cart_out(ask, await Carts(ask).view())


@delete(
    "/cart/shares", responses=ERRORS, policy="order.place", summary="Order for one address again"
)
async def end_shares(ask: AskDependency) -> None:
    """The shares are kept, and count again once something is shared out."""
    async with ask.act() as act:
        await Sharing(act).end()
