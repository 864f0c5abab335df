"""Our own legal entities from the ERP."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import TextClause, text

from fondaco.builtin.erp.entities import AccountRecord
from fondaco.builtin.erp.rows import Kept, Row, said, unfit
from fondaco.builtin.erp.taking import Taking, changed, first
from fondaco.customers.details import check_bank, check_tax, tidy_number
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report
from fondaco_sdk.types.reason import Reason

CLEARED: Mapping[str, Any] = {
    "name": "",
    "full_name": "",
    "country": "RU",
    "tax_id": "",
    "kpp": "",
    "ogrn": "",
    "address": "",
    "phone": "",
    "director": "",
    "accountant": "",
    "vat_payer": True,
    "bank": {},
}
SELLER = Kept("seller", {**dict.fromkeys(CLEARED, "text"), "vat_payer": "boolean", "bank": "jsonb"})

_SELLERS: TextClause = text(
    "select external_id, id from fondaco.seller where external_id = any(cast(:ids as text[]))"
)
_TYPED: TextClause = text(
    f"""
    select id, {", ".join(CLEARED)} from fondaco.seller
     where external_id is null and tax_id = any(cast(:tax_ids as text[])) order by id for update
    """
)


class SellerRecord(Struct, frozen=True, kw_only=True):
    """One of our own legal entities; the one that stands on the portal with the same tax id and KPP
    gets the ERP's id."""

    external_id: str
    name: str
    full_name: str | UnsetType | None = UNSET
    country: str | UnsetType = UNSET
    tax_id: str | UnsetType = UNSET
    kpp: str | UnsetType | None = UNSET
    ogrn: str | UnsetType | None = UNSET
    address: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    director: str | UnsetType | None = UNSET
    accountant: str | UnsetType | None = UNSET
    vat_payer: bool | UnsetType = UNSET
    bank: AccountRecord | UnsetType | None = UNSET
    version: int = 0


async def sellers_of(act: Act, external_ids: Iterable[str]) -> Mapping[str, int]:
    """The inner keys of sellers by the ERP's ids. One statement."""
    rows = await act.fetch(_SELLERS, {"ids": list(external_ids)})
    return {row.external_id: row[1] for row in rows}


async def take_sellers(act: Act, records: Sequence[SellerRecord]) -> Report:
    """Add, recognise and change. Constant statements."""
    taking = await Taking.open(act, "seller", SELLER, records)
    tax_ids = [tidy_number(record.tax_id) for record in records if record.tax_id]
    typed = {
        (row.country, row.tax_id, row.kpp): row
        for row in await act.fetch(_TYPED, {"tax_ids": tax_ids})
    }
    for place, record in enumerate(records):
        fields = taking.news(record, _plain(said(record, CLEARED)))
        row = taking.rows.get(record.external_id)
        if row is None:
            row = Row(record.external_id, {**CLEARED})
            key = (fields.get("country", "RU"), fields.get("tax_id"), fields.get("kpp", ""))
            if same := typed.pop(key, None):
                values = dict(same._mapping)
                row = Row(record.external_id, values, values.pop("id"))
        row = changed(row, fields)
        if refusal := unfit(record.external_id, record.name) or _wrong(row):
            taking.refuse(place, record.name or record.external_id, refusal)
            continue
        taking.take(record, row, fields)
    await taking.write(act, SELLER)
    return taking.report


def _wrong(row: Row) -> Reason | None:
    now = row.values
    if refusal := first(check_tax(now["country"], now["tax_id"], now["kpp"])):
        return refusal
    bank = now["bank"]
    if not bank:
        return None
    return first(
        check_bank(now["country"], bank["account"], bank["bic"], bank.get("correspondent", ""))
    )


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """As the table has them."""
    for name in fields.keys() & {"tax_id", "kpp", "ogrn"}:
        fields[name] = tidy_number(fields[name])
    if "bank" in fields:
        fields["bank"] = msgspec.to_builtins(fields["bank"])
    return fields
