"""Points in an order: taken in its own transaction, returned when it is cancelled, each once."""

from decimal import Decimal

from sqlalchemy import BigInteger, bindparam, text

from fondaco_loyalty.ledger import Entry, Owner, opened, write
from fondaco_loyalty.lots import oldest_first
from fondaco_loyalty.wording import POINTS
from fondaco_sdk.context import Act
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason

DROP_WISH = text(
    "delete from plugin_loyalty.cart_points where company_id = :company and user_id = :user"
).bindparams(bindparam("company", type_=BigInteger), bindparam("user", type_=BigInteger))


async def take_points(act: Act, order: Order, priced: PricedCart) -> None:
    """Take what the order was paid with. Four statements; none where no points were used.

    Raises `Conflict` where somebody else has spent them meanwhile.
    """
    paid = paid_with_points(priced)
    if not paid:
        return
    accounts = await opened(act, [Owner(order.company_id, order.legal_entity_id)])
    (account,) = accounts.values()
    taken = oldest_first(account.lots, paid)
    if taken.missing:
        raise Conflict(_fewer(act, account.available))
    spent = Entry(
        account_id=account.id,
        company_id=order.company_id,
        kind="spend",
        amount=-paid,
        takes=taken.takes,
        order_uuid=order.uuid,
        user_id=act.actor.user_id,
    )
    await write(act, [spent])
    await act.execute(DROP_WISH, {"company": order.company_id, "user": act.actor.user_id})


def paid_with_points(priced: PricedCart) -> Decimal:
    """How much of a cart is paid with points, as the kernel has spread it over the lines."""
    return sum(
        (
            step.before - step.after
            for line in priced.lines
            for step in line.price.steps
            if step.plugin == "loyalty"
            and step.reason.code == POINTS
            and step.before is not None
            and step.after is not None
        ),
        Decimal(0),
    )


def _fewer(act: Act, available: Decimal) -> Reason:
    ru, en = (act.words.quantity(available, "", locale) for locale in ("ru", "en"))
    return Reason(
        "loyalty.fewer_points",
        f"Пока вы оформляли заказ, бонусов стало меньше: осталось {ru}."
        " Заказ не оформлен, проверьте сумму ещё раз",
        f"While you were checking out, points became fewer: {en} are left."
        " Nothing was ordered; look at the sum again",
        {"available": str(available)},
    )
