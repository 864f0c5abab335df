"""What a buyer decided at the checkout."""

from typing import Literal
from uuid import UUID

from msgspec import Struct


class CheckoutRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What the buyer decided. `shown` is the fingerprint of the cart the page showed.

    `delivery` "pickup" names a warehouse in `place`, "address" an outlet in `outlet`; "outlets" and
    "deliveries" are for a cart that is dealt out that way, and name nothing. An order beyond a
    limit waits for an approval, or, if it was to be `within_limits`, is not placed.
    """

    shown: str
    delivery: Literal["pickup", "address", "outlets", "deliveries"]
    place: UUID | None = None
    outlet: UUID | None = None
    payment: str = "invoice"
    comment: str = ""
    customer_reference: str = ""
    within_limits: bool = False
