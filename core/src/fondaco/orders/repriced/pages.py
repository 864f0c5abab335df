"""Two buttons on the page of an order: at the prices that the ERP has named, or not."""

from decimal import Decimal, InvalidOperation
from uuid import UUID

from fondaco.hooks.context import AskContext
from fondaco.orders.pages import PLACE, show_order
from fondaco.orders.repriced.service import accept, refuse
from fondaco.orders.requests.service import MOVED
from fondaco.orders.service import Orders
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.money import is_figure
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect


@route("POST", "/orders/{uuid:uuid}/prices/accept", policy=PLACE)
async def accept_prices(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """The order at the new prices, if it comes to the total that was shown."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    try:
        async with ask.act() as act:
            await accept(act, detail.order.id, _seen(form))
    except NotFound:
        raise
    except UserError as mistake:
        return await show_order(ask, uuid, refused=mistake)
    return Redirect(f"/orders/{uuid}", notice=_ACCEPTED)


@route("POST", "/orders/{uuid:uuid}/prices/refuse", policy=PLACE)
async def refuse_prices(ask: AskContext, uuid: UUID) -> Page | Redirect:
    """The order without the lines whose prices differ."""
    detail = await Orders(ask).detail(uuid, ask.scope)
    try:
        async with ask.act() as act:
            await refuse(act, detail.order.id)
    except NotFound:
        raise
    except UserError as mistake:
        return await show_order(ask, uuid, refused=mistake)
    return Redirect(f"/orders/{uuid}", notice=_REFUSED)


def _seen(form: Form) -> Decimal:
    try:
        seen = Decimal(form.text("seen"))
    except InvalidOperation:
        raise Conflict(MOVED) from None
    if not is_figure(seen):
        raise Conflict(MOVED)
    return seen


_ACCEPTED = Reason(
    "price.accepted_notice",
    "Заказ пересчитан по ценам 1С",
    "The order has the prices of the ERP now",
)
_REFUSED = Reason(
    "price.refused_notice",
    "Отказ записан. Менеджер узнает о нём из письма",
    "Your refusal is noted. Your manager is told by a letter",
)
