"""Placing an order over the JSON API, under an `Idempotency-Key`."""

from typing import Annotated
from uuid import UUID

from litestar import post
from litestar.params import HeaderParameter, JSONBody
from msgspec import Struct

from fondaco.checkout.service import Checkout, CheckoutRequest
from fondaco.orders.service import Orders
from fondaco.web.api import ERRORS, AskDependency
from fondaco_sdk.types.order import OrderState


class Placed(Struct):
    """The new order: its id for the API and its number for people.

    `state` is "placed", or "awaiting_approval" where it goes beyond a monthly limit.
    """

    id: UUID
    number: str
    state: OrderState


@post("/orders", responses=ERRORS, policy="order.place", summary="Order what is in the cart")
async def place_order(
    ask: AskDependency,
    data: JSONBody[CheckoutRequest],
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
    """409 if the cart is no longer what `shown` stands for: read the cart and decide again."""
    order_id = await Checkout(ask).place(data, key)
    order = (await Orders(ask).orders([order_id], ask.scope))[order_id]
    return Placed(order.uuid, order.number, order.state)
