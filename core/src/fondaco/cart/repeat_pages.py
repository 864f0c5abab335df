"""Ordering again what was ordered, here or before the portal."""

from uuid import UUID

from fondaco.cart.drawn import CART, POLICY
from fondaco.cart.repeat import OrderedLine, repeat_lines, repeat_order
from fondaco.hooks.context import ActContext
from fondaco.orders.earlier import earlier_order
from fondaco.orders.service import Orders
from fondaco.web.routing import route
from fondaco_sdk.web import Redirect


@route("POST", "/orders/{uuid:uuid}/repeat", policy=POLICY)
async def repeat(act: ActContext, uuid: UUID) -> Redirect:
    """An order's lines into the cart; what cannot be had now is named."""
    detail = await Orders(act).detail(uuid, act.scope)
    repeated = await repeat_order(act, detail)
    return Redirect(CART, notice=repeated.notice)


@route("POST", "/orders/earlier/{uuid:uuid}/repeat", policy=POLICY)
async def repeat_earlier(act: ActContext, uuid: UUID) -> Redirect:
    """The lines of an order of the ERP into the cart; goods the portal does not have are named."""
    order = await earlier_order(act, uuid, act.scope)
    lines = [
        OrderedLine(line.product_id, line.sku or line.name, line.quantity) for line in order.lines
    ]
    repeated = await repeat_lines(act, lines, order.uuid)
    return Redirect(CART, notice=repeated.notice)
