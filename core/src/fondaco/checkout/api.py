"""Placing an order over the JSON API, under an `Idempotency-Key`."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, JSONBody
from msgspec import Struct

from fondaco.cart.api import LineOut
from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.reading import CartView
from fondaco.checkout.differences import DifferenceKind, ShownLine, differences
from fondaco.checkout.request import CheckoutRequest
from fondaco.checkout.service import Changed, Checkout
from fondaco.orders.service import Orders
from fondaco.web.api import ERRORS, AskDependency, DetailedConflict, Problem
from fondaco_sdk.types.order import OrderState


class OrderInput(CheckoutRequest, frozen=True):
    """What is ordered and how. `shown` is the `fingerprint` of the cart that was decided on.

    `lines` are that cart's lines, sent back as they were read. They decide nothing: where the cart
    is another one by now, the answer says line by line what differs from them.
    """

    lines: Sequence[LineOut] = ()


class Placed(Struct):
    """The new order: its id for the API and its number for people.

    `state` is "placed", or "awaiting_approval" where it goes beyond a monthly limit.
    """

    id: UUID
    number: str
    state: OrderState


class DifferenceOut(Struct):
    """How a line of the cart differs from the one sent: `was` and `now` are decimals (`promised`:
    dates), null where there was, or is, nothing. `outlet` names whose share differs, or is "".
    """

    line: UUID
    sku: str
    kind: DifferenceKind
    was: str | None
    now: str | None
    outlet: str = ""


class ChangedProblem(Problem):
    """The cart is no longer the one that was sent; nothing was ordered, and the key is free.

    `differences` are in the order of the cart, empty where no `lines` were sent. `fingerprint`,
    `total` and `currency` are those of the cart as it is: to accept everything, send the order
    again with this `shown`.
    """

    differences: Sequence[DifferenceOut] = ()
    fingerprint: str = ""
    total: Decimal = Decimal(0)
    currency: str = ""


_ANSWERS = {
    **ERRORS,
    409: ResponseSpec(
        ChangedProblem,
        description="The cart has changed: `differences` says how. Or the key is in flight (see"
        " Retry-After), or the order goes beyond a limit; those have only a problem's own members",
        generate_examples=False,
    ),
}


@post("/orders", responses=_ANSWERS, policy="order.place", summary="Order what is in the cart")
async def place_order(
    ask: AskDependency,
    data: JSONBody[OrderInput],
    key: Annotated[
        str,
        HeaderParameter(
            name="Idempotency-Key",
            min_length=8,
            max_length=200,
            description="The same key is the same order, however often it is sent",
        ),
    ],
) -> Placed:
    """409 if the cart is no longer what `shown` stands for, with what differs from `lines`.

    A line that is not accepted is changed or taken out at `/cart/lines/{line}`; the cart that
    answers has the next `fingerprint`. What is left as it is, is accepted.
    """
    try:
        order_id = await Checkout(ask).place(_decided(data), key)
    except Changed as changed:
        found = _details(data.lines, changed.view)
        raise DetailedConflict(changed.reason, found) from changed
    order = (await Orders(ask).orders([order_id], ask.scope))[order_id]
    return Placed(order.uuid, order.number, order.state)


def _decided(data: OrderInput) -> CheckoutRequest:
    """What the key stands for: the same order, whatever it was compared with."""
    fields = CheckoutRequest.__struct_fields__
    return CheckoutRequest(**{name: getattr(data, name) for name in fields})


def _details(lines: Sequence[LineOut], view: CartView) -> dict[str, Any]:
    found = differences([_shown(line) for line in lines], view.cart) if lines else ()
    return {
        "differences": msgspec.to_builtins(found),
        "fingerprint": fingerprint(view.cart),
        "total": str(view.cart.quote.total),
        "currency": view.cart.quote.currency,
    }


def _shown(line: LineOut) -> ShownLine:
    return ShownLine(
        line.id,
        line.sku,
        line.quantity,
        line.unit_price,
        line.quantity - line.missing,
        line.promised,
        line.order_discount,
        {share.outlet_name: share.quantity for share in line.shares if share.outlet_name},
    )
