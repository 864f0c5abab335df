"""Payments of an order over the JSON API."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from fondaco.hooks.context import AskContext
from fondaco.orders.payments.charges import part_of, press
from fondaco.orders.payments.otherwise import pay_otherwise, ways_of
from fondaco.orders.payments.page_model import payments_model
from fondaco.orders.service import Orders
from fondaco.web.api import ERRORS, AskDependency


class PaymentEntryOut(Struct):
    """Money that came (above 0) or went back, at a moment in UTC, as `source` told of it.

    `struck`: it was counted by mistake, and an entry of the kind "struck" takes it off.
    """

    at: datetime
    kind: str
    amount: Decimal
    source: str
    struck: bool


class PaymentDetailOut(Struct):
    """A part of an order's total with its journal; money in the order's currency.

    `payable`: an address to pay at may be asked for.
    """

    id: UUID
    way: str
    amount: Decimal
    received: Decimal
    before: bool
    payable: bool
    entries: list[PaymentEntryOut]


class PaymentsOut(Struct):
    """All parts of an order."""

    payments: list[PaymentDetailOut]


class PayOut(Struct):
    """Where a person pays: a page of the acquirer; "" where it turned out to be paid already."""

    url: str


class OtherWayOut(Struct):
    """Another way to pay a part of an order, in the caller's language; `before`: before the goods
    leave. `refusal` says why it cannot pay this part, "" where it can.
    """

    way: str
    title: str
    note: str
    before: bool
    refusal: str


class OtherWay(Struct, forbid_unknown_fields=True):
    """The `way` that is chosen."""

    way: str


@get(
    "/orders/{uuid:uuid}/payments",
    responses=ERRORS,
    policy="order.view",
    summary="The payments of an order",
)
async def list_payments(ask: AskDependency, uuid: FromPath[UUID]) -> PaymentsOut:
    """404 also for another company's."""
    return await _payments(ask, uuid)


async def _payments(ask: AskContext, uuid: UUID) -> PaymentsOut:
    detail = await Orders(ask).detail(uuid, ask.scope)
    model = await payments_model(ask, detail.order)
    return PaymentsOut(
        [
            PaymentDetailOut(
                row.part.uuid,
                row.part.way,
                row.part.amount,
                row.part.received,
                row.part.before,
                row.may_pay,
                [PaymentEntryOut(e.at, e.kind, e.amount, e.source, e.struck) for e in row.entries],
            )
            for row in model.rows
        ]
    )


@post(
    "/orders/{uuid:uuid}/payments/{payment:uuid}/pay",
    responses=ERRORS,
    policy="order.place",
    summary="An address to pay at",
    status_code=200,
)
async def pay(ask: AskDependency, uuid: FromPath[UUID], payment: FromPath[UUID]) -> PayOut:
    """Again: the same address, while the attempt lives.

    409 where nothing is open, 503 while the acquirer does not answer.
    """
    detail = await Orders(ask).detail(uuid, ask.scope)
    return PayOut(await press(ask, detail, payment))


@get(
    "/orders/{uuid:uuid}/payments/{payment:uuid}/otherwise",
    responses=ERRORS,
    policy="order.place",
    summary="Other ways to pay a part of an order",
)
async def list_other_ways(
    ask: AskDependency, uuid: FromPath[UUID], payment: FromPath[UUID]
) -> list[OtherWayOut]:
    """Those that are offered today. 409 where the part cannot be paid otherwise any more."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    part_of(detail, payment)
    async with ask.act() as act:
        ways = await ways_of(act, detail.order.id, payment)
    return [
        OtherWayOut(
            way.option.code,
            way.option.title.text(ask.locale),
            way.option.note.text(ask.locale) if way.option.note else "",
            way.option.before,
            way.refusal.text(ask.locale) if way.refusal else "",
        )
        for way in ways
    ]


@post(
    "/orders/{uuid:uuid}/payments/{payment:uuid}/otherwise",
    responses=ERRORS,
    policy="order.place",
    summary="Pay a part of an order in another way",
    status_code=200,
)
async def choose_other_way(
    ask: AskDependency, uuid: FromPath[UUID], payment: FromPath[UUID], data: JSONBody[OtherWay]
) -> PaymentsOut:
    """The payments as they are then; the same way again: nothing happens.

    409 where money has come for the part or is on its way, where the order is too far, or where
    what the way needs cannot be taken. 422 for a way that cannot pay it.
    """
    detail = await Orders(ask).detail(uuid, ask.scope)
    part_of(detail, payment)
    async with ask.act() as act:
        await pay_otherwise(act, detail.order.id, payment, data.way)
    return await _payments(ask, uuid)
