"""Where the parts of an order go: a chosen target, the outlets of the cart, or its deliveries."""

from collections.abc import Mapping, Sequence

from sqlalchemy import TextClause, text

from fondaco.assortments.reasons import NOT_FOR_OUTLET
from fondaco.cart.deliveries.stored import stored_deliveries
from fondaco.catalog.service import Catalog
from fondaco.checkout.request import CheckoutRequest
from fondaco.customers.acting import MAY_CHOOSE
from fondaco.customers.outlets import choosable_outlets
from fondaco.delivery.consign import Consignment, Target, by_day, by_part
from fondaco.hooks.context import AskContext
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.cart import CartWay, PricedCart
from fondaco_sdk.types.ids import OutletId
from fondaco_sdk.types.reason import Reason

_OUTLET: TextClause = text(
    f"""
    select o.id, o.address from fondaco.outlet o
     where o.uuid = :uuid and o.company_id = :company and {MAY_CHOOSE}
    """
)


async def consignments_of(
    ask: AskContext, request: CheckoutRequest, cart: PricedCart
) -> Sequence[Consignment]:
    """The shipments: to the chosen address together or day by day, or those of every part.

    Raises `UserError` where the request is for a cart that is sent another way, `NotFound` for a
    target that the person may not choose, `TargetGone` where a part of the cart has lost its own.
    """
    if cart.way != request.delivery and (
        cart.dealt_out or request.delivery in (CartWay.OUTLETS, CartWay.DELIVERIES)
    ):
        raise _other_way(cart.way)
    if cart.by_outlets:
        return by_part(cart, await _outlets_of(ask))
    if cart.dealt_out:
        return by_part(cart, await _targets_of(ask))
    target = await _target(ask, request)
    if cart.way is CartWay.AS_READY:
        return by_day(cart, target)
    return [Consignment(target, cart.lines)]


async def _outlets_of(ask: AskContext) -> Mapping[str, Target]:
    return {
        str(outlet.uuid): Target("address", None, outlet.id, outlet.address)
        for outlet in await choosable_outlets(ask)
    }


async def _targets_of(ask: AskContext) -> Mapping[str, Target]:
    """Where each delivery goes. Raises `NotFound` for what this person may no longer choose."""
    found: dict[str, Target] = {}
    for number, one in enumerate(await stored_deliveries(ask), 1):
        if not one.open:
            raise _no_target(
                "deliveries",
                f"«{number}. {one.name}» больше не выбрать: измените поставку",
                f"“{number}. {one.name}” can no longer be chosen: change the delivery",
            )
        way = "address" if one.outlet else "pickup"
        address = one.address if one.outlet else f"{one.name}, {one.address}"
        found[str(one.uuid)] = Target(way, one.place, one.outlet, address)
    return found


async def _target(ask: AskContext, request: CheckoutRequest) -> Target:
    """Where the goods go: an outlet that this person may order for, or an open warehouse."""
    if request.delivery == "pickup":
        for place in await ask.service("supply").places():
            if place.uuid == request.place and place.pickup:
                return Target("pickup", place.id, None, f"{place.name}, {place.address}")
        raise _no_target("place", "Выберите склад самовывоза", "Choose a warehouse for pickup")
    rows = await ask.fetch(
        _OUTLET,
        {
            "uuid": request.outlet,
            "company": ask.scope.company_id,
            "user": ask.actor.user_id,
        },
    )
    if not rows:
        raise _no_target("outlet", "Выберите адрес доставки", "Choose a delivery address")
    return Target("address", None, rows[0].id, rows[0].address)


async def refuse_out_of_assortment(ask: AskContext, shipped: Sequence[Consignment]) -> None:
    """The cart was checked for the outlet one works for; the goods may go to other ones.

    Raises `UserError` naming the articles that one of them may not order.
    """
    catalog: Catalog = ask.service("catalog")
    refused: dict[str, Reason] = {}
    for consignment in shipped:
        if consignment.target.outlet_id is not None:
            outlet = OutletId(consignment.target.outlet_id)
            skus = {line.product.id: line.product.sku for line in consignment.lines}
            for product in await catalog.refused_at(list(skus), outlet):
                refused[skus[product]] = NOT_FOR_OUTLET
    if refused:
        raise UserError(
            Reason(
                "checkout.not_for_outlet",
                "На этот адрес можно заказать не все товары корзины",
                "Not everything in the cart may be ordered for this address",
            ),
            refused,
        )


def _other_way(way: CartWay) -> UserError:
    if way is CartWay.DELIVERIES:
        reason = Reason(
            "checkout.by_deliveries",
            "Корзина разложена по поставкам: выберите отправку по ним"
            " или вернитесь к одному адресу",
            "The cart is dealt out over deliveries: choose to have it sent in them,"
            " or go back to one address",
        )
    elif way is CartWay.OUTLETS:
        reason = Reason(
            "checkout.by_outlets",
            "Корзина распределена по торговым точкам: выберите доставку по ним"
            " или вернитесь к одному адресу",
            "The cart is shared out over outlets: choose delivery to them,"
            " or go back to one address",
        )
    else:
        reason = Reason(
            "checkout.one_address",
            "Корзина не распределена по торговым точкам или поставкам: выберите один адрес",
            "The cart is not dealt out over outlets or deliveries: choose one address",
        )
    return UserError(reason, {"delivery": reason})


def _no_target(field: str, ru: str, en: str) -> UserError:
    reason = Reason(f"checkout.{field}", ru, en)
    return NotFound(reason, {field: reason})
