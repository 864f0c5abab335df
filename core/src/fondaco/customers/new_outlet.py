"""An address to which goods go, as people type it: on a form of staff, or at the checkout."""

import re
from uuid import UUID

from sqlalchemy import TextClause, text
from uuid_utils.compat import uuid7

from fondaco.hooks.context import ActContext
from fondaco.lookup.written import has_house, question_of
from fondaco_sdk.errors import Forbidden
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, FormReading

LONGEST_ADDRESS = 1000
LONGEST_NAME = 200
ADD = "outlet.add"
_COMMA = re.compile(r",(?=[^\s\d])")
# Two presses at once find the company's row taken, so that one address becomes one outlet.
_MAY: TextClause = text(
    """
    select buyers_add_outlets as may from fondaco.company where id = :company for no key update
    """
)
_SAME: TextClause = text(
    """
    select o.uuid from fondaco.outlet o
     where o.company_id = :company and translate(lower(o.address), 'ё', 'е') = :written
       and (not exists (select from fondaco.user_outlet b where b.user_id = :user)
            or exists (select from fondaco.user_outlet b
                        where b.user_id = :user and b.outlet_id = o.id))
     order by o.id limit 1
    """
)
_ADD: TextClause = text(
    """
    insert into fondaco.outlet (uuid, company_id, name, address)
    values (:uuid, :company, :name, :address) returning id
    """
)
# Whoever orders for some outlets only may order for the one they have added.
_BIND: TextClause = text(
    """
    insert into fondaco.user_outlet (user_id, outlet_id)
    select :user, :outlet
     where exists (select from fondaco.user_outlet b where b.user_id = :user)
    """
)


def read_address(reading: FormReading, field: str = "address") -> str:
    """The address; one without a house is asked about once, and then taken (`no_house`)."""
    address = _tidy(reading.required(field))
    if len(address) > LONGEST_ADDRESS:
        reading.refuse(
            field,
            Reason(
                "customer.too_long",
                f"Не длиннее {LONGEST_ADDRESS} знаков",
                f"At most {LONGEST_ADDRESS} characters",
            ),
        )
    elif address and not has_house(address) and reading.text("no_house") != address:
        reading.refuse(field, NO_HOUSE)
    return address


def without_house(form: Form, field: str = "address") -> str:
    """The address that was just asked about, for the form to send along as `no_house`; or ""."""
    address = _tidy(form.text(field))
    return address if address and not has_house(address) else ""


async def add_own_outlet(act: ActContext, address: str, name: str = "") -> UUID:
    """An outlet of the acting company; the same address again is the same outlet.

    Raises `Forbidden` where the company's administrator has kept this to themselves.
    """
    company, user = act.scope.company_id or 0, act.actor.user_id
    may = await act.fetch(_MAY, {"company": company})
    if not (may and may[0].may) and not act.actor.may("people.manage") and not act.on_behalf:
        raise Forbidden(_KEPT)
    same = await act.fetch(
        _SAME, {"company": company, "user": user, "written": question_of(address)}
    )
    if same:
        return UUID(str(same[0].uuid))
    uuid = uuid7()
    called = (name or address)[:LONGEST_NAME]
    values = {"uuid": uuid, "company": company, "name": called, "address": address}
    outlet = (await act.fetch(_ADD, values))[0].id
    await act.execute(_BIND, {"user": user, "outlet": outlet})
    await act.audit("outlet.add", f"outlet:{uuid}", None, {"name": called, "address": address})
    return uuid


def _tidy(typed: str) -> str:
    """A chosen suggestion ends in a comma, to be gone on with."""
    return " ".join(_COMMA.sub(", ", typed).split()).rstrip(", ")


NO_HOUSE = Reason(
    "address.no_house",
    "В адресе нет номера дома. Допишите его или отправьте ещё раз, если дома нет",
    "The address has no house number. Add it, or send once more if there is none",
)
_KEPT = Reason(
    "outlet.kept",
    "Адреса в вашей компании добавляет администратор",
    "In your company, addresses are added by its administrator",
)
