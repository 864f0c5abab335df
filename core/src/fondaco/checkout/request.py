"""What a buyer decided at the checkout."""

from decimal import Decimal
from typing import Literal
from uuid import UUID

from msgspec import Struct


class DeliveryChoice(Struct, frozen=True, forbid_unknown_fields=True):
    """How one part of the order is to be brought: the code of an `offer`, for the `price` shown.

    `part` is the key of the part, "" where everything leaves together. `point` names a pickup point
    as "carrier:code", where the offer is to bring it to one.
    """

    offer: str
    price: Decimal
    part: str = ""
    point: str = ""


class CheckoutRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What the buyer decided. `shown` is the fingerprint of the cart the page showed.

    `delivery` "pickup" names a warehouse in `place`, "address" an outlet in `outlet`; "outlets" and
    "deliveries" are for a cart that is dealt out that way, and name nothing. An order beyond a
    limit waits for an approval, or, if it was to be `within_limits`, is not placed.

    `deliveries` choose of what is offered for the parts that are brought, one for each part for
    which there are offers; `GET /checkout/deliveries` has them. Where the offer is gone, or another
    price by now, nothing is ordered.

    `payment` pays as much as it can, or `payment_amount` in the order's currency; `rest` is the way
    to pay what is left then.
    """

    shown: str
    delivery: Literal["pickup", "address", "outlets", "deliveries"]
    place: UUID | None = None
    outlet: UUID | None = None
    payment: str = "invoice"
    payment_amount: Decimal | None = None
    rest: str = ""
    comment: str = ""
    customer_reference: str = ""
    within_limits: bool = False
    deliveries: tuple[DeliveryChoice, ...] = ()
