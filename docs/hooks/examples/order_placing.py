"""At most three orders a day for each company."""

from datetime import timedelta

from sqlalchemy import text

from fondaco_sdk.context import Act
from fondaco_sdk.errors import Conflict
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason

MOST, DAY = 3, timedelta(days=1)
ENOUGH = Reason(
    "example.enough", "Сегодня уже три заказа, приходите завтра", "Three orders a day are enough"
)
ALONE = text("select pg_advisory_xact_lock(hashtextextended('example:orders', :company))")
TODAY = text(
    "select count(*) from fondaco_api.order_v1 where company_id = :company and placed_at > :since"
)


@impl
async def order_placing(act: Act, order: Order) -> None:
    """The new order is among those counted; nobody of the company can place one meanwhile."""
    await act.fetch(ALONE, {"company": order.company_id})
    (found,) = await act.fetch(TODAY, {"company": order.company_id, "since": act.now - DAY})
    if found[0] > MOST:
        raise Conflict(ENOUGH)
