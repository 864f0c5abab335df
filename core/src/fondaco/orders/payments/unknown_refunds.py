"""A refund whose acquirer never said whether the money has gone, until a person has found out."""

from uuid import UUID

from fondaco.hooks.context import ActContext
from fondaco.orders.payments import charge_queries as queries
from fondaco.orders.payments.refunds import Refund, book_refund, not_returned, refunds_of
from fondaco.orders.service import Orders, add_entry
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason


async def clear_up(
    act: ActContext, order: Order, payment: UUID, refund: UUID, *, gone: bool
) -> Refund:
    """A person has seen in the acquirer's back office whether the money has gone.

    What has gone is booked; what has not may be returned anew. Raises `NotFound` where there is
    nothing to be found out, or somebody has said it already.
    """
    await Orders(act).locked(order.id)
    of_payment = (one for one in await refunds_of(act, order.id) if one.payment == payment)
    found = next((one for one in of_payment if one.uuid == refund), None)
    if found is None or found.state != "unknown":
        raise NotFound(_ABSENT)
    why = Reason("", "", "") if gone else _NOT_GONE
    state = "done" if gone else "failed"
    told = {"uuid": refund, "state": state, "ru": why.ru, "en": why.en}
    await act.execute(queries.CLEAR_UP, told)
    if gone:
        await book_refund(act, found, str(found.uuid))
    else:
        await add_entry(act, order.id, "payment.refund_failed", not_returned(found, why))
    return found


_NOT_GONE = Reason(
    "payment.refund_not_gone",
    "в кабинете платёжного сервиса его нет",
    "the payment service's back office has none",
)
_ABSENT = Reason(
    "payment.refund_absent",
    "Такого возврата нет, или о нём уже всё известно. Обновите страницу заказа",
    "There is no such refund, or all is known of it by now. Reload the page of the order",
)
