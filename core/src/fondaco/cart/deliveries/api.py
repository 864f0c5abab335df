"""How the cart is sent, by the JSON API: the same service as the pages."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from litestar import delete, get, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from fondaco.cart.api import CartOut, cart_out
from fondaco.cart.deliveries.rules import MOST, DeliveryData
from fondaco.cart.deliveries.service import Deliveries
from fondaco.cart.deliveries.stored import stored_deliveries
from fondaco.cart.service import Carts
from fondaco.cart.targets import read_targets
from fondaco.web.api import ERRORS, AskDependency
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.cart import CartWay
from fondaco_sdk.types.reason import Reason


class WholeWay(StrEnum):
    """The ways for a cart that goes to one target."""

    TOGETHER = "together"
    AS_READY = "as_ready"


class WayInput(Struct, forbid_unknown_fields=True):
    """All together when the last line is ready, or each day what is ready by then."""

    way: WholeWay


class TargetOut(Struct):
    """Where goods may go: `target` is the name to send back, "outlet:" or "place:" and an id."""

    target: str
    title: str
    address: str
    pickup: bool


class LineShare(Struct, forbid_unknown_fields=True):
    """How much of a line of the cart a delivery gets, in base units, above zero."""

    line: UUID
    quantity: Annotated[Decimal, Meta(description="In base units, at most three decimals")]


class DeliveryInput(Struct, forbid_unknown_fields=True):
    """A delivery: where to, from which day on (null: as soon as it is ready), and what of it.

    The first delivery gets what no other does; its `shares` have to be empty.
    """

    target: Annotated[str, Meta(max_length=60)]
    wanted_on: date | None = None
    shares: Annotated[list[LineShare], Meta(max_length=5000)] = []


class DeliveriesInput(Struct, forbid_unknown_fields=True):
    """All deliveries of the cart; they take the place of those that are there."""

    deliveries: Annotated[list[DeliveryInput], Meta(min_length=1, max_length=MOST)]


class DeliveryOut(Struct):
    """A delivery; `id` is the `part` of the shares in the cart's lines."""

    id: UUID
    target: str
    name: str
    address: str
    wanted_on: date | None


@get("/targets", responses=ERRORS, policy="order.place", summary="Where goods may go")
async def list_targets(ask: AskDependency) -> list[TargetOut]:
    """Outlets that one may order for, the last one used first, then warehouses for pickup."""
    targets = (await read_targets(ask)).all
    return [TargetOut(one.value, one.title, one.address, one.pickup) for one in targets]


@post(
    "/cart/way",
    responses=ERRORS,
    policy="order.place",
    summary="Send the cart together or as it gets ready",
    status_code=200,
)
async def set_way(ask: AskDependency, data: JSONBody[WayInput]) -> CartOut:
    """In a cart sent as it gets ready, the `part` of a share is the day on which it is ready."""
    async with ask.act() as act:
        await Carts(act).send(act, CartWay(data.way.value))
    return cart_out(ask, await Carts(ask).view())


@get("/cart/deliveries", responses=ERRORS, policy="order.place", summary="Deliveries of the cart")
async def list_deliveries(ask: AskDependency) -> list[DeliveryOut]:
    """In their order; kept also while the cart is sent another way."""
    return [
        DeliveryOut(one.uuid, one.value, one.name, one.address, one.wanted_on)
        for one in await stored_deliveries(ask)
    ]


@post(
    "/cart/deliveries",
    responses=ERRORS,
    policy="order.place",
    summary="Deal the cart out over deliveries",
    status_code=200,
)
async def put_deliveries(ask: AskDependency, data: JSONBody[DeliveriesInput]) -> CartOut:
    """All of them or none: what is wrong stands in `errors`, by the place in `deliveries`."""
    if data.deliveries[0].shares:
        raise UserError(_FIRST, {"deliveries[0].shares": _FIRST})
    wanted = [
        DeliveryData(
            one.target, one.wanted_on, {share.line: share.quantity for share in one.shares}
        )
        for one in data.deliveries
    ]
    async with ask.act() as act:
        await Deliveries(act).replace(wanted)
    return cart_out(ask, await Carts(ask).view())


@delete(
    "/cart/deliveries", responses=ERRORS, policy="order.place", summary="Send it together again"
)
async def end_deliveries(ask: AskDependency) -> None:
    """The deliveries are kept for whoever wants them back."""
    async with ask.act() as act:
        await Deliveries(act).end()


_FIRST = Reason(
    "delivery.first",
    "Первая поставка получает то, чего нет в остальных: количества в ней не указывают",
    "The first delivery gets what is in no other: it has no quantities of its own",
)
