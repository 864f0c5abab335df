"""Staff have the parcels of an order registered with its carriers, before it leaves or again."""

from uuid import UUID

from fondaco.delivery.handing_over import hand_over_now
from fondaco.hooks.context import ActContext
from fondaco.orders.service import Orders
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Redirect


@route("POST", "/staff/orders/{uuid:uuid}/hand-over", policy="order.move")
async def hand_over_order(act: ActContext, uuid: UUID) -> Redirect:
    """Register what is not registered, and what a carrier refused before. Raises `NotFound`."""
    order = (await Orders(act).detail(uuid, act.scope)).order
    try:
        number = await hand_over_now(act, order.id, order.state)
    except Conflict as refused:
        return Redirect(f"/orders/{uuid}", refused=refused.reason)
    await act.audit("order.hand_over", f"order:{order.number}", None, number, order.company_id)
    return Redirect(f"/orders/{uuid}", notice=_BEGUN)


_BEGUN = Reason(
    "carriage.begun",
    "Груз регистрируется у перевозчика, номер появится здесь",
    "The parcel is being registered with the carrier; its number will stand here",
)
