"""Companies from the ERP: known by its id, or recognised by the tax id they registered with."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import TextClause, text

from fondaco.builtin.erp.rows import Kept, Row, said, unfit
from fondaco.builtin.erp.taking import Taking, changed
from fondaco.customers.details import tidy_number
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report
from fondaco_sdk.types.reason import Reason

COMPANY = Kept("company", {"name": "text", "phone": "text"})
CLEARED: Mapping[str, Any] = {"name": "", "phone": ""}

# A merged client is found by what it became.
_COMPANIES: TextClause = text(
    "select external_id, coalesce(merged_into, id) from fondaco.company"
    " where external_id = any(cast(:ids as text[]))"
)
_BY_TAX_ID: TextClause = text(
    """
    select e.country, e.tax_id, e.kpp, c.id, c.external_id, c.name, c.phone
      from unnest(cast(:countries as text[]), cast(:tax_ids as text[])) asked (country, tax_id)
      join fondaco.legal_entity e on e.country = asked.country and e.tax_id = asked.tax_id
      join fondaco.company c on c.id = e.company_id
     order by c.id for update of c
    """
)


class CompanyRecord(Struct, frozen=True, kw_only=True):
    """A customer as a business.

    `tax_id`, with `country` and `kpp`, is only read when the id is new: a company that registered
    on the portal under this number gets the id. A field left out stays as it is, null clears it.
    """

    external_id: str
    name: str
    phone: str | UnsetType | None = UNSET
    country: str = "RU"
    tax_id: str = ""
    kpp: str = ""
    version: int = 0


async def companies_of(act: Act, external_ids: Iterable[str]) -> Mapping[str, int]:
    """The inner keys of companies by the ERP's ids. One statement."""
    rows = await act.fetch(_COMPANIES, {"ids": list(external_ids)})
    return {row.external_id: row[1] for row in rows}


async def take_companies(act: Act, records: Sequence[CompanyRecord]) -> Report:
    """Add, recognise and change. Constant statements."""
    taking = await Taking.open(act, "company", COMPANY, records)
    final = await companies_of(act, [record.external_id for record in records])
    registered = await _registered(act, [r for r in records if r.external_id not in taking.rows])
    for place, record in enumerate(records):
        row, recognised = taking.rows.get(record.external_id), None
        refusal = unfit(record.external_id, record.name)
        if row is None and refusal is None and record.tax_id:
            row, recognised, refusal = _recognise(record, registered)
        if refusal is not None:
            taking.refuse(place, record.name or record.external_id, refusal)
            continue
        fields = taking.news(record, said(record, CLEARED))
        if row is None:
            taking.take(record, Row(record.external_id, {**CLEARED, **fields}), fields)
        elif final.get(record.external_id, row.id) != row.id:
            # Merged into another: what it is called no longer counts.
            taking.take(record, None, fields)
        else:
            taking.take(record, changed(row, fields), fields, recognised)
    await taking.write(act, COMPANY)
    return taking.report


async def _registered(
    act: Act, records: Sequence[CompanyRecord]
) -> Mapping[tuple[str, str], Sequence[Any]]:
    """Who stands on the portal under the tax ids of new records. One statement."""
    asked = {(r.country, tidy_number(r.tax_id)) for r in records if r.tax_id}
    values = {"countries": [c for c, _ in asked], "tax_ids": [t for _, t in asked]}
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in await act.fetch(_BY_TAX_ID, values):
        found[row.country, row.tax_id].append(row)
    return found


def _recognise(
    record: CompanyRecord, registered: Mapping[tuple[str, str], Sequence[Any]]
) -> tuple[Row | None, Row | None, Reason | None]:
    """The company that registered under the record's tax id, with the ERP's id and as it was; or
    why it cannot be told."""
    here = registered.get((record.country, tidy_number(record.tax_id)), ())
    same = [row for row in here if not record.kpp or row.kpp in ("", tidy_number(record.kpp))]
    companies = {row.id: row for row in same or here}
    if len(companies) > 1:
        return None, None, _several([row.name for row in companies.values()])
    for one in companies.values():
        if one.external_id not in (None, record.external_id):
            return None, None, _other(one.name, one.external_id)
        values = {"name": one.name, "phone": one.phone}
        return Row(record.external_id, values, one.id), Row("", values, one.id), None
    return None, None, None


def _several(names: Sequence[str]) -> Reason:
    shown = ", ".join(f"«{name}»" for name in names)
    return Reason(
        "erp.several_companies",
        f"Под этим ИНН на портале несколько клиентов: {shown}. Укажите КПП или объедините их",
        f"Several customers of the portal have this tax id: {shown}. Give the KPP, or merge them",
    )


def _other(name: str, external_id: str) -> Reason:
    return Reason(
        "erp.tax_id_other",
        f"Под этим ИНН на портале клиент «{name}» с другим кодом учётной системы: {external_id}",
        f"Under this tax id the portal has “{name}” with another id of the ERP: {external_id}",
        {"external_id": external_id},
    )
