"""An outlet that people typed and one that the ERP sends later: when they are the same one.

Only what cannot be told wrong is told by itself, within one company:
1. The same address, written alike but for case, ё and punctuation.
2. Where either has no address, the same name.
3. Of several that fit so, the only one that has the same name.
Whatever else fits less stays two outlets, until a person says that they are one.
"""

import re
from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text
from sqlalchemy.exc import IntegrityError

from fondaco.hooks.context import ActContext
from fondaco_sdk.errors import Conflict, NotFound
from fondaco_sdk.types.ids import CompanyId
from fondaco_sdk.types.reason import Reason

_BETWEEN = re.compile(r"[\W_]+")

# A cart's share of it would go with it without a word.
_BOTH: TextClause = text(
    """
    select o.id, o.uuid, o.name, o.address, o.external_id,
           exists (select from fondaco.cart_share s where s.outlet_id = o.id) as shared
      from fondaco.outlet o
     where o.company_id = :company and o.uuid = any(cast(:outlets as uuid[]))
     order by o.id for update
    """
)
_DROP: TextClause = text("delete from fondaco.outlet where id = :id")
_KNOW: TextClause = text(
    "update fondaco.outlet set external_id = :external_id, name = :name, address = :address"
    " where id = :id"
)


class TypedOutlet(Struct, frozen=True):
    """An outlet that the ERP does not know."""

    id: int
    company: int
    name: str
    address: str


def same_outlet(name: str, address: str, typed: Sequence[TypedOutlet]) -> TypedOutlet | None:
    """Which of a company's outlets is meant by a name and an address; None: none, or not one."""
    wanted = _key(address)
    fitting = [one for one in typed if wanted and _key(one.address) == wanted]
    if not fitting:
        fitting = [one for one in typed if not (wanted and _key(one.address))]
        fitting = _named(name, fitting)
    if len(fitting) > 1:
        fitting = _named(name, fitting)
    return fitting[0] if len(fitting) == 1 else None


async def match_outlets(
    act: ActContext, company: CompanyId, typed: UUID | None, known: UUID | None
) -> None:
    """Make one of two outlets of a company, by their UUIDs: `typed` stays, with its people, limits
    and orders, and becomes what the ERP says of `known`, which is gone.

    Raises `NotFound` where they are not of the company, or not one of each kind, and `Conflict`
    where `known` is in use already.
    """
    asked = [one for one in (typed, known) if one]
    rows = {row.uuid: row for row in await act.fetch(_BOTH, {"company": company, "outlets": asked})}
    stays, goes = (rows.get(one) if one else None for one in (typed, known))
    if stays is None or goes is None or stays.external_id or not goes.external_id:
        raise NotFound(_ABSENT)
    if goes.shared:
        raise Conflict(_IN_USE)
    try:
        await act.execute(_DROP, {"id": goes.id})
    except IntegrityError as used:
        raise Conflict(_IN_USE) from used
    values = {"external_id": goes.external_id, "name": goes.name, "address": goes.address}
    await act.execute(_KNOW, {"id": stays.id, **values})
    before = {"name": stays.name, "address": stays.address}
    await act.audit("customer.outlet.match", f"outlet:{typed}", before, values, company)


def _named(name: str, outlets: Sequence[TypedOutlet]) -> list[TypedOutlet]:
    return [one for one in outlets if _key(one.name) == _key(name)]


def _key(written: str) -> str:
    return _BETWEEN.sub(" ", written.lower().replace("ё", "е")).strip()


_ABSENT = Reason(
    "outlet.no_pair",
    "Этих точек уже нет, или они сопоставлены",
    "These outlets are no longer there, or are matched already",
)
_IN_USE = Reason(
    "outlet.in_use",
    "На точку из учётной системы уже оформлен заказ, или к ней закреплены люди и лимиты:"
    " сопоставить её нельзя",
    "The outlet of the ERP has orders, people or limits already: it cannot be matched",
)
