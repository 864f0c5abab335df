"""An order that was dealt out, dealt out once more; what cannot be as it was is said."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from fondaco.cart.dealing import Wanted
from fondaco.cart.deliveries.again import OrderedDelivery, deliver_again
from fondaco.cart.outlets.service import Sharing
from fondaco.cart.reading import CartRow
from fondaco.cart.service import Carts
from fondaco.customers.outlets import choosable_outlets
from fondaco.hooks.context import ActContext
from fondaco.orders.detail import OrderDetail, Shipment
from fondaco_sdk.types.cart import CartWay
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.reason import Reason

DEALT_OUT = frozenset({CartWay.OUTLETS, CartWay.DELIVERIES})
_NAMED = 3


async def deal_again(
    act: ActContext, detail: OrderDetail, before: Sequence[CartRow]
) -> tuple[Reason, ...]:
    """Deal out what is in the cart of an order; `before` are the lines that were there already.

    Lines of the order that are not in the cart are left aside. Returns what differs from the order.
    """
    if any(row.way != detail.way for row in before):
        return (_OTHER_GOODS,)
    gets = _by_shipment(detail)
    if detail.way is CartWay.OUTLETS:
        return await _share_again(act, detail.shipments, gets, before)
    ordered = [
        OrderedDelivery(
            f"outlet:{one.outlet}" if one.outlet else f"place:{one.place}",
            one.outlet_name or one.place_name or one.address,
            one.wanted_on,
            gets.get(one.id, {}),
        )
        for one in detail.shipments
    ]
    return tuple(await deliver_again(act, ordered, empty=not before))


def _by_shipment(detail: OrderDetail) -> Mapping[int, Mapping[ProductId, Decimal]]:
    gets: dict[int, dict[ProductId, Decimal]] = {}
    for line, shipment in zip(detail.order.lines, detail.line_shipments, strict=True):
        if line.product_id is not None:
            of_shipment = gets.setdefault(shipment, {})
            had = of_shipment.get(line.product_id, Decimal(0))
            of_shipment[line.product_id] = had + line.quantity
    return gets


async def _share_again(
    act: ActContext,
    shipments: Sequence[Shipment],
    gets: Mapping[int, Mapping[ProductId, Decimal]],
    before: Sequence[CartRow],
) -> tuple[Reason, ...]:
    choosable = {outlet.uuid: outlet.id for outlet in await choosable_outlets(act)}
    shared = {(row.product_id, id_): q for row in before for id_, q in row.shared.items()}
    here = {row.product_id for row in await Carts(act).rows()}
    wanted = [
        Wanted(product, one.outlet, quantity + shared.get((product, choosable[one.outlet]), 0))
        for one in shipments
        if one.outlet in choosable
        for product, quantity in gets.get(one.id, {}).items()
        if product in here
    ]
    sharing = Sharing(act)
    await sharing.begin()
    await sharing.put_products(wanted)
    gone = [one.outlet_name for one in shipments if one.outlet not in choosable]
    return (_outlets_gone(gone),) if gone else ()


def _outlets_gone(names: Sequence[str]) -> Reason:
    named, more = ", ".join(names[:_NAMED]), len(names) - _NAMED
    ru, en = (f"{named} и ещё {more}", f"{named} and {more} more") if more > 0 else (named,) * 2
    return Reason(
        "cart.repeat_outlets",
        f"Этих точек больше нет в вашем списке: {ru}. Их количества не распределены",
        f"These outlets are no longer in your list: {en}. What they got is not shared out",
    )


_OTHER_GOODS = Reason(
    "cart.repeat_other_goods",
    "В корзине уже были товары, поэтому они отправляются как раньше, а не как в том заказе",
    "There were goods in the cart already, so it is sent as before and not as that order was",
)
