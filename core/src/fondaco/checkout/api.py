"""Placing an order over the JSON API, under an `Idempotency-Key`."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, JSONBody, QueryParameter
from msgspec import Struct

from fondaco.cart.api import LineOut
from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.reading import CartView
from fondaco.cart.service import Carts
from fondaco.checkout.deliveries import Deliveries, offered, offered_where_chosen
from fondaco.checkout.differences import DifferenceKind, ShownLine, differences
from fondaco.checkout.request import CheckoutRequest
from fondaco.checkout.service import Changed, Checkout
from fondaco.hooks.context import AskContext
from fondaco.web.api import ERRORS, AskDependency, DetailedConflict, Problem
from fondaco_sdk.types.money import is_figure
from fondaco_sdk.types.order import OrderState


class OrderInput(CheckoutRequest, frozen=True):
    """What is ordered and how. `shown` is the `fingerprint` of the cart that was decided on.

    `lines` are that cart's lines, sent back as they were read. They decide nothing: where the cart
    is another one by now, the answer says line by line what differs from them.
    """

    lines: Sequence[LineOut] = ()


class OfferOut(Struct):
    """A way to bring a part: `price` is in the cart's currency, VAT of the code `vat` included.

    The goods arrive between the two days. One that is `refused` cannot be chosen, for the reason
    given; of one that is `stale` the carrier does not answer now, and the price is its last one.
    With `to_point` a pickup point of the `carrier` has to be named, of one of the `kinds`
    ("counter", "locker", "terminal"; none: of any).
    """

    offer: str
    title: str
    price: Decimal
    vat: str
    arrives_from: date | None
    arrives_until: date | None
    carrier: str
    to_point: bool
    stale: bool
    refused: str
    kinds: Sequence[str] = ()


class PartOffersOut(Struct):
    """A part of the order that is brought, and how it can be: the cheapest first.

    Without an offer that can be chosen nothing is to be chosen: it is brought as ever, and the
    manager says what that costs.
    """

    part: str
    address: str
    offers: list[OfferOut]


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
    `total` and `currency` are those of the cart as it is, and `deliveries` what is offered to bring
    it now: to accept everything, send the order again with this `shown` and a choice of these.
    """

    differences: Sequence[DifferenceOut] = ()
    deliveries: Sequence[PartOffersOut] = ()
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


@get(
    "/checkout/deliveries",
    responses=ERRORS,
    policy="order.place",
    summary="How what is in the cart can be brought, and for how much",
)
async def list_deliveries(
    ask: AskDependency,
    delivery: Annotated[
        Literal["address", "outlets", "deliveries"],
        QueryParameter(description="As in an order"),
    ] = "address",
    outlet: Annotated[UUID | None, QueryParameter(description="For “address”")] = None,
) -> list[PartOffersOut]:
    """One entry for each part that is brought; none where all of it is fetched.

    404 for an outlet that one may not order for.
    """
    wanted = CheckoutRequest(shown="", delivery=delivery, outlet=outlet)
    view = await Carts(ask).view()
    return _offers_out(ask, await offered(ask, wanted, view.cart)) if view.cart.lines else []


def _offers_out(ask: AskContext, deliveries: Deliveries) -> list[PartOffersOut]:
    return [
        PartOffersOut(
            part.part,
            part.address,
            [
                OfferOut(
                    one.code,
                    one.title.text(ask.locale),
                    one.price,
                    one.vat,
                    one.arrives_from,
                    one.arrives_until,
                    one.carrier,
                    one.to_point,
                    one.stale,
                    one.refusal.text(ask.locale) if one.refusal else "",
                    [kind.value for kind in one.kinds],
                )
                for one in part.offers
            ],
        )
        for part in deliveries.parts
    ]


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
        order = await Checkout(ask).place(_decided(data), key)
    except Changed as changed:
        found = await _details(ask, data, changed.view)
        raise DetailedConflict(changed.reason, found) from changed
    return Placed(order.uuid, order.number, order.state)


def _decided(data: OrderInput) -> CheckoutRequest:
    """What the key stands for: the same order, whatever it was compared with."""
    fields = CheckoutRequest.__struct_fields__
    return CheckoutRequest(**{name: getattr(data, name) for name in fields})


async def _details(ask: AskContext, data: OrderInput, view: CartView) -> dict[str, Any]:
    lines = [_shown(line) for line in data.lines if is_figure(line.quantity)]
    comparable = [line for line in lines if line.reckonable]
    found = differences(comparable, view.cart) if comparable else ()
    deliveries = await offered_where_chosen(ask, data, view.cart)
    return {
        "differences": msgspec.to_builtins(found),
        "deliveries": msgspec.to_builtins(_offers_out(ask, deliveries)),
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
        line.quantity - line.missing if is_figure(line.missing) else line.quantity,
        line.promised,
        line.order_discount,
        {share.outlet_name: share.quantity for share in line.shares if share.outlet_name},
    )
