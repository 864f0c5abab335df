"""Paying a part of an order otherwise: the ways that could, and those that could not, and why."""

from uuid import UUID

from fondaco.hooks.context import AskContext
from fondaco.orders.pages import PLACE, show_order
from fondaco.orders.payments.charges import part_of
from fondaco.orders.payments.otherwise import pay_otherwise, ways_of
from fondaco.orders.service import Orders
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect


@route("GET", "/orders/{uuid:uuid}/payments/{payment:uuid}/otherwise", policy=PLACE)
async def otherwise_page(ask: AskContext, uuid: UUID, payment: UUID) -> Page:
    """The ways to pay this part."""
    return await _page(ask, uuid, payment, None)


@route("POST", "/orders/{uuid:uuid}/payments/{payment:uuid}/otherwise", policy=PLACE)
async def choose_otherwise(
    ask: AskContext, uuid: UUID, payment: UUID, form: Form
) -> Page | Redirect:
    """Pay it so from now on, or show why that cannot be."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    part_of(detail, payment)
    try:
        async with ask.act() as act:
            await pay_otherwise(act, detail.order.id, payment, form.text("way"))
    except NotFound:
        raise
    except UserError as mistake:
        return await _page(ask, uuid, payment, mistake)
    return Redirect(f"/orders/{uuid}#payments", notice=_CHANGED)


async def _page(ask: AskContext, uuid: UUID, payment: UUID, mistake: UserError | None) -> Page:
    """The choice, or the order where there is none any more."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    part = part_of(detail, payment)
    try:
        async with ask.act() as act:
            ways = await ways_of(act, detail.order.id, payment)
    except NotFound:
        raise
    except UserError as late:
        return await show_order(ask, uuid, refused=mistake or late)
    context = {
        "order": detail.order,
        "part": part,
        "ways": ways,
        "able": any(way.refusal is None for way in ways),
        "refused": mistake,
    }
    return Page("orders/otherwise.html", context, mistake.status if mistake else 200)


_CHANGED = Reason(
    "payment.otherwise_done",
    "Способ оплаты изменён",
    "The way to pay is changed",
)
