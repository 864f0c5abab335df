"""The buyer pays: to the acquirer, back, and the state of it while it is not yet known."""

import logging
from typing import Any
from uuid import UUID

from litestar import Request

from fondaco.hooks.context import AskContext
from fondaco.orders.payments.charges import Charge, charges_of, look, part_of, press
from fondaco.orders.payments.page_model import payments_model
from fondaco.orders.service import Orders
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound, Unavailable, UserError
from fondaco_sdk.providers.payment import Declined
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Page, Redirect

log = logging.getLogger("fondaco.orders")

VIEW = "order.view"
PAY = "order.place"
# Several pages of one order that wait ask the acquirer no oftener than this.
LOOK_SECONDS = 2.0


@route("GET", "/orders/{uuid:uuid}/payments/{payment:uuid}/pay", policy=PAY)
async def pay_page(ask: AskContext, uuid: UUID, payment: UUID) -> Page | Redirect:
    """After the checkout: the order is placed, and this is left to pay."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    part = part_of(detail, payment)
    if not part.open:
        return Redirect(f"/orders/{uuid}")
    return Page("orders/pay.html", {"order": detail.order, "part": part, "url": ""})


@route("POST", "/orders/{uuid:uuid}/payments/{payment:uuid}/pay", policy=PAY)
async def pay(
    request: Request[Any, Any, Any], ask: AskContext, uuid: UUID, payment: UUID
) -> Page | Redirect:
    """To the acquirer. Pressed twice it is one charge, and the same address.

    Without a script the page has a link: our forms are not let out to other sites.
    """
    detail = await Orders(ask).detail(uuid, ask.scope)
    here = f"/orders/{uuid}"
    try:
        url = await press(ask, detail, payment)
    except NotFound:
        raise
    except UserError as refused:
        return Redirect(here, refused=refused.reason)
    except Unavailable as silent:
        log.warning("order %s: %s", detail.order.number, silent)
        return Redirect(here, refused=_SILENT)
    if not url:
        return Redirect(here)
    if is_htmx(request):
        return Redirect(url)
    part = part_of(detail, payment)
    return Page("orders/pay.html", {"order": detail.order, "part": part, "url": url})


@route("GET", "/orders/{uuid:uuid}/payments/{payment:uuid}/back", policy=VIEW)
async def back_page(ask: AskContext, uuid: UUID, payment: UUID) -> Redirect:
    """From the acquirer: ask it at once, and show the order as it is by then."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    part_of(detail, payment)
    charges = [c for c in await charges_of(ask, detail.order.id) if c.payment == payment]
    await _look_at(ask, [charge for charge in charges if charge.watched])
    return Redirect(f"/orders/{uuid}#payments")


@route("GET", "/orders/{uuid:uuid}/payments", policy=VIEW)
async def payments_section(
    request: Request[Any, Any, Any], ask: AskContext, uuid: UUID
) -> Page | Redirect:
    """The section that waits; once everything is known, the whole page anew."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    if not is_htmx(request):
        return Redirect(f"/orders/{uuid}")
    live = [c for c in await charges_of(ask, detail.order.id) if c.live and c.external_id]
    await _look_at(ask, [c for c in live if c.unread is None or c.unread > LOOK_SECONDS])
    now = [c.state for c in await charges_of(ask, detail.order.id) if c.live]
    if len(now) < len(live) or not live:
        return Redirect(f"/orders/{uuid}#payments")
    model = await payments_model(ask, detail.order)
    context = {"order": detail.order, "payments": model}
    return Page("orders/payments.html", context)


async def _look_at(ask: AskContext, charges: list[Charge]) -> None:
    for charge in charges:
        try:
            await look(ask, charge)
        except Unavailable as silent:
            log.warning("charge %s: %s", charge.uuid, silent)
            return
        except Declined as declined:
            log.warning("charge %s cannot be read: %s", charge.uuid, declined.reason.en)


_SILENT = Reason(
    "payment.silent",
    "Платёжный сервис не отвечает. Заказ оформлен, товар за вами: нажмите «Оплатить» через минуту"
    " или попросите менеджера выставить счёт",
    "The payment service does not answer. The order is placed and its goods are held: press “Pay”"
    " in a minute, or ask your manager for an invoice",
)
