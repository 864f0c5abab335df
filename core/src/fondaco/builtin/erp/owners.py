"""What records name by the ERP's ids: legal entities, price lists, our managers."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.builtin.erp.rows import unfit, unknown
from fondaco.builtin.erp.taking import Owner
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.reason import Reason

_ENTITIES: TextClause = text(
    "select external_id, id, company_id from fondaco.legal_entity"
    " where external_id = any(cast(:ids as text[]))"
)
_PRICE_LISTS: TextClause = text(
    "select external_id, id from fondaco.price_list where external_id = any(cast(:ids as text[]))"
)
_MANAGERS: TextClause = text(
    """
    select lower(email) as email, lower(external_id) as external_id, id from fondaco.user_account
     where company_id is null and active and roles <> '{}'
       and (lower(email) = any(cast(:names as text[]))
            or lower(external_id) = any(cast(:names as text[])))
    """
)
_NAME_MANAGERS: TextClause = text(
    """
    update fondaco.user_account u set external_id = said.external_id
      from unnest(cast(:emails as text[]), cast(:ids as text[])) said (email, external_id)
     where u.company_id is null and lower(u.email) = said.email
    """
)
_HELD: TextClause = text(
    "select external_id, lower(email) as email from fondaco.user_account"
    " where external_id = any(cast(:ids as text[]))"
)


class ManagerRecord(Struct, frozen=True, kw_only=True):
    """Which of our staff an id of the ERP means; the account is made on the portal before."""

    external_id: str
    email: str


async def entities_of(act: Act, external_ids: Iterable[str]) -> Mapping[str, Owner]:
    """Legal entities by the ERP's ids. One statement."""
    rows = await act.fetch(_ENTITIES, {"ids": list(external_ids)})
    return {external_id: Owner(id_, company) for external_id, id_, company in rows}


async def price_lists_of(act: Act, external_ids: Iterable[str]) -> Mapping[str, int]:
    """Price lists by the ERP's ids. One statement."""
    rows = await act.fetch(_PRICE_LISTS, {"ids": list(external_ids)})
    return {row.external_id: row[1] for row in rows}


async def managers_of(act: Act, names: Iterable[str]) -> Mapping[str, int]:
    """Our staff by e-mail or the ERP's id, in small letters. One statement."""
    rows = await act.fetch(_MANAGERS, {"names": [name.lower() for name in names]})
    return {name: row.id for row in rows for name in (row.external_id, row.email) if name}


async def take_managers(act: Act, records: Sequence[ManagerRecord]) -> Report:
    """Remember whom the ERP's ids mean. Three statements."""
    staff = await managers_of(act, {record.email for record in records})
    held = {
        row.external_id: row.email
        for row in await act.fetch(_HELD, {"ids": [record.external_id for record in records]})
    }
    unmatched, told = list[Unmatched](), dict[str, str]()
    for place, record in enumerate(records):
        email = record.email.lower()
        refusal = unfit(record.external_id)
        if refusal is None and email not in staff:
            refusal = unknown("Сотрудника", "staff", record.email)
        if refusal is None and held.get(record.external_id, email) != email:
            refusal = _HELD_BY_ANOTHER
        if refusal is not None:
            unmatched.append(Unmatched(place, record.email, refusal))
            continue
        held[record.external_id] = email
        told[email] = record.external_id
    values = {"emails": list(told), "ids": list(told.values())}
    await act.execute(_NAME_MANAGERS, values)
    return Report(len(records) - len(unmatched), tuple(unmatched))


_HELD_BY_ANOTHER = Reason(
    "erp.id_taken",
    "Этот код учётной системы уже у другого человека",
    "Another person has this id of the ERP already",
)
