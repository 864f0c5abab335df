"""What goods cost us and their price groups, from the ERP: for floors, caps and the matrix."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import TextClause, text

from fondaco.builtin.erp.rows import said, unfit, unfit_currency, unknown
from fondaco.builtin.erp.versions import Versions
from fondaco.pricing.costs import REPLACE
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.reason import Reason

CLEARED: Mapping[str, Any] = {"cost": None, "price_group": ""}
LONGEST_GROUP = 100
_MOST = Decimal(10) ** 11
_STEP = Decimal("0.0001")

_KNOWN: TextClause = text(
    """
    select p.external_id, p.id, coalesce(x.price_group, '') as price_group, x.cost,
           coalesce(x.cost_currency, '') as cost_currency,
           coalesce(x.cost_vat_included, false) as cost_vat_included
      from fondaco.product p left join fondaco.product_pricing x on x.product_id = p.id
     where p.external_id = any(cast(:ids as text[])) order by p.id
    """
)
_WRITE: TextClause = text(
    f"""
    insert into fondaco.product_pricing as x
        (product_id, price_group, cost, cost_currency, cost_vat_included)
    select id, price_group, cost, cost_currency, cost_vat_included
      from jsonb_to_recordset(cast(:rows as jsonb))
           said (id bigint, price_group text, cost numeric, cost_currency text,
                 cost_vat_included boolean)
     order by id
    {REPLACE}
    """
)


class CostRecord(Struct, frozen=True, kw_only=True):
    """Goods by the ERP's id: the cost of a base unit, without VAT unless said, and the price group.

    `currency` empty: the site's. A field left out stays as it is, null clears it.
    """

    external_id: str
    cost: Decimal | UnsetType | None = UNSET
    currency: str = ""
    vat_included: bool = False
    price_group: str | UnsetType | None = UNSET
    version: int = 0


async def take_costs(act: Act, records: Sequence[CostRecord]) -> Report:
    """Write what has changed. Four statements."""
    ids = [record.external_id for record in records]
    versions = await Versions.read(act, "product_pricing", ids)
    known = {
        row.external_id: {name: row._mapping[name] for name in row._fields[1:]}
        for row in await act.fetch(_KNOWN, {"ids": ids})
    }
    unmatched, touched = list[Unmatched](), dict[str, Mapping[str, Any]]()
    for place, record in enumerate(records):
        if refusal := _refusal(record, known):
            unmatched.append(Unmatched(place, record.external_id, refusal))
            continue
        fields = said(record, CLEARED)
        newer = versions.newer(record.external_id, record.version, fields)
        versions.remember(record.external_id, record.version, newer)
        row = known[record.external_id]
        if "cost" in newer:
            currency = record.currency or act.currency
            row |= {"cost": fields["cost"], "cost_currency": currency}
            row["cost_vat_included"] = record.vat_included
        if "price_group" in newer:
            row["price_group"] = fields["price_group"].strip()
        if newer:
            row["cost_currency"] = row["cost_currency"] or act.currency
            touched[record.external_id] = row
    if touched:
        await act.execute(_WRITE, {"rows": msgspec.json.encode(list(touched.values())).decode()})
    await versions.write(act)
    return Report(len(records) - len(unmatched), tuple(unmatched))


def _refusal(record: CostRecord, known: Mapping[str, Any]) -> Reason | None:
    """Why a record cannot be taken."""
    if refusal := unfit(record.external_id):
        return refusal
    if record.external_id not in known:
        return unknown("Товара", "product", record.external_id)
    cost = record.cost
    if isinstance(cost, Decimal) and not (cost.is_finite() and _STEP <= cost < _MOST):
        return _COST
    if record.currency and (refusal := unfit_currency(record.currency)):
        return refusal
    return _GROUP if len(record.price_group or "") > LONGEST_GROUP else None


_COST = Reason(
    "erp.cost",
    "Себестоимость должна быть больше нуля; если её нет, передайте null",
    "A cost has to be above zero; where there is none, send null",
)
_GROUP = Reason(
    "erp.price_group",
    f"Название ценовой группы длиннее {LONGEST_GROUP} знаков",
    f"The name of the price group is longer than {LONGEST_GROUP} characters",
)
