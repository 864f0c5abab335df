"""The checkout form: what was typed, kept as typed, and the request it stands for."""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from msgspec import Struct

from fondaco.checkout.request import CheckoutRequest
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form

LONGEST_COMMENT = 2000
LONGEST_REFERENCE = 100
OUTLETS, DELIVERIES = "outlets", "deliveries"
FIELDS = ("to", "payment", "customer_reference", "comment")


class Typed(Struct, frozen=True):
    """The fields of the form; `to` is "outlet:uuid", "place:uuid", or how it is dealt out."""

    to: str = ""
    payment: str = ""
    customer_reference: str = ""
    comment: str = ""


def typed_in(form: Form) -> Typed:
    """What came with the form."""
    return Typed(*(form.text(name) for name in FIELDS))


def request_of(typed: Typed, shown: str, *, within_limits: bool) -> CheckoutRequest:
    """The request. Raises `UserError` naming the fields that need another answer."""
    wrong: dict[str, Reason] = {}
    way, _, uuid = typed.to.partition(":")
    target = _uuid(uuid)
    if typed.to not in (OUTLETS, DELIVERIES) and (target is None or way not in ("outlet", "place")):
        wrong["to"] = Reason(
            "checkout.to",
            "Выберите адрес доставки или склад самовывоза",
            "Choose a delivery address or a warehouse for pickup",
        )
    for name, text, longest in (
        ("customer_reference", typed.customer_reference, LONGEST_REFERENCE),
        ("comment", typed.comment, LONGEST_COMMENT),
    ):
        if len(text) > longest:
            wrong[name] = Reason(
                "checkout.too_long",
                f"Не длиннее {longest} знаков, сейчас {len(text)}",
                f"At most {longest} characters, now {len(text)}",
            )
    if wrong:
        raise UserError(Reason("checkout.form", "Проверьте поля", "Check the fields"), wrong)
    return CheckoutRequest(
        shown=shown,
        delivery=_WAYS[way],
        outlet=target if way == "outlet" else None,
        place=target if way == "place" else None,
        payment=typed.payment,
        comment=typed.comment,
        customer_reference=typed.customer_reference,
        within_limits=within_limits,
    )


_WAYS: Mapping[str, Literal["pickup", "address", "outlets", "deliveries"]] = {
    "outlet": "address",
    "place": "pickup",
    OUTLETS: "outlets",
    DELIVERIES: "deliveries",
}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
