"""The checkout form: what was typed, kept as typed, and the request it stands for."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Literal
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from fondaco.checkout.request import CheckoutRequest, DeliveryChoice
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.money import is_figure
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form

LONGEST_COMMENT = 2000
LONGEST_REFERENCE = 100
OUTLETS, DELIVERIES = "outlets", "deliveries"
OFFER, POINT = "offer-", "point-"
LONGEST_CHOICE = 300
FIELDS = ("to", "payment", "payment_amount", "rest", "customer_reference", "comment")


class Typed(Struct, frozen=True):
    """The fields of the form; `to` is "outlet:uuid", "place:uuid", or how it is dealt out.

    `offers` and `points` are by the key of the part that is brought: the price that was shown and
    the code of the offer ("500.00 fleet:north"), and the pickup point ("carrier:code").

    `payment_amount` and `rest` count where the way of `payment` pays a part only (`partial`).
    """

    to: str = ""
    payment: str = ""
    payment_amount: str = ""
    rest: str = ""
    customer_reference: str = ""
    comment: str = ""
    offers: dict[str, str] = {}
    points: dict[str, str] = {}


def typed_in(form: Form) -> Typed:
    """What came with the form."""
    parts = form.all("part")
    typed = msgspec.convert({name: form.text(name) for name in FIELDS}, Typed)
    return replace(typed, offers=_by_part(form, OFFER, parts), points=_by_part(form, POINT, parts))


def _by_part(form: Form, field: str, parts: Sequence[str]) -> dict[str, str]:
    found = {part: form.text(f"{field}{part}") for part in parts}
    return {part: said for part, said in found.items() if 0 < len(said) <= LONGEST_CHOICE}


def choices_of(typed: Typed) -> tuple[DeliveryChoice, ...]:
    """How each part is to be brought, with the price that was shown."""
    found = []
    for part, said in typed.offers.items():
        shown, _, code = said.partition(" ")
        found.append(DeliveryChoice(code, _price(shown), part, typed.points.get(part, "")))
    return tuple(found)


def _price(shown: str) -> Decimal:
    """What no offer costs, where it is not a price."""
    try:
        price = Decimal(shown)
    except InvalidOperation:
        return Decimal(-1)
    return price if is_figure(price) else Decimal(-1)


def destination_of(typed: Typed) -> CheckoutRequest | None:
    """Where the goods go and how they are brought, and nothing else; None: not chosen yet."""
    way, _, uuid = typed.to.partition(":")
    target = _uuid(uuid)
    if way not in _WAYS or (target is None and typed.to not in (OUTLETS, DELIVERIES)):
        return None
    return CheckoutRequest(
        shown="",
        delivery=_WAYS[way],
        outlet=target if way == "outlet" else None,
        place=target if way == "place" else None,
        deliveries=choices_of(typed),
    )


def request_of(form: Form, typed: Typed) -> CheckoutRequest:
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
    amount: Decimal | None = None
    partial = typed.payment in form.all("partial")
    if partial and typed.payment_amount:
        try:
            amount = form.decimal("payment_amount")
        except UserError as unreadable:
            wrong.update(unreadable.fields)
    if wrong:
        raise UserError(Reason("checkout.form", "Проверьте поля", "Check the fields"), wrong)
    return CheckoutRequest(
        shown=form.text("shown"),
        delivery=_WAYS[way],
        outlet=target if way == "outlet" else None,
        place=target if way == "place" else None,
        payment=typed.payment,
        payment_amount=amount,
        rest=typed.rest if partial else "",
        comment=typed.comment,
        customer_reference=typed.customer_reference,
        within_limits=form.has("within_limits"),
        deliveries=choices_of(typed),
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
