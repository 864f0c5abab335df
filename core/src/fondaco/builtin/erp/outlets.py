"""Outlets from the ERP."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import TextClause, text

from fondaco.builtin.erp.companies import companies_of
from fondaco.builtin.erp.rows import Kept, Row, moved, said, unfit, unknown
from fondaco.builtin.erp.taking import Owner, Taking, changed
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report

OUTLET = Kept("outlet", {"company_id": "bigint", "name": "text", "address": "text"})
CLEARED: Mapping[str, Any] = {"name": "", "address": ""}

_OUTLETS: TextClause = text(
    "select external_id, id, company_id from fondaco.outlet"
    " where external_id = any(cast(:ids as text[]))"
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
        row = row or Row(record.external_id, {"company_id": company, **CLEARED})
        taking.take(record, changed(row, fields), fields)
    await taking.write(act, OUTLET)
    return taking.report
