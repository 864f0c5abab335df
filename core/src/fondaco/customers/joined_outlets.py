"""Two outlets of a company that a person says are one: joined, and parted again.

The audit line of a joining keeps both outlets as they were and what hung on the one that stays, so
that parting them gives back exactly that, and is refused once something new has come to it.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.exc import IntegrityError

from fondaco.hooks.context import ActContext
from fondaco_sdk.errors import Conflict, NotFound
from fondaco_sdk.types.ids import CompanyId
from fondaco_sdk.types.reason import Reason

JOIN, PART = "customer.outlet.match", "customer.outlet.part"
_USES = """
    jsonb_build_object(
        'people', array(select b.user_id from fondaco.user_outlet b
                         where b.outlet_id = o.id order by 1),
        'invited', array(select i.invitation_id from fondaco.invitation_outlet i
                          where i.outlet_id = o.id order by 1),
        'limits', array(select l.id from fondaco.spending_limit l
                         where l.outlet_id = o.id order by 1),
        'assortments', array(select b.id from fondaco.assortment_binding b
                              where b.outlet_id = o.id order by 1),
        'shipments', (select count(*) from fondaco.shipment s where s.outlet_id = o.id)
    )
"""
# A cart's share of it, or delivery to it, would go with it without a word.
_BOTH: TextClause = text(
    f"""
    select o.id, o.uuid, o.name, o.address, o.external_id, {_USES} as uses,
           exists (select from fondaco.cart_share s where s.outlet_id = o.id)
           or exists (select from fondaco.cart_delivery d where d.outlet_id = o.id) as shared
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
_AGAIN: TextClause = text(
    "insert into fondaco.outlet (uuid, company_id, external_id, name, address)"
    " values (:uuid, :company, :external_id, :name, :address)"
)
_LATEST: TextClause = text(
    """
    select a.action, a.before, a.after from fondaco.audit_entry a
     where a.company_id = :company and a.subject = :subject and a.action = any(:actions)
     order by a.id desc limit 1
    """
)


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
    before = {"name": stays.name, "address": stays.address}
    after = {**_said(goes), "gone": str(goes.uuid), "uses": stays.uses}
    await act.execute(_KNOW, {"id": stays.id, **_said(goes)})
    await act.audit(JOIN, _subject(stays.uuid), before, after, company)


async def part_outlets(act: ActContext, company: CompanyId, outlet: UUID) -> None:
    """Make two again of what `match_outlets` has made one of, as both were.

    Raises `NotFound` for what is not an outlet of the company, and `Conflict` where it was not
    joined, or has changed or been used since.
    """
    rows = await act.fetch(_BOTH, {"company": company, "outlets": [outlet]})
    if not rows:
        raise NotFound(_ABSENT)
    joined = await _joining(act, company, outlet)
    if joined is None:
        raise Conflict(_NOT_JOINED)
    before, after = joined
    if {**_said(rows[0]), "uses": rows[0].uses} != {k: after[k] for k in after if k != "gone"}:
        raise Conflict(_CHANGED)
    erps = {name: after[name] for name in ("external_id", "name", "address")}
    await act.execute(_KNOW, {"id": rows[0].id, "external_id": None, **before})
    await act.execute(_AGAIN, {"company": company, "uuid": UUID(after["gone"]), **erps})
    await act.audit(PART, _subject(outlet), erps, before, company)


async def _joining(
    act: ActContext, company: CompanyId, outlet: UUID
) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """What the last joining kept, was and is; None where it is undone or there was none."""
    values = {"company": company, "subject": _subject(outlet), "actions": [JOIN, PART]}
    rows = await act.fetch(_LATEST, values)
    if not rows or rows[0].action != JOIN or "gone" not in rows[0].after:
        return None
    return rows[0].before, rows[0].after


def _said(row: Any) -> Mapping[str, Any]:
    return {"external_id": row.external_id, "name": row.name, "address": row.address}


def _subject(outlet: UUID) -> str:
    return f"outlet:{outlet}"


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
_NOT_JOINED = Reason(
    "outlet.not_joined",
    "Эта точка ни с какой не соединена: разъединять нечего",
    "This outlet was not joined with another: there is nothing to part",
)
_CHANGED = Reason(
    "outlet.joined_and_used",
    "С тех пор точку изменили, оформили на неё заказ или закрепили за ней людей или лимиты:"
    " разъединить её уже нельзя",
    "Since then the outlet was changed, or got an order, people or limits: it can no longer be"
    " parted",
)
