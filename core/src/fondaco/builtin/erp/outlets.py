"""Outlets from the ERP; one that people typed before is recognised by its address or name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import TextClause, text

from fondaco.builtin.erp.companies import companies_of
from fondaco.builtin.erp.rows import Kept, Row, moved, said, unfit, unknown
from fondaco.builtin.erp.taking import Owner, Taking, changed
from fondaco.customers.same_outlet import TypedOutlet, same_outlet
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report

OUTLET = Kept("outlet", {"company_id": "bigint", "name": "text", "address": "text"})
CLEARED: Mapping[str, Any] = {"name": "", "address": ""}

_OUTLETS: TextClause = text(
    "select external_id, id, company_id from fondaco.outlet"
    " where external_id = any(cast(:ids as text[]))"
)
# Locked: a record that waits for this one sees what it has become.
_TYPED: TextClause = text(
    """
    select id, company_id, name, address from fondaco.outlet
     where company_id = any(cast(:companies as bigint[])) and external_id is null
     order by id for update
    """
)


class OutletRecord(Struct, frozen=True, kw_only=True):
    """Where goods of a company go."""

    external_id: str
    company: str
    name: str
    address: str | UnsetType | None = UNSET
    version: int = 0


async def outlets_of(act: Act, external_ids: Iterable[str]) -> Mapping[str, Owner]:
    """Outlets by the ERP's ids. One statement."""
    rows = await act.fetch(_OUTLETS, {"ids": list(external_ids)})
    return {external_id: Owner(id_, company) for external_id, id_, company in rows}


async def take_outlets(act: Act, records: Sequence[OutletRecord]) -> Report:
    """Add and change. Constant statements."""
    taking = await Taking.open(act, "outlet", OUTLET, records)
    companies = await companies_of(act, {record.company for record in records})
    typed = await _typed(act, set(companies.values()))
    for place, record in enumerate(records):
        company, row = companies.get(record.company), taking.rows.get(record.external_id)
        refusal = unfit(record.external_id, record.name)
        if refusal is None and company is None:
            refusal = unknown("Компании", "company", record.company)
        if refusal is None and row is not None and row.values["company_id"] != company:
            refusal = moved("другая компания", "company")
        if refusal is not None:
            taking.refuse(place, record.name or record.external_id, refusal)
            continue
        fields = taking.news(record, said(record, CLEARED))
        recognised = None
        if row is None and company is not None:
            recognised = _recognise(fields, typed[company])
            values = recognised.values if recognised else {"company_id": company, **CLEARED}
            row = Row(record.external_id, values, recognised.id if recognised else None)
        assert row is not None
        taking.take(record, changed(row, fields), fields, recognised)
    await taking.write(act, OUTLET)
    return taking.report


async def _typed(act: Act, companies: Iterable[int]) -> defaultdict[int, list[TypedOutlet]]:
    """The outlets that the ERP does not know, by company. One statement."""
    found: defaultdict[int, list[TypedOutlet]] = defaultdict(list)
    for row in await act.fetch(_TYPED, {"companies": list(companies)}):
        found[row.company_id].append(TypedOutlet(*row))
    return found


def _recognise(fields: Mapping[str, Any], typed: list[TypedOutlet]) -> Row | None:
    """The outlet that a new record means, as it was typed; it is nobody else's from now on."""
    one = same_outlet(fields.get("name", ""), fields.get("address", ""), typed)
    if one is None:
        return None
    typed.remove(one)
    values = {"company_id": one.company, "name": one.name, "address": one.address}
    return Row("", values, one.id)
