"""Legal entities from the ERP with their bank accounts, checked as those that people type."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import TextClause, text

from fondaco.builtin.erp.companies import companies_of
from fondaco.builtin.erp.parts import Parts
from fondaco.builtin.erp.rows import Kept, Row, moved, said, unfit, unknown
from fondaco.builtin.erp.taking import Taking, changed, first
from fondaco.customers.details import check_bank, check_registration_number, check_tax, tidy_number
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report
from fondaco_sdk.types.reason import Reason

ENTITY = Kept(
    "legal_entity",
    {
        "company_id": "bigint",
        "name": "text",
        "full_name": "text",
        "country": "text",
        "tax_id": "text",
        "kpp": "text",
        "ogrn": "text",
        "address": "text",
    },
)
CLEARED: Mapping[str, Any] = {
    "name": "",
    "full_name": "",
    "country": "RU",
    "tax_id": "",
    "kpp": "",
    "ogrn": "",
    "address": "",
    "accounts": (),
}
_NUMBERS = ("country", "tax_id", "kpp", "ogrn")

# As for what staff type: one after another per tax id, in one order.
_ALONE: TextClause = text(
    """
    select pg_advisory_xact_lock(hashtextextended(what, 0))
      from (select distinct unnest(cast(:whats as text[])) as what order by 1) locked
    """
)
_SAME_TAX_ID: TextClause = text(
    """
    select e.id, e.external_id, e.company_id, e.country, e.tax_id, e.kpp, e.name, e.full_name,
           e.ogrn, e.address, c.name as company
      from unnest(cast(:countries as text[]), cast(:tax_ids as text[])) asked (country, tax_id)
      join fondaco.legal_entity e on e.country = asked.country and e.tax_id = asked.tax_id
      join fondaco.company c on c.id = e.company_id
     order by e.id for update of e
    """
)
# An account that people typed stays theirs, so that the ERP does not remove it one day.
_ACCOUNTS = Parts(
    "accounts",
    shown=text(
        """
        select b.legal_entity_id,
               array_agg(concat_ws(', ', b.account, b.bic, nullif(b.bank_name, ''),
                                   nullif(b.correspondent, '')) order by b.account, b.bic)
          from fondaco.bank_account b
         where b.legal_entity_id = any(cast(:owners as bigint[])) group by 1
        """
    ),
    drop=text(
        "delete from fondaco.bank_account"
        " where from_erp and legal_entity_id = any(cast(:owners as bigint[]))"
    ),
    add=text(
        """
        insert into fondaco.bank_account
            (uuid, legal_entity_id, account, bic, bank_name, correspondent, from_erp)
        select distinct on (owner, account, bic)
               gen_random_uuid(), owner, account, bic, bank_name, correspondent, true
          from jsonb_to_recordset(cast(:rows as jsonb))
               said (owner bigint, account text, bic text, bank_name text, correspondent text)
        on conflict (legal_entity_id, account, bic)
        do update set bank_name = excluded.bank_name, correspondent = excluded.correspondent
        """
    ),
)


class AccountRecord(Struct, frozen=True, kw_only=True):
    """A bank account of a legal entity."""

    account: str
    bic: str
    bank_name: str = ""
    correspondent: str = ""


class EntityRecord(Struct, frozen=True, kw_only=True):
    """A legal entity of a company; `tax_id` left out for a client without one.

    `accounts` are all that the ERP knows; those typed on the portal stay beside them.
    """

    external_id: str
    company: str
    name: str
    full_name: str | UnsetType | None = UNSET
    country: str | UnsetType = UNSET
    tax_id: str | UnsetType | None = UNSET
    kpp: str | UnsetType | None = UNSET
    ogrn: str | UnsetType | None = UNSET
    address: str | UnsetType | None = UNSET
    accounts: tuple[AccountRecord, ...] | UnsetType | None = UNSET
    version: int = 0


async def take_entities(act: Act, records: Sequence[EntityRecord]) -> Report:
    """Add, recognise and change. Constant statements."""
    taking = await Taking.open(act, "legal_entity", ENTITY, records)
    companies = await companies_of(act, {record.company for record in records})
    holders = await _holders(act, records)
    accounts: dict[str, Sequence[Mapping[str, Any]]] = {}
    for place, record in enumerate(records):
        company = companies.get(record.company)
        fields = taking.news(record, _tidy(said(record, CLEARED)))
        found = _found(record, company, fields, taking, holders)
        if isinstance(found, Reason):
            taking.refuse(place, record.name or record.external_id, found)
            continue
        taking.take(record, found, fields, _typed_before(found, holders))
        if "accounts" in fields:
            accounts[record.external_id] = [
                msgspec.structs.asdict(one) for one in fields["accounts"]
            ]
        if found.values["tax_id"]:
            holders[found.values["country"], found.values["tax_id"]].append(found)
    await taking.write(act, ENTITY, _ACCOUNTS, accounts)
    return taking.report


def _found(
    record: EntityRecord,
    company: int | None,
    fields: Mapping[str, Any],
    taking: Taking,
    holders: Mapping[tuple[str, str], Sequence[Row]],
) -> Row | Reason:
    """The row as it shall be, or why the record cannot be taken."""
    if refusal := unfit(record.external_id, record.name):
        return refusal
    if company is None:
        return unknown("Компании", "company", record.company)
    row = taking.rows.get(record.external_id)
    values = {name: value for name, value in fields.items() if name != "accounts"}
    if row is None:
        row = _typed(record, company, values, holders)
    elif row.values["company_id"] != company:
        return moved("другая компания", "company")
    if row is None:
        blank = {name: value for name, value in CLEARED.items() if name != "accounts"}
        row = Row(record.external_id, {"company_id": company, **blank})
    row = changed(row, values)
    if refusal := _wrong(row, values, fields.get("accounts", ())):
        return refusal
    return _taken(row, holders) or row


def _typed(
    record: EntityRecord,
    company: int,
    values: Mapping[str, Any],
    holders: Mapping[tuple[str, str], Sequence[Row]],
) -> Row | None:
    """The entity that people typed on the portal, which the ERP now gives its id."""
    for one in holders.get((values.get("country", "RU"), values.get("tax_id", "")), ()):
        kpp = values.get("kpp", "")
        same = one.values["kpp"] == kpp or "" in (one.values["kpp"], kpp)
        if not one.external_id and one.values["company_id"] == company and same:
            return Row(record.external_id, one.values, one.id)
    return None


def _typed_before(row: Row, holders: Mapping[tuple[str, str], Sequence[Row]]) -> Row | None:
    """The same entity as it was before the record, where it stood under its tax id."""
    same = holders.get((row.values["country"], row.values["tax_id"]), ())
    return next((one for one in same if row.id is not None and one.id == row.id), None)


def _wrong(row: Row, values: Mapping[str, Any], accounts: Sequence[AccountRecord]) -> Reason | None:
    """What is wrong with the numbers, if the record speaks of them."""
    now = row.values
    if any(name in values for name in _NUMBERS) and now["tax_id"]:
        if refusal := first(check_tax(now["country"], now["tax_id"], now["kpp"])):
            return refusal
        if refusal := check_registration_number(now["country"], now["ogrn"]):
            return refusal
    for one in accounts:
        if refusal := first(
            check_bank(now["country"], one.account, one.bic, one.correspondent)
        ):  # fmt: skip
            return refusal
    return None


def _taken(row: Row, holders: Mapping[tuple[str, str], Sequence[Row]]) -> Reason | None:
    """Whether the tax id is somebody else's."""
    now = row.values
    for one in holders.get((now["country"], now["tax_id"]), ()) if now["tax_id"] else ():
        itself = one.external_id == row.external_id or (one.id is not None and one.id == row.id)
        elsewhere = one.values["company_id"] != now["company_id"]
        if not itself and (elsewhere or one.values["kpp"] == now["kpp"]):
            return _holder(one)
    return None


def _holder(one: Row) -> Reason:
    name = one.values.get("company") or one.values["name"]
    return Reason(
        "erp.tax_id_taken",
        f"Этот номер на портале уже у клиента «{name}». Передайте ИНН в записи о компании, чтобы"
        " портал её узнал, или объедините клиентов",
        f"On the portal this number belongs to “{name}”. Send the tax id in the company's record,"
        " so that the portal recognises it, or merge the customers",
        {"holder": name, "external_id": one.external_id},
    )


async def _holders(act: Act, records: Sequence[EntityRecord]) -> dict[tuple[str, str], list[Row]]:
    """Who has the tax ids of the records, and nobody else gets them now. Two statements."""
    asked = {
        (record.country or "RU", tidy_number(record.tax_id)) for record in records if record.tax_id
    }
    whats = [f"fondaco:tax-id:{country}:{tax_id}" for country, tax_id in asked]
    await act.fetch(_ALONE, {"whats": whats})
    values = {"countries": [c for c, _ in asked], "tax_ids": [t for _, t in asked]}
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in await act.fetch(_SAME_TAX_ID, values):
        kept = dict(row._mapping)
        id_, external_id = kept.pop("id"), kept.pop("external_id")
        found[row.country, row.tax_id].append(Row(external_id or "", kept, id_))
    return found


def _tidy(fields: dict[str, Any]) -> dict[str, Any]:
    """Numbers as they are stored."""
    return {
        name: tidy_number(value) if name in _NUMBERS and isinstance(value, str) else value
        for name, value in fields.items()
    }
