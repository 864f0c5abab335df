"""Cash is taken for at most three orders of a company at a time."""

from sqlalchemy import text

from fondaco_sdk.context import Act
from fondaco_sdk.errors import Conflict
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason

MOST = 3
ENOUGH = Reason(
    "example.cash_enough",
    "Наличными уже оплачиваются три заказа",
    "Three orders are paid in cash already",
)
ALONE = text("select pg_advisory_xact_lock(hashtextextended('example:cash', :company))")
OPEN = text(
    "select count(distinct o.id) from fondaco_api.order_v1 o"
    " join fondaco_api.payment_v1 p on p.order_id = o.id and p.way = 'cash'"
    " where o.company_id = :company and o.state not in ('completed', 'cancelled')"
)


@impl
async def payments_changing(act: Act, order: Order) -> None:
    """The order as it is paid now is among those counted."""
    if not any(part.way == "cash" for part in order.payments):
        return
    await act.fetch(ALONE, {"company": order.company_id})
    (found,) = await act.fetch(OPEN, {"company": order.company_id})
    if found[0] > MOST:
        raise Conflict(ENOUGH)
