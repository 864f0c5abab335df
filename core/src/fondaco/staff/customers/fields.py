"""Which fields the forms about customers have, for the one template that prints them."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from fondaco.staff.customers.agreement_form import LEAST_LISTS, Choices
from fondaco.staff.customers.form_fields import Option
from fondaco.staff.customers.parts import EntityRow


class Field(Struct, frozen=True):
    """A field; its label is the text `staff.customer.field.<name>`, or that of `label`."""

    name: str
    kind: Literal["text", "date", "choice", "country", "area", "address", "check"] = "text"
    options: tuple[Option, ...] = ()
    required: bool = False
    hint: str = ""
    label: str = ""
    number: int = 0


ENTITY = (
    Field("country", "country"),
    Field("tax_id", hint="tax_id"),
    Field("kpp", hint="kpp"),
    Field("ogrn"),
    Field("name", required=True),
    Field("full_name"),
    Field("address", "address", label="legal_address"),
)
COMPANY = (
    Field("company", required=True),
    Field("phone"),
    *(Field("name", hint="same_name") if one.name == "name" else one for one in ENTITY),
)
NAMES = COMPANY[:2]
OUTLET = (
    Field("name", required=True, label="outlet_name"),
    Field("address", "address", required=True, label="outlet_address"),
)
REASON = (Field("reason", "area", required=True, hint="reason"),)


def agreement_fields(
    choices: Choices,
    entities: tuple[EntityRow, ...],
    typed: Mapping[str, str],
    *,
    known: bool = False,
) -> tuple[Field, ...]:
    """An agreement's; the seller and the legal entity of a known one stay what they are."""
    chosen = sum(1 for name in typed if name.startswith("list_"))
    free = (("", "—"), *choices.lists)
    return (
        *(() if known else (_entity(entities), Field("seller", "choice", choices.sellers))),
        Field("number"),
        Field("signed_on", "date"),
        *(
            Field(f"list_{number}", "choice", free, label="list", number=number)
            for number in range(1, max(LEAST_LISTS, chosen) + 1)
        ),
        Field("currency", required=True),
        Field("payment_days", hint="payment_days"),
        Field("manager", "choice", (("", "—"), *choices.managers)),
        *((Field("active", "check"),) if known else ()),
    )


def account_fields(entities: tuple[EntityRow, ...]) -> tuple[Field, ...]:
    """A bank account's."""
    return (
        _entity(entities),
        Field("bic", required=True),
        Field("account", required=True),
        Field("bank_name", required=True),
        Field("correspondent"),
    )


def _entity(entities: tuple[EntityRow, ...]) -> Field:
    return Field("entity", "choice", tuple((str(one.id), one.name) for one in entities))
